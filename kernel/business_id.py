"""Finnish Business IDs (Y-tunnus) and the VAT numbers made of them, in the one form they are stored and printed in."""

import re

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
_MODULUS = 11
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
_STORED = re.compile(r"[0-9]{7}-[0-9]")
_TYPED = re.compile(r"([0-9]{6,7})-([0-9])|([0-9]{7}) ?([0-9])")
_VAT_NUMBER = re.compile(r"FI ?([0-9]{7})-?([0-9])")


class BusinessIdNotValid(ValueError):
    """What was typed is no Business ID.

    `reason` is "digits" (digits of another script), "vat_number" (a VAT number, whose Business ID is in `suggestion`),
    "shape" (not seven digits, a hyphen and a check digit) or "check_digit".
    """

    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion


def check_digit(base: str) -> int | None:
    """The check digit of a seven-digit base, or None when no number with that base is ever issued.

    Weights 7, 9, 10, 5, 8, 4, 2; remainder of eleven: 0 gives 0, 1 none, r gives 11 - r (Finnish Tax Administration).
    """
    remainder = sum(int(digit) * weight for digit, weight in zip(base, _WEIGHTS, strict=True)) % _MODULUS
    if remainder == 1:
        return None
    return (_MODULUS - remainder) % _MODULUS


def is_business_id(text: str) -> bool:
    """Whether the text is a Business ID exactly as it is stored: `NNNNNNN-N` with the right check digit."""
    return bool(_STORED.fullmatch(text)) and check_digit(text[:7]) == int(text[8])


def normalised(text: str) -> str:
    """The stored form `NNNNNNN-N` of a Business ID as people type it; `BusinessIdNotValid` when it is none.

    Space around, another dash, a space or nothing in place of the hyphen and a missing leading zero of an old six-digit
    number are mended. A hyphen in a wrong place is not: it is as likely a wrong digit.
    """
    typed = text.strip().translate(_HYPHENS)
    if any(letter.isdecimal() and not letter.isascii() for letter in typed):
        raise BusinessIdNotValid("digits")
    if vat := _VAT_NUMBER.fullmatch(typed.upper()):
        stored = f"{vat[1]}-{vat[2]}"
        raise BusinessIdNotValid("vat_number", stored if is_business_id(stored) else "")
    match = _TYPED.fullmatch(typed)
    if match is None:
        raise BusinessIdNotValid("shape")
    base, digit = (match[1] or match[3]).zfill(7), match[2] or match[4]
    if check_digit(base) != int(digit):
        raise BusinessIdNotValid("check_digit")
    return f"{base}-{digit}"


def vat_number_of(business_id: str) -> str:
    """The Finnish VAT number a firm with this stored Business ID has when it is in the VAT register."""
    return "FI" + business_id.replace("-", "")


def is_finnish_vat_number(text: str) -> bool:
    """Whether the text is `FI` and eight digits with the right check digit."""
    return bool(re.fullmatch("FI[0-9]{8}", text)) and is_business_id(f"{text[2:9]}-{text[9]}")
