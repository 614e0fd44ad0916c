"""What the client would choose, from what was asked."""

from collections.abc import Mapping
from typing import Any

from bids.choosing import choice_of
from bids.content import Choice


def asked_choice(asked: Mapping[str, Any], *, package_key: str = "package") -> Choice:
    """The choice in the address or in a body. ChoiceRefused when a line is named twice.

    In an address an empty package is none said, and `no_package` takes the preselected one away; in a body an empty
    package does that.
    """
    package = asked.get(package_key)
    if "no_package" in asked:
        package = "" if asked["no_package"] else package or None
    return choice_of(asked.get("choose", ()), package)
