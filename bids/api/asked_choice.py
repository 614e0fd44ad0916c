"""What the client would choose, from what was asked."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bids.choosing import choice_of
from bids.content import Choice
from kernel.errors import Refusal


class ChoiceContradicted(Refusal):
    """A package is asked for, and none at once."""

    status = 422
    sentence = _("A package is chosen and no package is wanted: leave one of the two out.")
    code = "choice-contradicted"


def asked_choice(asked: Mapping[str, Any], *, package_key: str = "package") -> Choice:
    """The choice in the address or in a body. ChoiceRefused when a line is named twice, or ChoiceContradicted.

    In an address an empty package is none said, and `no_package` takes the preselected one away; in a body an empty
    package does that.
    """
    package = asked.get(package_key)
    if "no_package" in asked:
        if asked["no_package"] and package:
            raise ChoiceContradicted
        package = "" if asked["no_package"] else package or None
    return choice_of(asked.get("choose", ()), package)
