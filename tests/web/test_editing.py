"""Writing in an offer on its own page: in place or on a page of its own, by its lead and by its partners."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid, Draft, Suggestion
from bids.queries.content_of import content_of
from bids.vocabulary import PartState
from kernel.models import AuditEvent
from members.vocabulary import MembershipRole
from tests.bids.editors import asked, line_of, someone_at
from tests.web.conftest import logged_in

HTMX = {"HX-Request": "true"}


def address(bid: Bid, kind: str, key: str = "", more: str = "") -> str:
    below = f"edit/{kind}/{key}/" if key else f"edit/{kind}/"
    return reverse("bids:offer", args=[bid.public_id]) + below + more


def form_of(page: str) -> dict[str, str]:
    """The hidden fields and what stands in the others."""
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    return {name: value for name, value in fields.items() if name in {"version", "was", "fresh"}}


ALL_PLACES = [
    ("title", ""),
    ("dates", ""),
    ("looks", ""),
    ("need", ""),
    ("client", ""),
    ("rules", ""),
    ("terms", ""),
    ("discount", ""),
    ("fee", ""),
    ("plan", ""),
    ("packages", ""),
    ("line", "A1"),
    ("line", "A5b"),
    ("new-line", "KUV"),
    ("part", "KUV"),
    ("new-section", ""),
    ("milestone", "m1"),
    ("new-milestone", ""),
]


@pytest.mark.parametrize(("kind", "key"), ALL_PLACES)
def test_every_place_opens_on_a_page_and_as_a_part_of_one(kind: str, key: str, lead: Client, bid: Bid) -> None:
    key = content_of(bid).milestones[0].id if kind == "milestone" else key
    page = lead.get(address(bid, kind, key))
    part = lead.get(address(bid, kind, key), headers=HTMX)

    assert (page.status_code, part.status_code) == (200, 200)
    assert "<html" in page.content.decode()
    assert "<html" not in part.content.decode()
    assert 'name="version"' in part.content.decode()


def test_the_offer_page_opens(lead: Client, bid: Bid) -> None:
    page = lead.get(reverse("bids:offer", args=[bid.public_id]))
    assert page.status_code == 200
    assert 'href="edit/line/A1/"' in page.content.decode()


def saved(client: Client, bid: Bid, kind: str, key: str = "", **typed: str) -> tuple[int, str]:
    """What a form answers once these fields of it were typed anew; the others stay as they stand."""
    opened = client.get(address(bid, kind, key))
    form = opened.context["form"]
    standing = {name: form[name].value() for name in form.fields}
    fields = {name: value for name, value in standing.items() if value not in (None, False, "")}
    answer = client.post(address(bid, kind, key), {**fields, **form_of(opened.content.decode()), **typed})
    return answer.status_code, answer.content.decode()


def typed_in(client: Client, bid: Bid, kind: str, key: str = "", **typed: str) -> dict[str, str]:
    """Everything a form sends once these fields of it were typed anew."""
    opened = client.get(address(bid, kind, key))
    form = opened.context["form"]
    standing = {name: form[name].value() for name in form.fields}
    fields = {name: value for name, value in standing.items() if value not in (None, False, "")}
    return {**fields, **form_of(opened.content.decode()), **typed}


def test_a_price_is_changed_on_its_own_page(lead: Client, bid: Bid) -> None:
    status, _page = saved(lead, bid, "line", "A1", unit_price="1 200,50 €")
    assert status == 303
    assert str(line_of(bid, "A1").unit_price) == "1200.5000"


def test_a_form_on_a_page_of_its_own_leads_back_to_the_offer_with_scripts_too(lead: Client, bid: Bid) -> None:
    alone = re.search(r'<form class="form edit-form".*?>', lead.get(address(bid, "title")).content.decode(), re.DOTALL)
    within = re.search(
        r'<form class="form edit-form".*?>',
        lead.get(address(bid, "title"), headers=HTMX).content.decode(),
        re.DOTALL,
    )
    assert alone is not None
    assert within is not None
    assert "hx-post" not in alone[0]
    assert "hx-post" in within[0]


def test_a_script_gets_the_paper_as_it_is_now(lead: Client, bid: Bid) -> None:
    fields = typed_in(lead, bid, "title", title="Uusi nimi")
    answer = lead.post(address(bid, "title"), fields, headers=HTMX)
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#paper"
    assert "Uusi nimi" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"unit_price": "1.200"}, "thousands or decimals"),
        ({"unit_price": "kysy"}, "not understood as a number"),
        ({"quantity": "0"}, "more than 0"),
        ({"last": "31.2.2026"}, "no such day"),
        ({"counts": "instead"}, "In place of which row?"),
        ({"text": " "}, "required"),
    ],
)
def test_bad_input_says_so_and_keeps_what_was_typed(typed: dict[str, str], words: str, lead: Client, bid: Bid) -> None:
    status, page = saved(lead, bid, "line", "A1", **typed)
    assert status == 422
    assert words in page
    assert all(value in page for value in typed.values())


def test_what_is_typed_is_kept_offered_again_and_changes_nothing(lead: Client, bid: Bid) -> None:
    before, events = content_of(bid), AuditEvent.objects.count()
    fields = typed_in(lead, bid, "line", "A1", unit_price="999")
    kept = lead.post(address(bid, "line", "A1", "typing/"), fields)

    assert "saved" in kept.content.decode()
    assert "€999.00" in kept.content.decode()
    assert (content_of(bid), AuditEvent.objects.count()) == (before, events)
    again = lead.get(address(bid, "line", "A1")).content.decode()
    assert "did not save it" in again
    assert 'value="999"' in again
    lead.post(address(bid, "line", "A1"), fields)
    assert not Draft.objects.exists()


def test_of_two_who_write_at_once_nobody_loses_a_word(lead: Client, bid: Bid) -> None:
    other = logged_in(someone_at(bid.lead, "toinen@example.invalid"))
    mine = typed_in(lead, bid, "line", "A1", text="minun tekstini")
    theirs = typed_in(other, bid, "line", "A1", text="toisen teksti")
    assert other.post(address(bid, "line", "A1"), theirs).status_code == 303

    conflict = lead.post(address(bid, "line", "A1"), mine)

    page = conflict.content.decode()
    assert conflict.status_code == 412
    assert "minun tekstini" in page
    assert "toisen teksti" in page
    assert line_of(bid, "A1").text == "toisen teksti"
    mine |= form_of(page)
    assert lead.post(address(bid, "line", "A1"), mine).status_code == 303
    assert line_of(bid, "A1").text == "minun tekstini"


def test_who_changed_something_else_of_the_offer_stands_in_nobodys_way(lead: Client, bid: Bid) -> None:
    title = typed_in(lead, bid, "title", title="Uusi nimi")
    assert saved(lead, bid, "discount", by="percent", figure="5", name="alennus")[0] == 303
    assert lead.post(address(bid, "title"), title).status_code == 303
    assert content_of(bid).title == "Uusi nimi"
    assert content_of(bid).discount is not None


def test_the_leads_change_of_a_partners_row_is_a_suggestion(lead: Client, bid: Bid) -> None:
    part = asked(bid, "SEL")
    code = content_of(bid).parts[1].lines[0].code
    before = content_of(bid)
    assert "becomes a suggestion" in lead.get(address(bid, "line", code)).content.decode()

    assert saved(lead, bid, "line", code, unit_price="50")[0] == 303

    assert content_of(bid) == before
    one = Suggestion.objects.get()
    assert one.changes == {"unit_price": "50"}
    partner = logged_in(someone_at(part.firm, "sel@example.invalid"))
    page = partner.get(reverse("bids:offer", args=[bid.public_id])).content.decode()
    assert "Take it" in page
    where = reverse("bids:answer-suggestion", args=[bid.public_id, one.public_id])
    partner.post(where, {"do": "take", "version": one.version})
    assert str(line_of(bid, code).unit_price) == "50.0000"


@pytest.mark.parametrize(
    ("role", "words", "rows"),
    [
        (MembershipRole.OWNER, True, True),
        (MembershipRole.EDITOR, True, True),
        (MembershipRole.PRODUCER, True, True),
        (MembershipRole.VIEWER, False, False),
    ],
)
def test_a_partner_edits_its_own_part_in_place_by_role(
    role: MembershipRole,
    words: bool,  # noqa: FBT001 - a column of the table
    rows: bool,  # noqa: FBT001 - a column of the table
    bid: Bid,
) -> None:
    part = asked(bid, "SEL")
    client = logged_in(someone_at(part.firm, "sel@example.invalid", role))
    page = client.get(reverse("bids:offer", args=[bid.public_id]))
    code = content_of(bid).parts[1].lines[0].code

    assert page.status_code == 200
    rest = client.get(reverse("bids:words", args=[bid.public_id])).content.decode()
    assert ('href="../edit/part/SEL/"' in rest) is words
    assert (f'href="edit/line/{code}/"' in page.content.decode()) is rows
    assert 'href="edit/title/"' not in page.content.decode()
    assert client.get(address(bid, "line", "A1")).status_code == 404
    assert client.get(address(bid, "rules")).status_code == 404
    if role is MembershipRole.PRODUCER:
        assert "becomes a suggestion" in client.get(address(bid, "line", code)).content.decode()


def test_hidden_prices_have_no_form(bid: Bid) -> None:
    part = asked(bid, "SEL", PartState.IN)
    Bid.objects.filter(pk=bid.pk).update(price_visibility="own")
    client = logged_in(someone_at(part.firm, "sel@example.invalid"))
    page = client.get(reverse("bids:offer", args=[bid.public_id])).content.decode()
    assert 'href="edit/line/A1/"' not in page
    assert client.get(address(bid, "line", "A1")).status_code == 404


def test_for_strangers_no_place_is_there(stranger: Client, nobody: Client, bid: Bid) -> None:
    assert stranger.get(address(bid, "title")).status_code == 404
    assert stranger.post(address(bid, "title"), {"title": "x"}).status_code == 404
    assert nobody.get(address(bid, "title")).status_code == 302


def test_changed_rules_say_what_they_mean_before_saving(lead: Client, bid: Bid) -> None:
    fields = typed_in(lead, bid, "rules", invoicing="lead", price_visibility="own+total")
    page = lead.post(address(bid, "rules", more="typing/"), fields).content.decode()
    assert "invoices everything and pays the partners" in page
    assert "compared with now" in page
    assert "not said OK yet" in page
    assert content_of(bid).invoicing == "each"


def test_pasted_rows_are_shown_first_and_faulty_ones_stay(lead: Client, bid: Bid) -> None:
    where = reverse("bids:paste", args=[bid.public_id, "KUV"])
    rows = "Kuvaus;Määrä;Hinta\nKyltti;24h;65\nHuono;1;kysy"
    count = len(content_of(bid).lines)
    looked = lead.post(where, {"rows": rows, "price_basis": "net", "do": "look"}).content.decode()
    assert "€1,560.00" in looked
    assert "not understood as a number" in looked
    assert len(content_of(bid).lines) == count

    added = lead.post(where, {"rows": rows, "price_basis": "net", "do": "add"}).content.decode()

    assert len(content_of(bid).lines) == count + 1
    assert "Huono;1;kysy" in added
    assert "Kyltti;24h;65" not in added


def test_a_form_gone_back_to_and_sent_with_other_words_adds_nothing_unasked(lead: Client, bid: Bid) -> None:
    fields = typed_in(lead, bid, "new-line", "KUV", text="Kyltti", quantity="1", unit_price="10")
    count = len(content_of(bid).lines)
    assert [lead.post(address(bid, "new-line", "KUV"), fields).status_code for _twice in range(2)] == [303, 303]
    assert len(content_of(bid).lines) == count + 1

    other = lead.post(address(bid, "new-line", "KUV"), {**fields, "text": "Toinen kyltti"})

    assert other.status_code == 422
    page = other.content.decode()
    assert "Toinen kyltti" in page
    assert "saved already" in page
    assert len(content_of(bid).lines) == count + 1
    again = lead.post(address(bid, "new-line", "KUV"), {**fields, "text": "Toinen kyltti", **form_of(page)})
    assert again.status_code == 303
    assert len(content_of(bid).lines) == count + 2


@pytest.mark.parametrize("attack", ["<script>alert(1)</script>", "[x](javascript:alert(1))", '"><img src=x onerror=1>'])
def test_attacks_stay_text_wherever_they_are_typed(attack: str, lead: Client, bid: Bid) -> None:
    assert saved(lead, bid, "title", title=attack)[0] == 303
    assert saved(lead, bid, "line", "A1", text=attack)[0] == 303
    assert saved(lead, bid, "part", "KUV", summary=attack, included=attack)[0] == 303
    assert saved(lead, bid, "new-section", title=attack, text=attack)[0] == 303
    assert saved(lead, bid, "terms", title_0=attack, text_0=attack, notes=attack)[0] == 303
    page = lead.get(reverse("bids:offer", args=[bid.public_id])).content.decode()
    page += lead.get(reverse("bids:words", args=[bid.public_id])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


def test_word_keeps_its_paragraphs_and_bullets(lead: Client, bid: Bid) -> None:
    pasted = "Ensin teksti.\r\n\r\n•\tyksi\r\n•\tkaksi\r\n\r\n1.\tensin"
    assert saved(lead, bid, "new-section", title="Wordista", text=pasted)[0] == 303
    assert content_of(bid).sections[-1].text == "Ensin teksti.\n\n- yksi\n- kaksi\n\n1. ensin"


def test_the_board_says_nothing_new_until_something_is(lead: Client, bid: Bid) -> None:
    where = reverse("bids:board", args=[bid.public_id])
    first = lead.get(where)
    assert lead.get(where, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    saved(lead, bid, "line", "A1", unit_price="1")
    assert lead.get(where, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_dragged_row_lands_behind_the_one_it_was_dropped_on(lead: Client, bid: Bid) -> None:
    codes = [line.code for line in content_of(bid).parts[0].lines]
    lead.post(reverse("bids:move", args=[bid.public_id]), {"kind": "line", "key": codes[0], "after": codes[1]})
    assert [line.code for line in content_of(bid).parts[0].lines][:2] == [codes[1], codes[0]]
    lead.post(address(bid, "line", codes[0]), typed_in(lead, bid, "line", codes[0]) | {"do": "up"})
    assert [line.code for line in content_of(bid).parts[0].lines] == codes


def test_pressing_twice_adds_one_row(lead: Client, bid: Bid) -> None:
    fields = typed_in(lead, bid, "new-line", "KUV", text="Kerran", unit_price="5")
    count = len(content_of(bid).lines)
    for _time in range(2):
        assert lead.post(address(bid, "new-line", "KUV"), fields).status_code == 303
    assert len(content_of(bid).lines) == count + 1


@pytest.mark.parametrize(
    ("kind", "key", "typed"),
    [
        ("title", "", {"title": "Uusi nimi", "reference": ""}),
        ("line", "A1", {"text": "Luonnos", "quantity": "2.0", "unit": "h", "unit_price": "24.9", "vat": "25.5"}),
        ("dates", "", {"issued_on": "2.3.2026", "first": "", "last": "vko 17/2026"}),
    ],
)
def test_saving_the_same_once_more_is_no_conflict(
    kind: str, key: str, typed: dict[str, str], lead: Client, bid: Bid
) -> None:
    """A second press, or one after an answer that was lost."""
    form = form_of(lead.get(address(bid, kind, key)).content.decode())
    usual = {"price_basis": "net", "pricing": "fixed", "counts": "always"} if kind == "line" else {}
    first = lead.post(address(bid, kind, key), {**form, **usual, **typed, "do": "save"})
    events = AuditEvent.objects.count()

    again = lead.post(address(bid, kind, key), {**form, **usual, **typed, "do": "save"})

    assert (first.status_code, again.status_code) == (303, 303)
    assert AuditEvent.objects.count() == events
    assert not Draft.objects.exists()
    other = lead.post(address(bid, kind, key), {**form, **usual, **typed, next(iter(typed)): "3.3.2026", "do": "save"})
    assert other.status_code == 412


def test_a_script_of_somebody_logged_out_is_told_so_and_not_led_away(lead: Client, bid: Bid) -> None:
    address_of_title = address(bid, "title")
    lead.logout()

    part = lead.post(address_of_title, {"title": "Uusi nimi", "do": "save"}, headers=HTMX)
    page = lead.post(address_of_title, {"title": "Uusi nimi", "do": "save"})

    assert (part.status_code, page.status_code) == (401, 302)
    assert "You have been logged out" in part.content.decode()
    assert "<" not in part.content.decode()


def test_whoever_may_say_yes_is_chosen_by_name_among_those_who_are_shown(lead: Client, bid: Bid) -> None:
    shown = lead.get(address(bid, "client"))
    names = [contact.name for contact in content_of(bid).client.contacts]

    offered = [name for value, name in shown.context["form"]["accepts"].field.choices if value]

    assert offered[: len(names)] == names
    assert len(offered) == shown.content.decode().count('name="email_') == len(names) + 1

    new = {"person_1": "Ville Varajohtaja", "email_1": "ville@example.invalid", "accepts": "1"}
    assert saved(lead, bid, "client", **new)[0] == 303
    roles = {contact.name: contact.role for contact in content_of(bid).client.contacts}
    assert roles["Ville Varajohtaja"] == "accepts"
    assert list(roles.values()).count("accepts") == 1
