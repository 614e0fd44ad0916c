"""One door for pictures that people hand in, whatever they are called and whatever they say they are."""

from typing import Final

from kernel.pictures import Picture, clean_picture
from kernel.svg import clean_svg

_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def clean_upload(content: bytes) -> Picture:
    """The picture made safe, as `clean_picture` and `clean_svg` say; what it is, its content decides.

    Raises PictureRefused.
    """
    if content.startswith(_BYTE_ORDER_MARKS) or content.lstrip()[:1] == b"<":
        return clean_svg(content)
    return clean_picture(content)
