"""How a client's answer came, in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from bids.vocabulary import DecisionWay

WAYS: Final[dict[DecisionWay, Promise]] = {
    DecisionWay.REPLY_MAIL: gettext_lazy("in a reply to our mail"),
    DecisionWay.SLIP: gettext_lazy("on the signed slip"),
    DecisionWay.ORDER: gettext_lazy("as an order"),
    DecisionWay.MINUTES: gettext_lazy("in the minutes of a meeting"),
    DecisionWay.PHONE: gettext_lazy("on the phone"),
}


def way_words(way: DecisionWay) -> str:
    """How it came, to stand in a line of facts."""
    return str(WAYS[way])
