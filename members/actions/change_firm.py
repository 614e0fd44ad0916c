"""Change what a firm says about itself."""

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, require
from members.details import FirmDetails
from members.models import Firm
from members.permissions import may_change_firm


@action
def change_firm(*, firm: Firm, details: FirmDetails, seen: int, by: Actor, now: datetime) -> Firm:
    """The firm's card says this, if nobody changed it since version `seen` (Stale otherwise).

    Saving what already stands changes nothing and raises no version. Offers hold copies of the card and stay so.
    """
    require(may_change_firm(by, firm))
    firm = Firm.objects.select_for_update().get(pk=firm.pk)
    changed = {key: value for key, value in asdict(details).items() if getattr(firm, key) != value}
    if not changed and seen == firm.version:
        return firm
    try:
        with transaction.atomic():
            Firm.objects.filter(pk=firm.pk).update_version(seen=seen, **changed)
    except IntegrityError:
        raise Malformed(faults={"business_id": _("Another firm here has this Business ID.")}) from None
    firm.refresh_from_db()
    audit.record("firm.changed", on=firm, by=by, at=now, changed=sorted(changed), version=firm.version)
    return firm
