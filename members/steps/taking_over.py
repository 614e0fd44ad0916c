"""A firm that others have named gets its first owner."""

from members.details import FirmDetails
from members.models import Firm


def row_to_own(named: Firm) -> Firm:
    """A new row that bears the Business ID and card of a firm nobody acts for; the row others named keeps the rest.

    Anybody can type a Business ID. What was asked of the firm before, and what it answered, stays with whoever was
    written to, and gives nothing away to whoever types the number first. The caller holds the lock of the row.
    """
    details = {key: getattr(named, key) for key in FirmDetails.__dataclass_fields__}
    Firm.objects.filter(pk=named.pk).update_version(seen=named.version, business_id=None)
    return Firm.objects.create(**details)
