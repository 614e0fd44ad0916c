"""How far an offer has come, in words."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bids import formats
from bids.models import RevisionStanding
from bids.queries.stages import Standing
from bids.vocabulary import Language, OfferStage, PartState, RevisionState
from kernel.clock import helsinki_day


def stage_name(stage: OfferStage) -> str:
    """The stage by itself, as one chooses it from a list."""
    return {
        OfferStage.DRAFT: _("draft"),
        OfferStage.PRICES: _("waits for prices"),
        OfferStage.CALL: _("somebody asks for a call"),
        OfferStage.OKS: _("waits for an OK"),
        OfferStage.READY: _("ready to send"),
        OfferStage.LAPSED: _("its last day has passed unsent"),
        OfferStage.SENDING: _("being sent"),
        OfferStage.SENT: _("sent"),
        OfferStage.EXPIRED: _("expired"),
        OfferStage.WITHDRAWN: _("withdrawn"),
        OfferStage.DECLINED: _("declined"),
        OfferStage.ACCEPTED: _("accepted"),
        OfferStage.CHANGING: _("accepted, being changed"),
        OfferStage.CLOSED: _("closed"),
    }[stage]


def standing_in_words(standing: Standing, language: Language) -> str:
    """What a list says of an offer: how many prices it waits for, when it was sent and until when it is valid."""
    match standing.stage:
        case OfferStage.PRICES:
            return ngettext("waits for one price", "waits for %(count)s prices", standing.prices) % {
                "count": standing.prices
            }
        case OfferStage.OKS:
            return ngettext("waits for one OK", "waits for %(count)s OKs", standing.oks) % {"count": standing.oks}
        case OfferStage.DRAFT if standing.unasked:
            return ngettext(
                "draft, one firm not asked yet", "draft, %(count)s firms not asked yet", standing.unasked
            ) % {"count": standing.unasked}
        case OfferStage.SENT if standing.sent_at and standing.expires_at:
            return _("sent %(day)s, valid until %(last_day)s") % {
                "day": formats.day(helsinki_day(standing.sent_at), language),
                "last_day": formats.day(last_day(standing.expires_at), language),
            }
        case OfferStage.EXPIRED if standing.expires_at:
            return _("expired %(day)s") % {"day": formats.day(last_day(standing.expires_at), language)}
        case _:
            return stage_name(standing.stage)


def part_in_words(state: PartState, standing: Standing, *, has_ok: bool, language: Language) -> str:
    """What a partner's own list says of an offer it takes part in."""
    match state:
        case PartState.ASKED:
            return _("asks for your price")
        case PartState.CALL_ME:
            return _("you asked to be called")
        case PartState.IN if not has_ok and standing.stage is not OfferStage.SENT:
            return _("asks for your OK again")
        case PartState.IN if standing.stage in _PARTNERS_OWN_MATTER:
            return standing_in_words(standing, language)
        case PartState.IN:
            return _("you are in")
        case _:
            return _("you are named in it")


def version_in_words(standing: RevisionStanding, language: Language) -> str:  # noqa: PLR0911 - one for each state
    """What has become of one version."""
    day = {"day": formats.day(helsinki_day(standing.changed_at), language)}
    match RevisionState(standing.state):
        case RevisionState.FROZEN:
            return _("is being sent")
        case RevisionState.SENT:
            return _("sent %(day)s, valid until %(last_day)s") % {
                "day": formats.day(helsinki_day(standing.sent_at or standing.changed_at), language),
                "last_day": formats.day(last_day(standing.expires_at), language),
            }
        case RevisionState.ACCEPTED:
            return _("accepted %(day)s") % day
        case RevisionState.DECLINED:
            return _("declined %(day)s") % day
        case RevisionState.EXPIRED:
            return _("expired %(day)s") % {"day": formats.day(last_day(standing.expires_at), language)}
        case RevisionState.WITHDRAWN:
            return _("withdrawn %(day)s") % day
        case RevisionState.SUPERSEDED:
            return _("a newer version took its place %(day)s") % day
        case RevisionState.ABANDONED:
            return _("was not sent")


_PARTNERS_OWN_MATTER = frozenset(
    {
        OfferStage.SENDING,
        OfferStage.SENT,
        OfferStage.EXPIRED,
        OfferStage.WITHDRAWN,
        OfferStage.DECLINED,
        OfferStage.ACCEPTED,
        OfferStage.CLOSED,
    }
)


def last_day(expires_at: datetime) -> date:
    """The last day a thing is valid on, when `expires_at` is the first instant that it is not."""
    return helsinki_day(expires_at - timedelta(microseconds=1))
