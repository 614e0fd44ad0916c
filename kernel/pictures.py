"""Photographs and logos that people hand in, made safe: measured before they are opened, then painted anew.

What comes out holds nothing but pixels: no place, no camera, no comment, no second file behind the first.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms, ImageFile

MEDIA_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""The formats that are taken in, by Pillow's names, and what they are called outside."""
MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000
LONGEST_SIDE: Final = 1000
"""Pixels; a photograph across half a page needs no more to print well."""

_MEGAPIXEL: Final = 1_000_000
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
_JFIF: Final = 0xE0
_JFIF_LENGTH: Final = 16
_BARE_MARKERS: Final = frozenset({_JFIF, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD, _START_OF_SCAN})
"""JFIF without a thumbnail, quantities, the frame (baseline or progressive), Huffman tables, restarts, the scan."""
_INSIDE_SCAN: Final = frozenset(bytes([number]) for number in (0x00, *range(0xD0, 0xD8)))
_JPEG_QUALITY: Final = 88
_FINER_THAN_NEEDED: Final = 2.0


class PictureRefused(Exception):
    """A picture that is not taken in: `code` says why, `params` the figures that belong to it."""

    def __init__(self, code: str, **params: int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture as it may be kept: pixels, or (`kernel.svg`) a drawing that becomes pixels before it is shown."""

    media_type: str
    content: bytes
    width: int
    height: int


def clean_picture(content: bytes, *, longest_side: int = LONGEST_SIDE) -> Picture:
    """The picture upright, in sRGB, at most `longest_side` pixels long, without anything but its pixels.

    A photograph (JPEG, or WebP without transparency) becomes a JPEG, everything else a PNG. Of a moving picture the
    first frame is kept. The same bytes give the same picture, and a clean picture comes back as it is.

    Raises PictureRefused, before any pixel is read when the picture is too large: `picture_empty`,
    `picture_too_large`, `picture_format`, `picture_too_many_pixels`, `picture_broken`.
    """
    if not content:
        raise PictureRefused("picture_empty")
    if len(content) > MAX_BYTES:
        raise PictureRefused("picture_too_large", megabytes=MAX_BYTES // (1024 * 1024))
    image = _opened(content)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureRefused("picture_too_many_pixels", megapixels=MAX_PIXELS // _MEGAPIXEL)
    is_photograph = image.format == "JPEG"
    is_small_enough = image.mode in {"RGB", "L"} and max(image.size) <= longest_side
    is_clean = is_photograph and is_small_enough and _is_bare_jpeg(content)
    try:
        clean, has_transparency = _painted_anew(image, longest_side)
    except (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, MemoryError) as error:
        raise PictureRefused("picture_broken") from error
    if is_clean:
        return Picture(media_type=MEDIA_TYPES["JPEG"], content=content, width=clean.width, height=clean.height)
    packed = BytesIO()
    if is_photograph or (image.format == "WEBP" and not has_transparency):
        clean.save(packed, "JPEG", quality=_JPEG_QUALITY, optimize=True)
        media_type = MEDIA_TYPES["JPEG"]
    else:
        clean.save(packed, "PNG", optimize=True)
        media_type = MEDIA_TYPES["PNG"]
    return Picture(media_type=media_type, content=packed.getvalue(), width=clean.width, height=clean.height)


def _opened(content: bytes) -> ImageFile.ImageFile:
    """The picture with its header read and nothing else."""
    try:
        return Image.open(BytesIO(content), formats=tuple(MEDIA_TYPES))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused("picture_too_many_pixels", megapixels=MAX_PIXELS // _MEGAPIXEL) from error
    except (OSError, SyntaxError, ValueError, MemoryError) as error:
        raise PictureRefused("picture_format") from error


def _painted_anew(image: Image.Image, longest_side: int) -> tuple[Image.Image, bool]:
    # Half a picture is a broken one. WeasyPrint, where it is loaded too, has set this the other way.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    turn = _TURNS.get(_orientation(image))
    profile = image.info.get("icc_profile")
    image.draft("RGB", (round(longest_side * _FINER_THAN_NEEDED),) * 2)
    image.load()
    has_transparency = image.has_transparency_data
    plain = _in_srgb(image, profile).convert("RGBA" if has_transparency else "RGB")
    plain.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=_FINER_THAN_NEEDED)
    if turn is not None:
        plain = plain.transpose(turn)
    return Image.frombytes(plain.mode, plain.size, plain.tobytes()), has_transparency


def _is_bare_jpeg(content: bytes) -> bool:
    """True for a JPEG of one frame in RGB or grey, without notes of any kind and with nothing behind its end.

    Such a one is not packed again: every packing takes a little from a photograph.
    """
    place = 2
    while content[place : place + 1] == b"\xff":
        marker = content[place + 1]
        if marker == _END_OF_IMAGE:
            return place + 2 == len(content)
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if marker not in _BARE_MARKERS or (marker == _JFIF and length != _JFIF_LENGTH):
            return False
        place += 2 + length
        if marker == _START_OF_SCAN:
            place = _after_scan(content, place)
    return False


def _after_scan(content: bytes, place: int) -> int:
    """Where the next marker stands behind compressed pixels; markers inside them are escaped or restarts."""
    while (place := content.find(b"\xff", place)) >= 0:
        if content[place + 1 : place + 2] not in _INSIDE_SCAN:
            return place
        place += 2
    return len(content)


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001 - whatever is wrong with a camera's notes, the picture is not
        return 1
    return value if isinstance(value, int) else 1


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The picture in the colours of screens; as it is when its colour profile makes no sense."""
    if not isinstance(profile, bytes) or image.mode not in {"RGB", "CMYK"}:
        return image
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return converted or image
