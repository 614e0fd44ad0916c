"""What the rules of the game would mean is said of what is there, and of nothing else."""

from dataclasses import replace

from django.utils.translation import override

from bids.vocabulary import Invoicing
from bids.web.rules_meaning import sentences_about
from tests.bids.cases import daycare


def test_no_invoices_are_counted_before_there_is_a_price() -> None:
    priced = replace(daycare(), packages=(), payment_plan=())
    bare = replace(priced, parts=tuple(replace(part, lines=()) for part in priced.parts))
    by_lead = replace(bare, invoicing=Invoicing.LEAD)

    with override("en"):
        assert "The client gets 3 invoices" in sentences_about(priced, priced)[0]
        assert not any("The client gets" in sentence for sentence in sentences_about(bare, bare))
        said = sentences_about(bare, by_lead)[0]

    assert said.endswith("invoices everything and pays the partners by their invoices.")
