"""Which state may follow which: of an offer's working copy, of a firm's part in it, and of what was sent."""

from datetime import datetime

from bids.vocabulary import BidState, PartState, RevisionState

_BID: dict[BidState, frozenset[BidState]] = {
    BidState.DRAFTING: frozenset({BidState.SENDING, BidState.CLOSED}),
    BidState.SENDING: frozenset({BidState.DRAFTING}),
    BidState.CLOSED: frozenset(),
}

_OUT = frozenset({PartState.TAKEN_OVER, PartState.LEFT_OUT})
_PART: dict[PartState, frozenset[PartState]] = {
    PartState.LISTED: frozenset({PartState.ASKED, PartState.IN, *_OUT}),
    PartState.ASKED: frozenset({PartState.IN, PartState.NO, PartState.CALL_ME, *_OUT}),
    PartState.CALL_ME: frozenset({PartState.IN, PartState.NO, PartState.ASKED, *_OUT}),
    PartState.IN: frozenset({PartState.ASKED, PartState.NO, PartState.CALL_ME, PartState.LEFT, *_OUT}),
    PartState.NO: frozenset({PartState.ASKED, PartState.IN, PartState.CALL_ME, *_OUT}),
    PartState.TAKEN_OVER: frozenset({PartState.ASKED}),
    PartState.LEFT_OUT: frozenset({PartState.ASKED}),
    PartState.LEFT: frozenset({PartState.ASKED, *_OUT}),
}

_BACK: dict[RevisionState, frozenset[RevisionState]] = {
    # Only with the annulling of what the lead had recorded: the version is what it would be without.
    RevisionState.ACCEPTED: frozenset({RevisionState.SENT, RevisionState.EXPIRED}),
    RevisionState.DECLINED: frozenset({RevisionState.SENT, RevisionState.EXPIRED}),
}

_REVISION: dict[RevisionState, frozenset[RevisionState]] = {
    RevisionState.FROZEN: frozenset({RevisionState.SENT, RevisionState.ABANDONED}),
    RevisionState.SENT: frozenset(
        {
            RevisionState.ACCEPTED,
            RevisionState.DECLINED,
            RevisionState.EXPIRED,
            RevisionState.WITHDRAWN,
            RevisionState.SUPERSEDED,
        }
    ),
    # What arrived in time may be written down after the last day has passed.
    RevisionState.EXPIRED: frozenset({RevisionState.ACCEPTED, RevisionState.DECLINED, RevisionState.SUPERSEDED}),
    RevisionState.DECLINED: frozenset({RevisionState.SUPERSEDED}),
    RevisionState.WITHDRAWN: frozenset({RevisionState.SUPERSEDED}),
    RevisionState.ACCEPTED: frozenset(),
    RevisionState.SUPERSEDED: frozenset(),
    RevisionState.ABANDONED: frozenset(),
}


def bid_may_become(now: BidState, then: BidState) -> bool:
    """Whether a working copy that is `now` may become `then`; staying as it is is no step."""
    return then in _BID[now]


def part_may_become(now: PartState, then: PartState) -> bool:
    """Whether a firm that stands `now` may come to stand `then`; staying as it is is no step."""
    return then in _PART[now]


def revision_may_become(now: RevisionState, then: RevisionState) -> bool:
    """Whether a version that is `now` may become `then`; staying as it is is no step."""
    return then in _REVISION[now]


def revision_may_go_back(now: RevisionState, then: RevisionState) -> bool:
    """Whether a version may become `then` again when what the lead recorded about it is annulled."""
    return then in _BACK.get(now, frozenset())


def revision_state_at(stored: RevisionState, expires_at: datetime, *, now: datetime) -> RevisionState:
    """What a version counts as at an instant: one that is with the client is valid while `now < expires_at`."""
    return RevisionState.EXPIRED if stored == RevisionState.SENT and now >= expires_at else stored
