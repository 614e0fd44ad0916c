"""The next number of a lead firm's offers."""

import re

from bids.models import Bid
from members.models import Firm


def next_number(lead: Firm, year: int) -> str:
    """`YT-<year>-<n>` one above the highest this firm has used that year; the caller holds the firm's row lock.

    A number of ten digits or more was not counted up to, and is not counted on from.
    """
    pattern = rf"^YT-{year}-([0-9]{{1,9}})$"
    used = Bid.objects.filter(lead=lead, number__regex=pattern).values_list("number", flat=True)
    highest = max((int(match[1]) for number in used if (match := re.match(pattern, number))), default=0)
    return f"YT-{year}-{highest + 1:04d}"
