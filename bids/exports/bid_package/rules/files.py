"""The pictures of a package: of the type they say, small together, and made safe as they are read."""

from bids.exports.bid_package.faults import Findings
from bids.exports.bid_package.layout import ALL_FILES_KILOBYTES, FileType
from bids.exports.bid_package.shapes import Node
from kernel.pictures import PictureRefused
from kernel.uploads import clean_upload

_LOOKED_AT = 1024


def files_are_what_they_say(offer: Node, findings: Findings) -> None:
    """The first bytes of a file are those of its type."""
    for file in offer.nodes("files"):
        said, data = file.get("type"), file.get("base64")
        if said is not None and data is not None and (found := _type_of(data)) != said:
            code = "file_type_differs" if found else "file_type_unknown"
            findings.add(file.at("type"), code, value=said, found=found or "")


def files_are_small_together(offer: Node, findings: Findings) -> None:
    """All files together keep to their limit."""
    together = sum(len(file.get("base64") or b"") for file in offer.nodes("files"))
    if together > ALL_FILES_KILOBYTES * 1000:
        findings.add(offer.at("files"), "files_too_large", kilobytes=-(-together // 1000), most=ALL_FILES_KILOBYTES)


def files_are_made_safe(offer: Node, findings: Findings) -> None:
    """A file holds nothing but its picture: what else came with it is gone, and what cannot be a picture is told.

    A picture that is clean stays byte for byte what it is.
    """
    if findings.touches(offer.at("files")):
        return
    for file in offer.nodes("files"):
        try:
            file.values["base64"] = clean_upload(file.get("base64")).content
        except PictureRefused as refused:
            findings.add(file.at("base64"), refused.code, **refused.params)


def _type_of(data: bytes) -> FileType | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return FileType.WEBP
    beginning = data[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    return FileType.SVG if beginning.startswith(b"<") and b"<svg" in data else None
