"""What an answer writes, whose OK it gives, and what it refuses."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from bids.actions.answer_request import answer_request
from bids.actions.ask_to_call import ask_to_call
from bids.actions.begin_letter import begin_letter
from bids.actions.decline_request import No, decline_request
from bids.actions.deny_answer import deny_answer
from bids.actions.end_letter import end_letter
from bids.actions.hand_to_owner import hand_to_owner
from bids.content import Period, ServiceCompany
from bids.exports.bid_package import package_bytes, read_own_package
from bids.models import Approval, BidFile, Draft, Invitation, Letter, LineItem, Part
from bids.pricing import totals
from bids.queries.content_of import content_of
from bids.queries.letters import deliveries
from bids.queries.oks import ok_of
from bids.steps.answering import BelongsToAnother
from bids.steps.answers import AlreadyInTheOffer, AnsweredRow, AnsweredStep, FirmWords, NoLongerAsked, PartAnswer
from bids.steps.oks import OkOfSomethingElse
from bids.vocabulary import LetterKind, LetterState, PartState, PriceBasis
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted
from kernel.models import AuditEvent, AuditIdentity
from kernel.uploads import clean_upload
from members.models import Firm, Membership, Person
from tests.bids.requests import SIGN, Request, a_request, an_answer, hashes
from tests.kept import kept
from tests.world import NOON, a_firm, a_person, acting

pytestmark = pytest.mark.django_db


@kept
def request_() -> Request:
    return a_request(NOON)


def answered(asked: Request, now: datetime, answer: PartAnswer | None = None) -> Part:
    return answer_request(
        part=asked.part, answer=answer or an_answer(), **hashes(asked.part), by=asked.invited, now=now
    )


def test_one_press_writes_the_answer_and_both_halves_of_the_ok(request_: Request, now: datetime) -> None:
    part = answered(request_, now)

    request_.fresh()
    row = LineItem.objects.get(part=part)
    assert (row.text, row.unit_price, row.quantity, row.unit) == (SIGN, Decimal("450.0000"), Decimal("1.000"), "erä")
    assert row.vat_rate == Decimal("25.5")
    assert request_.part.state == PartState.IN.value
    assert request_.invitation.answer == "in"
    assert ok_of(request_.part, now=now).is_ok
    assert {approval.method for approval in Approval.objects.filter(part=part)} == {"answered"}
    assert request_.part.card["business_id"] == "9000004-6"


def test_partner_and_lead_each_get_one_letter_and_the_trail_one_event(request_: Request, now: datetime) -> None:
    answered(request_, now)

    kinds = Letter.objects.exclude(kind__in=["asked", "reminder"]).values_list("kind", "to_email")
    assert sorted(kinds) == [("answered", "maija@example.invalid"), ("ok_given", "pekka@example.invalid")]
    assert AuditEvent.objects.filter(type="part.answered").count() == 1


def test_answering_makes_nobody_a_person_or_a_member(request_: Request, now: datetime) -> None:
    people, members, firms = Person.objects.count(), Membership.objects.count(), Firm.objects.count()
    answered(request_, now)
    assert (Person.objects.count(), Membership.objects.count(), Firm.objects.count()) == (people, members, firms)
    assert Firm.objects.get(pk=request_.part.firm_id).business_id is None


def test_an_answer_to_what_is_no_longer_on_the_screen_is_not_written(request_: Request, now: datetime) -> None:
    seen = hashes(request_.part)
    request_.bid.payment_days = 30
    request_.bid.save()
    with pytest.raises(OkOfSomethingElse):
        answer_request(part=request_.part, answer=an_answer(), **seen, by=request_.invited, now=now)
    assert not LineItem.objects.filter(part=request_.part).exists()


def test_answering_again_changes_the_answer_and_keeps_the_rows_code(request_: Request, now: datetime) -> None:
    answered(request_, now)
    row = LineItem.objects.get(part=request_.part)
    again = an_answer("480", rows=(AnsweredRow(text=SIGN, unit_price=Decimal(480), row=row.public_id),))

    answered(request_.fresh(), now, again)

    changed = LineItem.objects.get(part=request_.part)
    assert (changed.code, changed.unit_price) == (row.code, Decimal(480))
    assert ok_of(request_.fresh().part, now=now).is_ok


@pytest.mark.parametrize(("basis", "net"), [(PriceBasis.NET, "450.00"), (PriceBasis.GROSS, "358.57")])
def test_a_price_counts_without_or_with_vat(basis: PriceBasis, net: str, request_: Request, now: datetime) -> None:
    answered(request_, now, an_answer(rows=(AnsweredRow(text=SIGN, unit_price=Decimal(450), price_basis=basis),)))
    own = next(part for part in totals(content_of(request_.bid)).parts if part.firm == request_.part.key)
    assert own.net == Decimal(net)


def test_who_is_outside_vat_gets_what_was_typed_either_way(request_: Request, now: datetime) -> None:
    outside = FirmWords(name="Selkopolku Tmi", business_id="9000003-8", vat_liable=False)
    rows = (AnsweredRow(text=SIGN, unit_price=Decimal(450), price_basis=PriceBasis.GROSS),)
    answered(request_, now, an_answer(firm=outside, rows=rows))
    own = next(part for part in totals(content_of(request_.bid)).parts if part.firm == request_.part.key)
    assert (own.net, own.gross) == (Decimal(450), Decimal(450))


def test_a_light_entrepreneur_sells_through_the_service_with_its_vat(request_: Request, now: datetime) -> None:
    service = ServiceCompany(name="Laskupalvelu Oy", business_id="9000012-6")
    light = FirmWords(name="Kalle Kuvaaja", invoiced_through=service, vat_liable=False)
    answered(request_, now, an_answer(firm=light))
    offer = content_of(request_.bid)
    card = offer.parts[-1].firm
    own = next(part for part in totals(offer).parts if part.firm == request_.part.key)
    assert (card.seller_name, card.seller_business_id, card.charges_vat) == ("Laskupalvelu Oy", "9000012-6", True)
    assert (own.net, own.vat, own.gross) == (Decimal(450), Decimal("114.75"), Decimal("564.75"))


def test_a_service_outside_vat_adds_none(request_: Request, now: datetime) -> None:
    service = ServiceCompany(name="Pieni palvelu", business_id="9000012-6", vat_liable=False)
    answered(request_, now, an_answer(firm=FirmWords(name="Kalle", invoiced_through=service)))
    own = next(part for part in totals(content_of(request_.bid)).parts if part.firm == request_.part.key)
    assert (own.net, own.gross) == (Decimal(450), Decimal(450))


def test_a_longer_answer_writes_rows_texts_steps_and_a_picture(request_: Request, now: datetime) -> None:
    out = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, "PNG")
    longer = an_answer(
        rows=(
            AnsweredRow(text="Juliste A2", quantity=Decimal(15), unit="kpl", unit_price=Decimal("12.90")),
            AnsweredRow(text="Esite A5", quantity=Decimal(500), unit="kpl", unit_price=Decimal("0.315")),
            AnsweredRow(text="Ikkunatarra", unit_price=Decimal("84.90"), optional=True),
        ),
        ready=Period(starts_on=date(2026, 4, 20), ends_on=date(2026, 4, 24)),
        summary="Painotyöt yhdestä paikasta.",
        included=("Aineiston tarkistus",),
        excluded=("Kuljetus",),
        assumptions=("Aineisto tulee 10.4.",),
        steps=(AnsweredStep(name="Painossa", days=Period(starts_on=date(2026, 4, 22), ends_on=date(2026, 4, 22))),),
        logo=clean_upload(out.getvalue()),
    )
    part = answered(request_, now, longer)

    rows = list(part.lines.order_by("position"))
    assert [(row.unit_price, row.optional) for row in rows] == [
        (Decimal("12.9000"), False),
        (Decimal("0.3150"), False),
        (Decimal("84.9000"), True),
    ]
    assert {row.delivered_to for row in rows} == {date(2026, 4, 24)}
    assert (part.summary, part.included, part.excluded) == (longer.summary, ["Aineiston tarkistus"], ["Kuljetus"])
    assert part.milestones.get().name == "Painossa"
    assert BidFile.objects.get(bid=part.bid).name == part.card["logo"]
    assert ok_of(Part.objects.get(pk=part.pk), now=now).is_ok


@pytest.mark.parametrize(("initials", "name"), [("SÄH", "sah-1.png"), ("Å", "a-1.png"), ("Ø", "logo-1.png")])
def test_a_logo_has_a_name_a_package_may_hold_whatever_the_firm_is_called(
    initials: str, name: str, request_: Request, now: datetime
) -> None:
    Part.objects.filter(pk=request_.part.pk).update(key=initials)
    request_.part.refresh_from_db()
    out = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, "PNG")
    part = answered(request_, now, an_answer(logo=clean_upload(out.getvalue())))

    offer = content_of(part.bid)
    assert part.card["logo"] == name
    assert [file.name for file in read_own_package(package_bytes(offer)).files] == [name]


def test_rows_that_are_taken_away_never_give_their_code_again(request_: Request, now: datetime) -> None:
    two = an_answer(rows=tuple(AnsweredRow(text=text, unit_price=Decimal(10)) for text in ("Yksi", "Kaksi")))
    answered(request_, now, two)
    first, second = LineItem.objects.filter(part=request_.part).order_by("position")
    kept = AnsweredRow(text="Yksi", unit_price=Decimal(10), row=first.public_id)
    new = AnsweredRow(text="Kolme", unit_price=Decimal(10))

    answered(request_.fresh(), now, an_answer(rows=(kept, new), removed=frozenset({second.public_id})))

    codes = set(LineItem.objects.filter(part=request_.part).values_list("code", flat=True))
    assert second.code not in codes
    assert len(codes) == 2


def test_the_offers_own_last_day_is_not_said_again_on_the_row(request_: Request, now: datetime) -> None:
    last = Period(starts_on=date(2026, 4, 30), ends_on=date(2026, 4, 30))
    answered(request_, now, an_answer(ready=last))
    assert LineItem.objects.get(part=request_.part).delivered_to is None


def test_no_time_takes_the_firm_out_and_names_somebody_else(request_: Request, now: datetime) -> None:
    answered(request_, now)
    no = No(why="Ei ehdi", ask_name="Timo", ask_email="timo@example.invalid", ask_why="tekee hyviä kylttejä")

    decline_request(part=request_.part, no=no, by=request_.invited, now=now)

    request_.fresh()
    assert (request_.part.state, request_.invitation.answer) == ("no", "no")
    assert request_.invitation.suggests_name == "Timo"
    assert not Approval.objects.unrevoked().filter(part=request_.part).exists()
    assert [part.key for part in content_of(request_.bid).parts] == ["KUV"]


def test_a_no_can_become_a_yes(request_: Request, now: datetime) -> None:
    decline_request(part=request_.part, no=No(), by=request_.invited, now=now)
    answered(request_.fresh(), now)
    assert ok_of(request_.fresh().part, now=now).is_ok


def test_call_me_leaves_the_number_with_the_lead(request_: Request, now: datetime) -> None:
    ask_to_call(part=request_.part, phone="040 123 4567", when="tänään", by=request_.invited, now=now)
    request_.fresh()
    assert (request_.part.state, request_.invitation.answer) == ("call_me", "call_me")
    assert (request_.invitation.phone, request_.invitation.message) == ("040 123 4567", "tänään")


def test_this_was_not_me_takes_the_ok_back_and_every_link_with_it(request_: Request, now: datetime) -> None:
    answered(request_, now)
    deny_answer(part=request_.fresh().part, by=request_.invited, now=now)
    request_.fresh()
    assert request_.part.state == "asked"
    assert request_.invitation.answer == ""
    assert not ok_of(request_.part, now=now).is_ok
    assert not request_.invitation.links.filter(revoked_at__isnull=True).exists()
    assert Letter.objects.filter(kind=LetterKind.LINK_RENEWED.value).count() == 1


@pytest.mark.parametrize("state", ["taken_over", "left_out", "left"])
def test_whose_place_is_gone_is_told_so(state: str, request_: Request, now: datetime) -> None:
    seen = hashes(request_.part)
    Part.objects.filter(pk=request_.part.pk).update(state=state)
    with pytest.raises(NoLongerAsked) as refused:
        answer_request(part=request_.part, answer=an_answer(), **seen, by=request_.invited, now=now)
    assert "Kuvakulma" in str(refused.value)


def test_a_stranger_and_the_lead_cannot_answer_for_the_partner(request_: Request, now: datetime) -> None:
    stranger = acting(a_person(at=(firm := a_firm("Sivullinen Oy"))), firm)
    for actor in (request_.lead, stranger):
        with pytest.raises(NotPermitted):
            answer_request(part=request_.part, answer=an_answer(), **hashes(request_.part), by=actor, now=now)


def test_who_may_not_give_the_firms_ok_cannot_answer_for_it(request_: Request, now: datetime) -> None:
    firm = request_.part.firm
    for role in ("viewer", "producer", "editor"):
        actor = acting(a_person(at=firm, role=role), firm)
        with pytest.raises(NotPermitted):
            answer_request(part=request_.part, answer=an_answer(), **hashes(request_.part), by=actor, now=now)


def test_a_person_answers_as_their_own_firm_with_its_card(request_: Request, now: datetime) -> None:
    firm = Firm.objects.create(name="Painopiste Savo Oy", business_id="9000004-6", municipality="491", staff=4)
    pekka = a_person(at=firm, email="pekka@example.invalid")
    answer = an_answer(firm=None)
    answer_request(
        part=request_.part,
        answer=answer,
        **hashes(request_.part),
        by=acting(pekka, firm),
        now=now,
        held=request_.invitation,
        as_firm=firm,
    )
    request_.fresh()
    assert request_.part.firm_id == firm.pk
    assert (request_.part.card["staff"], request_.part.card["municipality"]) == (4, "491")
    assert {approval.person_id for approval in Approval.objects.filter(part=request_.part)} == {pekka.pk}
    assert ok_of(request_.part, now=now).is_ok


def test_a_firm_that_is_in_the_offer_cannot_take_a_second_part(request_: Request, now: datetime) -> None:
    with pytest.raises(AlreadyInTheOffer):
        answer_request(
            part=request_.part,
            answer=an_answer(firm=None),
            **hashes(request_.part),
            by=request_.lead,
            now=now,
            held=request_.invitation,
            as_firm=request_.bid.lead,
        )


OTHERS_ID = "9000013-4"


@pytest.fixture
def owners() -> Firm:
    firm = Firm.objects.create(name="Toinen Oy", business_id=OTHERS_ID)
    a_person(at=firm, email="omistaja@example.invalid")
    return firm


def test_an_owned_business_id_gives_nothing_and_asks_its_owner(request_: Request, owners: Firm, now: datetime) -> None:
    typed = an_answer(firm=FirmWords(name="Toinen Oy", business_id=OTHERS_ID))
    members = Membership.objects.count()
    with pytest.raises(BelongsToAnother):
        answered(request_, now, typed)
    request_.fresh()
    assert not Approval.objects.exists()

    handed = hand_to_owner(
        part=request_.part, business_id=OTHERS_ID, words={"price": "450"}, by=request_.invited, now=now
    )

    part = Part.objects.get(pk=request_.part.pk)
    assert part.firm_id == owners.pk
    assert Membership.objects.count() == members
    assert not Approval.objects.exists()
    assert not LineItem.objects.filter(part=part).exists()
    assert Draft.objects.get(invitation=handed).words == {"price": "450"}
    assert handed.email == ""
    assert Letter.objects.filter(kind="asked", to_email="omistaja@example.invalid").count() == 1
    assert Invitation.objects.standing().get(part=part) == handed


def test_neither_page_nor_trail_of_the_lead_tells_who_the_owners_are(
    request_: Request, owners: Firm, now: datetime, system: Actor
) -> None:
    hand_to_owner(part=request_.part, business_id=OTHERS_ID, words={}, by=request_.invited, now=now)
    letter = Letter.objects.get(to_email="omistaja@example.invalid")
    letter = begin_letter(letter=letter, subject="x", opens=None, by=system, now=now)
    assert letter.state == "sending"
    end_letter(letter=letter, state=LetterState.BOUNCED, failure="550", by=system, now=now)

    assert owners.memberships.count() == 1
    assert "omistaja" not in str(deliveries(request_.bid))
    assert not AuditIdentity.objects.filter(value__contains="omistaja").exists()


def test_whoever_reads_an_owners_mail_needs_nobody_else(request_: Request, owners: Firm, now: datetime) -> None:
    a_person(at=owners, email="pekka@example.invalid")
    answered(request_, now, an_answer(firm=FirmWords(name="Toinen Oy", business_id=OTHERS_ID)))
    assert ok_of(request_.fresh().part, now=now).is_ok


def test_a_firm_that_is_known_but_nobodys_changes_nothing_for_who_types_its_id(
    request_: Request, now: datetime
) -> None:
    Firm.objects.create(name="Vain nimetty Oy", business_id=OTHERS_ID)
    answered(request_, now, an_answer(firm=FirmWords(name="Vain nimetty Oy", business_id=OTHERS_ID)))
    request_.fresh()
    assert request_.part.firm.business_id is None
    assert ok_of(request_.part, now=now).is_ok


def test_the_id_of_another_firm_of_the_offer_is_refused(request_: Request, now: datetime) -> None:
    with pytest.raises(Malformed):
        answered(request_, now, an_answer(firm=FirmWords(name="X", business_id="9000001-1")))


def test_a_price_beyond_what_a_column_holds_is_refused_as_malformed(request_: Request, now: datetime) -> None:
    much = AnsweredRow(text=SIGN, unit_price=Decimal("9" * 28))
    with pytest.raises(Malformed):
        answered(request_, now, replace(an_answer(), rows=(much,)))
