"""Photographs and logos are measured before they are opened, and painted anew without anything but pixels."""

import io
import re
import struct
import tracemalloc
import zipfile
import zlib
from typing import Any

import pytest
from django.utils import translation
from PIL import Image, ImageCms

from kernel.picture_sentences import SENTENCES, picture_sentence
from kernel.pictures import LONGEST_SIDE, MAX_BYTES, Picture, PictureRefused, clean_picture
from kernel.uploads import clean_upload
from tests.kernel.logos import ILLUSTRATOR, REFUSED, drawn

RED, BLUE = (200, 30, 40), (20, 40, 200)


def packed(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def halves(mode: str = "RGB", size: tuple[int, int] = (80, 40)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.quantize(4) if mode == "P" else image.convert(mode)


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.content))
    image.load()
    return image


def is_close(colour: object, expected: tuple[int, ...]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(one - other) < 40 for one, other in zip(colour, expected, strict=False))


def blank_png(width: int, height: int, *, rows: int | None = None, colour_type: int = 0, depth: int = 1) -> bytes:
    """A PNG of white pixels, made without holding them; with fewer rows than it says when asked."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    row = b"\0" + b"\xff" * ((width * depth + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def refusal(content: bytes) -> PictureRefused:
    with pytest.raises(PictureRefused) as refused:
        clean_upload(content)
    return refused.value


@pytest.mark.parametrize(
    ("kind", "mode", "expected"),
    [
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "L", "image/png"),
        ("PNG", "1", "image/png"),
        ("PNG", "LA", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGB", "image/jpeg"),
    ],
)
def test_each_format_comes_out_as_one_that_everything_can_show(kind: str, mode: str, expected: str) -> None:
    picture = clean_upload(packed(halves(mode), kind))
    assert picture.media_type == expected
    assert (picture.width, picture.height) == opened(picture).size == (80, 40)
    assert opened(picture).mode in {"RGB", "RGBA"} or mode == opened(picture).mode == "L"
    if mode in {"RGB", "RGBA", "CMYK", "P"}:
        assert is_close(opened(picture).getpixel((5, 5)), RED)
        assert is_close(opened(picture).getpixel((75, 35)), BLUE)


def test_transparency_stays_in_each_of_its_forms() -> None:
    clear = Image.new("RGBA", (20, 10), (0, 0, 0, 0))
    clear.paste((*RED, 255), (0, 0, 10, 10))
    palette = halves("P")
    for content in (
        packed(clear, "PNG"),
        packed(clear, "WEBP", lossless=True),
        packed(palette, "PNG", transparency=palette.getpixel((75, 5))),
        packed(halves(), "PNG", transparency=BLUE),
    ):
        image = opened(clean_upload(content))
        assert image.getpixel((image.width - 2, 5))[3] == 0  # type: ignore[index]
        assert image.getpixel((2, 5))[3] == 255  # type: ignore[index]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photograph_is_made_as_small_as_paper_needs(kind: str) -> None:
    picture = clean_upload(packed(halves(size=(4000, 1000)), kind))
    assert (picture.width, picture.height) == (LONGEST_SIDE, 250)
    assert is_close(opened(picture).getpixel((900, 100)), BLUE)


def test_a_small_picture_is_not_blown_up() -> None:
    assert clean_upload(packed(halves(size=(3, 2)), "PNG")).width == 3
    assert clean_picture(packed(halves(size=(300, 2)), "PNG"), longest_side=100).height == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_upright_whichever_way_the_camera_was_held(orientation: int) -> None:
    upright = Image.new("RGB", (60, 40), RED)
    upright.paste(BLUE, (0, 0, 20, 20))
    held = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }[orientation]
    turned = upright
    for turn in held:
        turned = turned.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = clean_upload(packed(turned, "JPEG", exif=exif, quality=95, subsampling=0))
    assert (picture.width, picture.height) == (60, 40)
    assert is_close(opened(picture).getpixel((5, 5)), BLUE)
    assert is_close(opened(picture).getpixel((55, 5)), RED)
    assert is_close(opened(picture).getpixel((5, 35)), RED)


def with_notes() -> list[bytes]:
    exif = Image.Exif()
    exif[0x010F] = "planted camera"
    exif[0x0112] = 1
    exif.get_ifd(0x8825).update({1: "N", 2: (60.0, 10.0, 15.0), 3: "E", 4: (24.0, 56.0, 15.0), 0x1D: "planted day"})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    from_png = packed(halves(), "PNG", exif=exif, icc_profile=profile)
    text = b"tEXtComment\0planted comment"
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return [
        packed(halves(), "JPEG", exif=exif, comment=b"planted comment", icc_profile=profile, dpi=(300, 300)),
        packed(halves(), "WEBP", exif=exif, xmp=b"<x>planted</x>", icc_profile=profile),
        from_png[:33] + chunk + from_png[33:],
    ]


@pytest.mark.parametrize("content", with_notes(), ids=["jpeg", "webp", "png"])
def test_place_camera_and_comments_are_gone(content: bytes) -> None:
    assert b"planted" in content
    assert Image.open(io.BytesIO(content)).getexif()
    picture = clean_upload(content)
    assert b"planted" not in picture.content
    assert not opened(picture).getexif()
    assert set(opened(picture).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_file_behind_the_picture_is_gone() -> None:
    behind = io.BytesIO()
    with zipfile.ZipFile(behind, "w") as archive:
        archive.writestr("planted.html", "<script>planted</script>")
    for kind in ("PNG", "JPEG", "WEBP"):
        content = packed(halves(), kind) + behind.getvalue()
        assert zipfile.is_zipfile(io.BytesIO(content))
        cleaned = clean_upload(content).content
        assert not zipfile.is_zipfile(io.BytesIO(cleaned))
        assert b"planted" not in cleaned


def test_colours_of_a_wide_profile_are_turned_into_those_of_screens() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    plain = clean_upload(packed(halves(), "PNG"))
    assert clean_upload(packed(halves(), "PNG", icc_profile=b"nonsense")).content == plain.content
    assert clean_upload(packed(halves(), "PNG", icc_profile=profile.tobytes())).content == plain.content
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert is_close(opened(clean_upload(packed(halves(), "PNG", icc_profile=srgb))).getpixel((5, 5)), RED)


def test_of_a_moving_picture_the_first_frame_stays() -> None:
    moving = packed(halves(), "WEBP", save_all=True, append_images=[Image.new("RGB", (80, 40), BLUE)], duration=100)
    assert is_close(opened(clean_upload(moving)).getpixel((5, 5)), RED)


def test_the_same_bytes_give_the_same_picture() -> None:
    content = packed(halves(size=(2000, 1000)), "JPEG")
    assert clean_upload(content) == clean_upload(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(80, 40), (2000, 1000)])
def test_a_clean_picture_comes_back_as_it_is(kind: str, size: tuple[int, int]) -> None:
    once = clean_upload(packed(halves(size=size), kind))
    assert clean_upload(once.content) == once


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 1}])
def test_a_bare_photograph_is_not_packed_again(options: dict[str, Any]) -> None:
    bare = packed(halves(), "JPEG", **options)
    assert clean_upload(bare).content == bare
    for dressed in (
        packed(halves(), "JPEG", comment=b"planted", **options),
        packed(halves("CMYK"), "JPEG", **options),
        bare + b"planted",
        bare + bare,
        bare[:-2] + b"\xff\xe1\0\x0bplanted!!" + bare[-2:],
    ):
        again = clean_upload(dressed).content
        assert again != dressed
        assert b"planted" not in again
        assert clean_upload(again).content == again


def test_a_huge_picture_is_refused_by_its_header_without_being_unpacked() -> None:
    content = blank_png(13_000, 13_000)
    assert len(content) < 200_000
    tracemalloc.start()
    assert refusal(content).code == "picture_too_many_pixels"
    assert tracemalloc.get_traced_memory()[1] < 20 * 1024 * 1024
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("width", "height", "is_taken"), [(5_000, 5_000, True), (5_001, 5_000, False), (60_000, 60_000, False)]
)
def test_twenty_five_million_pixels_are_the_most(width: int, height: int, is_taken: bool) -> None:  # noqa: FBT001
    content = blank_png(width, height, rows=None if is_taken else 1)
    if is_taken:
        assert clean_upload(content).width == LONGEST_SIDE
    else:
        assert refusal(content).code == "picture_too_many_pixels"


def gif() -> bytes:
    return packed(halves("P"), "GIF")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture_empty"),
        (b"\0" * (MAX_BYTES + 1), "picture_too_large"),
        (b"hello", "picture_format"),
        (b"%PDF-1.7", "picture_format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "picture_format"),
        (gif(), "picture_format"),
        (packed(halves(), "BMP"), "picture_format"),
        (packed(halves(), "TIFF"), "picture_format"),
        (packed(halves(), "PNG")[:20], "picture_format"),
        (packed(halves(size=(500, 500)), "JPEG")[:2000], "picture_broken"),
        (packed(halves(size=(500, 500)), "PNG")[:200], "picture_broken"),
        (packed(halves(size=(500, 500)), "WEBP")[:100], "picture_format"),
        (b"<html>", "svg_broken"),
    ],
)
def test_what_is_no_whole_picture_is_refused_with_its_reason(content: bytes, code: str) -> None:
    assert refusal(content).code == code


def test_a_picture_is_what_it_holds_not_what_it_is_called() -> None:
    assert clean_upload(ILLUSTRATOR).media_type == "image/svg+xml"
    assert clean_upload(b"\xef\xbb\xbf \n" + drawn("<rect/>")).media_type == "image/svg+xml"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_refusal_has_its_sentence(language: str) -> None:
    codes = {code for _, code in REFUSED.values()} | {
        "picture_empty",
        "picture_too_large",
        "picture_format",
        "picture_too_many_pixels",
        "picture_broken",
    }
    assert codes == set(SENTENCES)
    with translation.override(language):
        for content, _ in REFUSED.values():
            sentence = picture_sentence(refusal(content))
            assert re.fullmatch(r"[A-ZÅÄÖ][^%]+\.", sentence)
        assert "10" in picture_sentence(PictureRefused("picture_too_large", megabytes=10))
