"""A firm's own copy goes to nobody who may not read every price in it, when it is mailed and until it has gone."""

import pytest
from django.db import connection

from bids.actions.annul_decision import annul_decision
from bids.actions.finish_paper import finish_paper
from bids.models import Bid, DecisionPaper, Letter, Part
from bids.queries.letter_truth import why_not_any_more
from bids.steps.papers import Drawn
from bids.vocabulary import PriceVisibility
from kernel import files
from kernel.actor import Actor
from members.models import Membership
from members.vocabulary import MembershipRole
from tests.bids.decisions import LATER, Offered, an_offered, records, yes_with_code
from tests.world import NOON, a_person
from worker.letters.attachments import attachments_of, is_still_theirs

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("tests")


def mailed(part: Part, reach: PriceVisibility) -> Letter:
    """The letter with the firm's own copy, once that is drawn."""
    pdf, data = files.store(b"%PDF-1.7 a copy"), files.store(b"{}")
    paper = DecisionPaper.objects.get(part=part)
    drawn = Drawn(sha256=pdf, size=15, pages=1, data=(data, 2), reach=reach.value)
    finish_paper(paper=paper, drawn=drawn, by=SYSTEM, now=NOON)
    return Letter.objects.select_related("bid", "part", "revision").get(
        kind="own_copy", facts__paper=str(paper.public_id)
    )


def becomes(offered: Offered, email: str, role: MembershipRole) -> None:
    assert Membership.objects.filter(firm=offered.world.bid.lead, person__email=email).update(
        role=role.value, may_approve=False
    )


def test_the_leads_copy_is_mailed_only_to_somebody_who_reads_every_price() -> None:
    offered = an_offered()
    lead, asker = offered.world.part("KUV"), offered.world.lead_person.email
    a_person(at=offered.world.bid.lead, email="omistaja@kuvakulma.invalid")
    yes_with_code(offered)
    becomes(offered, asker, MembershipRole.PRODUCER)
    letter = mailed(lead, PriceVisibility.ALL)
    assert letter.to_email == "omistaja@kuvakulma.invalid", "who asked the firms may not read every price any more"
    assert is_still_theirs(letter)
    assert len(attachments_of(letter)) == 2

    # Who may read them no more by the time it goes gets none of it.
    becomes(offered, letter.to_email, MembershipRole.VIEWER)
    assert not is_still_theirs(letter)
    assert attachments_of(letter) == ()


def test_a_partners_copy_waits_for_no_price_that_was_hidden_since_and_for_no_yes_that_was_taken_back() -> None:
    offered = an_offered()
    decision = records(offered)
    letter = mailed(offered.world.part("SEL"), PriceVisibility.ALL)
    own = mailed(offered.world.part("PAI"), PriceVisibility.OWN)
    assert len(attachments_of(letter)) == 2
    Bid.objects.filter(pk=offered.world.bid.pk).update(price_visibility=PriceVisibility.OWN.value)
    assert not is_still_theirs(letter)
    assert attachments_of(letter) == ()
    assert len(attachments_of(own)) == 2

    assert why_not_any_more(own, now=LATER) == ""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    annul_decision(decision=decision, reason="Väärä tarjous.", by=offered.world.lead, now=LATER)
    assert why_not_any_more(own, now=LATER) == "withdrawn"
