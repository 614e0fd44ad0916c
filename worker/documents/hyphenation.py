"""Finnish hyphenation for documents: the library that breaks words knows Swedish and English, but no Finnish."""

from pathlib import Path

import pyphen

_PATTERNS = Path(__file__).with_name("hyph_fi.dic")


def know_finnish() -> None:
    """From now on this process breaks Finnish words where a syllable begins; asking again changes nothing."""
    pyphen.LANGUAGES["fi"] = _PATTERNS
    pyphen.LANGUAGES_LOWERCASE["fi"] = "fi"
