"""What changed, as the client reads it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import override

from bids.content import JointOffer, OfferPart
from bids.sheets.change_sentences import IN_ONE_SENTENCE, ToldChange, told_changes
from bids.sheets.version_diff import version_diff
from bids.vocabulary import Language, Role
from tests.bids.cases import daycare


def told(before: JointOffer, after: JointOffer) -> tuple[ToldChange, ...]:
    with override("en"):
        return told_changes(version_diff(before, after, language=Language.EN))


def sentences(before: JointOffer, after: JointOffer) -> list[str]:
    return [one.sentence for one in told(before, after)]


def with_part(offer: JointOffer, key: str, **changes: object) -> JointOffer:
    def changed(part: OfferPart) -> OfferPart:
        return replace(part, **changes) if part.key == key else part  # type: ignore[arg-type]

    return replace(offer, parts=tuple(map(changed, offer.parts)))


def test_a_price_is_told_by_what_differs_and_without_the_rows_code() -> None:
    offer = daycare()
    sel = next(part for part in offer.parts if part.key == "SEL")
    dearer = replace(sel.lines[0], unit_price=Decimal(52))

    found = sentences(offer, with_part(offer, "SEL", lines=(dearer, *sel.lines[1:])))

    assert "Selkokielinen toimitustyö: was at €48.00 without VAT, is now at €52.00 without VAT." in found
    assert "With VAT: was €3,484.03, is now €3,524.03." in found
    assert not any("A4" in one for one in found)


def test_what_came_and_what_went_is_named_once() -> None:
    offer = daycare()
    sel = next(part for part in offer.parts if part.key == "SEL")
    shorter = with_part(offer, "SEL", lines=sel.lines[:1])

    (gone,) = [one for one in sentences(offer, shorter) if "Ruotsinnos" in one]
    (come,) = [one for one in sentences(shorter, offer) if "Ruotsinnos" in one]

    assert gone.startswith("Taken out: Ruotsinnos: 6 h")
    assert come.startswith("New: Ruotsinnos: 6 h")
    assert come.count("Ruotsinnos") == 1


def test_days_and_rules_read_as_sentences() -> None:
    offer = daycare()
    later = replace(offer, valid_until=offer.valid_until + timedelta(days=7), payment_days=21)

    assert [one.replace("\u00a0", " ") for one in sentences(offer, later)] == [
        "Valid until: was 1 April 2026, is now 8 April 2026.",
        "Payment: was 14 days net, is now 21 days net.",
    ]


def test_a_role_is_told_in_words() -> None:
    offer = daycare()

    (found,) = sentences(offer, with_part(offer, "PAI", role=Role.SUBCONTRACTOR))

    assert found.endswith("was partner, is now subcontractor.")


def test_long_texts_stand_beside_the_sentence() -> None:
    offer = daycare()
    words = "Painamme julisteet ja esitteet kierrätyskuitupaperille. " * 4

    (found,) = told(offer, with_part(offer, "PAI", summary=words))

    assert len(words) > IN_ONE_SENTENCE
    assert found.sentence.endswith("worded anew.")
    assert found.before == "Painamme julisteet ja esitteet."
    assert found.after.startswith("Painamme julisteet ja esitteet kierrätyskuitupaperille.")


def test_nothing_is_told_where_nothing_changed() -> None:
    assert told(daycare(), daycare()) == ()
