"""Finnish reference numbers of invoices: the national one and its international form (ISO 11649)."""

import re

_WEIGHTS = (7, 3, 1)
_LONGEST = 19
_SHORTEST = 3
_RF_TAIL = "271500"
_DIGITS = re.compile(r"[0-9]+")


def reference_for(invoice_number: str) -> str | None:
    """The reference number made of an invoice's number: its digits and a check digit; None where it makes none.

    Weights 7, 3, 1 from right to left; the check digit is the distance to the next ten. A reference has 4 to 20 digits
    and no zeros in front. An invoice number that is more than digits makes none: whose number it is must stay clear.
    """
    bare = "".join(invoice_number.split())
    if not _DIGITS.fullmatch(bare):
        return None
    digits = bare.lstrip("0")
    if not _SHORTEST <= len(digits) <= _LONGEST:
        return None
    weighed = sum(int(digit) * _WEIGHTS[place % 3] for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-weighed % 10}"


def in_fives(reference: str) -> str:
    """A reference as it is printed: groups of five counted from the right."""
    first = len(reference) % 5
    groups = [reference[:first]] if first else []
    return " ".join([*groups, *(reference[at : at + 5] for at in range(first, len(reference), 5))])


def international(reference: str) -> str:
    """The same reference as RF and two check digits (ISO 11649)."""
    return f"RF{98 - int(reference + _RF_TAIL) % 97:02}{reference}"
