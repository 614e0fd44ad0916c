"""A client wishes something to be otherwise: who is told, and what a new version or a no makes of it."""

from decimal import Decimal

import pytest
from django.db import transaction

from bids.actions.ask_for_changes import AlreadyAccepted, Wish
from bids.actions.cancel_sending import cancel_sending
from bids.actions.decline_change_request import decline_change_request
from bids.actions.extend_validity import extend_validity
from bids.actions.finish_sending import finish_sending
from bids.actions.release_answer import release_answer
from bids.actions.remove_line import remove_line
from bids.actions.send_from_own_mail import send_from_own_mail
from bids.exports.frozen_version import read_version, version_tree
from bids.models import ChangeRequest, ClientLink, Letter, RevisionStanding
from bids.permissions import eyes_of
from bids.queries.questions import wishes_for, wishes_shown
from bids.steps.client_asks import LinkOnlyShows, WishIsOver, client_actor
from bids.vocabulary import ChangeRequestState, LetterKind, LinkScope, PriceBasis, RevisionState, SentHow, WishKind
from kernel.errors import Malformed, NotPermitted, Stale
from kernel.models import AuditEvent
from tests.bids.cases import daycare
from tests.bids.clients import JOHTAJA, a_client_link, asked, wished
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import SYSTEM, drawn, frozen, sent
from tests.kept import kept
from tests.world import NOON, a_person, acting

pytestmark = pytest.mark.django_db

TIINA = "tiina@example.invalid"
"""The contact of the daycare whom its offer goes to."""


@kept
def world() -> OkWorld:
    """Version 1 is with the client."""
    world = an_ok_world(daycare())
    sent(world)
    return world


@pytest.fixture
def link(world: OkWorld) -> ClientLink:
    return a_client_link(world)


def letters(kind: LetterKind) -> list[str]:
    return list(Letter.objects.filter(kind=kind.value).order_by("pk").values_list("to_email", flat=True))


def state_of(wish: ChangeRequest) -> str:
    return ChangeRequest.objects.get(pk=wish.pk).state


WISHES = [
    Wish(kind=WishKind.WITHOUT_LINE, line="A7"),
    Wish(kind=WishKind.LATER, weeks=2, text="Meillä on loma."),
    Wish(kind=WishKind.PRICE_WISH, amount=Decimal("3400.00"), basis=PriceBasis.GROSS),
    Wish(kind=WishKind.PRICE_WISH, amount=Decimal(400), basis=PriceBasis.NET, line="A4"),
    Wish(kind=WishKind.OTHER, text="Voisiko värit valita myöhemmin?"),
]


@pytest.mark.parametrize("wish", WISHES)
def test_a_wish_waits_for_the_lead_who_is_told_once(world: OkWorld, link: ClientLink, wish: Wish) -> None:
    first, again = wished(link, wish), wished(link, wish)

    assert first == again
    assert (first.kind, first.line, first.weeks, first.amount) == (wish.kind, wish.line, wish.weeks, wish.amount)
    assert (first.state, first.basis) == (ChangeRequestState.OPEN.value, wish.basis or "")
    assert letters(LetterKind.CHANGES_ASKED) == [world.lead_person.email]
    assert AuditEvent.objects.get(type="changes.asked").facts["kind"] == wish.kind.value


@pytest.mark.parametrize(
    ("wish", "at"),
    [
        (Wish(kind=WishKind.WITHOUT_LINE), "line"),
        (Wish(kind=WishKind.WITHOUT_LINE, line="Z1"), "line"),
        (Wish(kind=WishKind.LATER), "weeks"),
        (Wish(kind=WishKind.LATER, weeks=0), "weeks"),
        (Wish(kind=WishKind.LATER, weeks=105), "weeks"),
        (Wish(kind=WishKind.PRICE_WISH), "amount"),
        (Wish(kind=WishKind.PRICE_WISH, amount=Decimal(0)), "amount"),
        (Wish(kind=WishKind.PRICE_WISH, amount=Decimal(-1)), "amount"),
        (Wish(kind=WishKind.PRICE_WISH, amount=Decimal("0.001")), "amount"),
        (Wish(kind=WishKind.PRICE_WISH, amount=Decimal("NaN")), "amount"),
        (Wish(kind=WishKind.PRICE_WISH, amount=Decimal("1E+20")), "amount"),
        (Wish(kind=WishKind.PRICE_WISH, amount=Decimal(5), line="Z1"), "line"),
        (Wish(kind=WishKind.OTHER), "text"),
        (Wish(kind=WishKind.LATER, weeks=1, text="x" * 2001), "text"),
    ],
)
def test_what_wishes_nothing_is_refused_where_it_is_wrong(link: ClientLink, wish: Wish, at: str) -> None:
    with pytest.raises(Malformed) as refused:
        wished(link, wish)

    assert set(refused.value.faults) == {at}
    assert not ChangeRequest.objects.exists()


def test_a_link_that_only_shows_wishes_nothing(world: OkWorld) -> None:
    with pytest.raises(LinkOnlyShows):
        wished(a_client_link(world, scope=LinkScope.VIEW))


def test_of_an_accepted_offer_nothing_is_wished_here(link: ClientLink) -> None:
    # No yes stands behind it here, so it is unmade before the database asks for one.
    with transaction.atomic():
        RevisionStanding.objects.update(state=RevisionState.ACCEPTED.value)
        with pytest.raises(AlreadyAccepted):
            wished(link)
        transaction.set_rollback(True)


def test_only_those_who_change_the_offer_read_and_decline_wishes(world: OkWorld, link: ClientLink) -> None:
    wish = wished(link)
    kuv, sel = world.firm("KUV"), world.firm("SEL")
    others = [
        acting(a_person(at=kuv, role="producer"), kuv),
        acting(a_person(at=kuv, role="viewer"), kuv),
        acting(a_person(at=sel, role="owner"), sel),
        world.asked("SEL"),
    ]

    for by in others:
        assert not wishes_for(world.bid, eyes_of(by, world.bid)).exists()
    for by in [*others, client_actor(link)]:
        with pytest.raises(NotPermitted):
            decline_change_request(wish=wish, seen=1, by=by, now=NOON)
    assert list(wishes_for(world.bid, eyes_of(world.lead, world.bid))) == [wish]


def test_a_no_is_told_to_whoever_wished_with_the_leads_words(world: OkWorld, link: ClientLink) -> None:
    with pytest.raises(Stale):
        decline_change_request(wish=wished(link), seen=7, by=world.lead, now=NOON)
    wish = decline_change_request(wish=wished(link), words=" Ei käy. ", seen=1, by=world.lead, now=NOON)

    assert (wish.state, wish.words, wish.closed_by) == (
        ChangeRequestState.DECLINED.value,
        "Ei käy.",
        world.lead_person,
    )
    assert letters(LetterKind.CHANGES_ANSWERED) == [JOHTAJA]
    with pytest.raises(WishIsOver):
        decline_change_request(wish=wish, seen=2, by=world.lead, now=NOON)


def without_a3(world: OkWorld) -> None:
    """The lead takes out a row of its own; nobody is worse off, and nobody is asked again."""
    before = world.board()
    line = world.line("A3")
    remove_line(line=line, seen=line.version, by=world.lead, now=NOON)
    assert {key: ok.is_ok for key, ok in world.board().items() if not ok.is_lead} == {
        key: True for key, ok in before.items() if not ok.is_lead
    }


def test_the_next_version_answers_the_wishes_it_does_something_about_and_tells_each_once(
    world: OkWorld, link: ClientLink
) -> None:
    less = Wish(kind=WishKind.WITHOUT_LINE, line="A3")
    own, other = wished(a_client_link(world, email=TIINA, name="Tiina"), less), wished(link, less)
    cheaper = wished(
        link, Wish(kind=WishKind.PRICE_WISH, amount=Decimal(3000), basis=PriceBasis.GROSS, text="Enempää ei ole.")
    )
    untouched = (
        wished(link, Wish(kind=WishKind.OTHER, text="Toisin.")),
        wished(link, Wish(kind=WishKind.LATER, weeks=1)),
    )
    declined = decline_change_request(wish=wished(link), seen=1, by=world.lead, now=NOON)
    without_a3(world)

    second = sent(world)

    assert [state_of(one) for one in (cheaper, *untouched)] == ["answered", "open", "open"]

    for wish in (own, other):
        wish.refresh_from_db()
        assert (wish.state, wish.answered_in, wish.closed_at) == (ChangeRequestState.ANSWERED.value, second, NOON)
    assert state_of(declined) == ChangeRequestState.DECLINED.value
    # The one who gets the version's own letter reads it there; the other one has a letter about each wish.
    assert letters(LetterKind.CHANGES_ANSWERED) == [JOHTAJA, JOHTAJA, JOHTAJA]
    assert letters(LetterKind.OFFER_TO_CLIENT) == [TIINA, TIINA]


def test_the_lead_names_which_wishes_a_version_answers(world: OkWorld, link: ClientLink) -> None:
    one, other = wished(link), wished(link, Wish(kind=WishKind.OTHER, text="Toisin."))

    sent(world, answers=[one.public_id])

    assert [state_of(one), state_of(other)] == ["answered", "open"]
    sent(world, answers=[])
    assert state_of(other) == "open"


def test_a_version_that_does_not_go_out_answers_nothing(world: OkWorld, link: ClientLink) -> None:
    wish = wished(link)
    second = frozen(world, answers=[wish.public_id])
    wish.refresh_from_db()
    assert (wish.state, wish.answered_in) == ("open", second)

    cancel_sending(revision=second, by=world.lead, now=NOON)

    wish.refresh_from_db()
    assert (wish.state, wish.answered_in) == ("open", None)


def test_a_wish_that_comes_while_a_version_is_on_its_way_is_not_answered_by_it(
    world: OkWorld, link: ClientLink
) -> None:
    second = frozen(world)
    wish = wished(link)

    drawn(second)
    finish_sending(revision=second, by=SYSTEM, now=NOON)

    assert state_of(wish) == "open"


def test_a_wish_declined_while_a_version_is_on_its_way_is_declined(world: OkWorld, link: ClientLink) -> None:
    wish = wished(link)
    second = frozen(world, answers=[wish.public_id])
    wish.refresh_from_db()
    decline_change_request(wish=wish, seen=wish.version, by=world.lead, now=NOON)

    drawn(second)
    finish_sending(revision=second, by=SYSTEM, now=NOON)

    assert state_of(wish) == "declined"


def test_more_time_answers_no_wish(world: OkWorld, link: ClientLink) -> None:
    wish = wished(link)

    extend_validity(bid=world.bid, until=world.bid.valid_until.replace(day=20), by=world.lead, now=NOON)

    wish.refresh_from_db()
    assert (wish.state, wish.answered_in) == ("open", None)


def test_of_what_the_lead_sends_from_her_own_mail_she_tells_herself(world: OkWorld, link: ClientLink) -> None:
    wish = wished(link)
    second = frozen(world, how=SentHow.OWN_MAIL, answers=[wish.public_id])
    drawn(second)
    send_from_own_mail(revision=second, by=world.lead, now=NOON)

    assert state_of(wish) == "answered"
    assert letters(LetterKind.CHANGES_ANSWERED) == []


def test_one_reads_ones_own_wishes_alone(world: OkWorld, link: ClientLink) -> None:
    own = wished(link)
    wished(a_client_link(world, email="toinen@example.invalid"), Wish(kind=WishKind.OTHER, text="Salaa."))

    assert list(wishes_shown(link)) == [own]


def test_what_was_answered_stands_in_every_later_version(world: OkWorld, link: ClientLink) -> None:
    asked(link, "Jääkö tämä auki?")
    release_answer(question=asked(link, about="line:A4"), text="Kyllä.", seen=1, by=world.lead, now=NOON)

    second = sent(world)
    (answer,) = read_version(bytes(second.payload)).answers

    assert (answer.question, answer.answer, answer.place) == ("Sisältyykö taitto?", "Kyllä.", "line:A4")
    assert (answer.version, answer.about) == (1, "A4 Selkokielinen toimitustyö")
    assert JOHTAJA not in bytes(second.payload).decode(errors="replace")
    third = sent(world, with_answers=False)
    assert "answers" not in version_tree(bytes(third.payload))
