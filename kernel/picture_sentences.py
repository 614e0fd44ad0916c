"""Why a picture is not taken in, in the reader's language, with what to do about it."""

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kernel.pictures import PictureRefused

SENTENCES: Final = {
    "picture_empty": _("The file is empty. Choose the picture again."),
    "picture_too_large": _(
        "The picture takes more than %(megabytes)s MB. Save it in a smaller size, then choose it again."
    ),
    "picture_format": _("This is no PNG, JPEG, WebP or SVG picture. Save it in one of these formats."),
    "picture_too_many_pixels": _(
        "The picture has more than %(megapixels)s million pixels. Save it in a smaller size, then choose it again."
    ),
    "picture_broken": _("The picture is damaged. Save it anew, then choose it again."),
    "svg_too_large": _("The SVG picture takes more than %(kilobytes)s kB. Simplify it, or save it as PNG."),
    "svg_too_many_shapes": _("The SVG picture has more than %(shapes)s shapes. Simplify it, or save it as PNG."),
    "svg_too_deep": _("The SVG picture has too many groups within groups. Simplify it, or save it as PNG."),
    "svg_repeats_too_much": _("The SVG picture repeats its shapes too many times. Simplify it, or save it as PNG."),
    "svg_outside": _("The SVG picture calls for something outside itself. Save it as PNG."),
    "svg_without_size": _("The SVG picture has no size, or is far too narrow. Mend that, or save it as PNG."),
    "svg_broken": _("The SVG picture cannot be read. Save it anew, or save it as PNG."),
}


def picture_sentence(refused: PictureRefused) -> str:
    """What to do about a picture that is not taken in, in the reader's language."""
    return gettext(SENTENCES[refused.code]) % refused.params
