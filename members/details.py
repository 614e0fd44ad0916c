"""What a person says about their firm, as one frozen value."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FirmDetails:
    """A firm as its people describe it. `business_id` is in its stored form or None; `colour` is `#rrggbb` or empty."""

    name: str
    business_id: str | None = None
    legal_form: str = ""
    municipality: str = ""
    staff: int | None = None
    vat_liable: bool = True
    service_company_name: str = ""
    service_company_business_id: str = ""
    service_company_vat_liable: bool = True
    colour: str = ""
