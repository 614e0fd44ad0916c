"""Codes for rows that are typed on a page."""

from bids.models import Bid, LineItem

SERIES = "A"


def fresh_code(bid: Bid) -> str:
    """A code that no row of the offer has or has ever had; the caller holds the lock of the bid."""
    return fresh_codes(bid, 1)[0]


def fresh_codes(bid: Bid, count: int) -> list[str]:
    """So many codes at once, in the order in which they are counted."""
    taken = set(LineItem.objects.filter(bid=bid, code__startswith=SERIES).values_list("code", flat=True))
    number = Bid.objects.values_list("next_code", flat=True).get(pk=bid.pk)
    codes: list[str] = []
    while len(codes) < count:
        if f"{SERIES}{number}" not in taken:
            codes.append(f"{SERIES}{number}")
        number += 1
    Bid.objects.filter(pk=bid.pk).update(next_code=number)
    bid.next_code = number
    return codes


def never_again(bid: Bid, code: str) -> None:
    """Remember a code whose row is taken away, so that no later row gets it."""
    number = code.removeprefix(SERIES)
    if code.startswith(SERIES) and number.isascii() and number.isdecimal():
        Bid.objects.filter(pk=bid.pk, next_code__lte=int(number)).update(next_code=int(number) + 1)
