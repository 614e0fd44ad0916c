"""Words of what has become of a version."""

from datetime import timedelta

from django import template
from django.utils.translation import pgettext

from bids import formats
from bids.queries.versions import Version
from bids.vocabulary import RevisionState
from bids.web.speaking import page_language
from kernel.clock import helsinki_day

register = template.Library()


@register.filter
def version_state(version: Version) -> str:
    """What has become of a version."""
    return {
        RevisionState.FROZEN: pgettext("version", "on its way"),
        RevisionState.SENT: pgettext("version", "with the client"),
        RevisionState.ACCEPTED: pgettext("version", "accepted"),
        RevisionState.DECLINED: pgettext("version", "declined"),
        RevisionState.EXPIRED: pgettext("version", "expired"),
        RevisionState.WITHDRAWN: pgettext("version", "withdrawn"),
        RevisionState.SUPERSEDED: pgettext("version", "replaced by a later one"),
        RevisionState.ABANDONED: pgettext("version", "not sent"),
    }[version.state]


@register.filter
def last_day(version: Version) -> str:
    """The last day on which the version is valid, as Helsinki counts days."""
    return formats.day(helsinki_day(version.expires_at - timedelta(microseconds=1)), page_language())
