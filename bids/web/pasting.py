"""Rows of a spreadsheet, pasted: read first, with what is wrong in each, and added only when asked to."""

import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids import formats
from bids.actions.paste_lines import paste_lines
from bids.content import Line
from bids.exports.bid_package.pieces import Piece, PieceRefused
from bids.pricing import line_net
from bids.spreadsheet import Pasted, PastedRow, read_rows
from bids.steps.desk import Desk
from bids.steps.proposed_lines import new_line, part_by_key, read_line
from bids.units import unit_name
from bids.web import edit_words as words
from bids.web.edit_fields import NUMBER_SENTENCES, Picked
from bids.web.speaking import page_language
from kernel.clock import database_now
from kernel.conflicts import again_after_conflict
from kernel.errors import Malformed, NotVisible
from members.web.acting import actor_of

LONGEST: Final = 200_000
SENTENCES: Final = {
    **NUMBER_SENTENCES,
    "missing_text": _("There is no text in this row."),
    "missing_price": _("There is no price in this row."),
    "vat_unknown": _("This is not understood as a VAT rate."),
    "empty": _("This is empty."),
}
LABELS: Final = {
    "text": _("What"),
    "quantity": _("How many"),
    "unit": _("Unit"),
    "unit_price": _("Price"),
    "vat": _("VAT"),
    "discount_percent": _("Discount"),
}


class PasteForm(forms.Form):
    """What was pasted, and whether its prices are with VAT."""

    rows = forms.CharField(
        label=_("Rows"),
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "paste", "rows": 8, "spellcheck": "false", "wrap": "off"}),
        help_text=_("Copy the cells in the spreadsheet and paste them here: text, how many, unit, price, VAT."),
    )
    price_basis = Picked(label=_("The prices are"), choices=words.BASIS, initial="net")


@dataclass(frozen=True, kw_only=True)
class ShownRow:
    """A pasted row as it would be added, or what is wrong with it."""

    number: int
    text: str
    detail: str
    net: str
    faults: tuple[str, ...]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    """Shows what was pasted as rows; adds those that are good, and keeps the others to be mended."""
    desk = Desk.seen_by(actor_of(request), public_id)
    part = desk.part(key)
    if desk.rows_right(part) != "write":
        raise NotVisible
    page: dict[str, Any] = {"bid": desk.bid, "firm": part.card["name"], "key": key}
    if request.method != "POST":
        return render(request, "bids/paste.html", page | {"form": PasteForm()})
    form = PasteForm(request.POST)
    if not form.is_valid():
        return render(request, "bids/paste.html", page | {"form": form}, status=422)
    pasted = read_rows(form.cleaned_data["rows"])
    if not pasted.rows:
        form.add_error("rows", gettext("No rows were found. Copy the cells with their texts and prices."))
        return render(request, "bids/paste.html", page | {"form": form}, status=422)
    read, refused = _read(pasted, form.cleaned_data["price_basis"])
    if request.POST.get("do") == "add" and read:
        return _added(request, desk, key, form, pasted, read, refused)
    page |= _preview(desk, key, pasted, read, refused) | {"form": form}
    return render(request, "bids/paste.html", page, status=200 if read else 422)


def _read(pasted: Pasted, basis: str) -> tuple[dict[int, Piece], dict[int, list[str]]]:
    """The rows that can be added, and why the others cannot, by their numbers."""
    read: dict[int, Piece] = {}
    refused: dict[int, list[str]] = {}
    for row in pasted.rows:
        faults = [f"{LABELS[name]}: {SENTENCES[code]}" for name, code in row.faults.items()]
        if not faults:
            try:
                read[row.number] = read_line({**row.said, "price_basis": basis})
            except Malformed as malformed:
                faults = [f"{LABELS.get(name, name)}: {said}" for name, said in malformed.faults.items()]
        if faults:
            refused[row.number] = faults
    return read, refused


def _added(
    request: HttpRequest,
    desk: Desk,
    key: str,
    form: PasteForm,
    pasted: Pasted,
    read: dict[int, Piece],
    refused: dict[int, list[str]],
) -> HttpResponse:
    part = desk.part(key)
    part.bid = desk.bid
    actor, now = actor_of(request), database_now()
    page: dict[str, Any] = {"bid": desk.bid, "firm": part.card["name"], "key": key, "form": form}
    try:
        rows = again_after_conflict(lambda: paste_lines(part=part, lines=list(read.values()), by=actor, now=now))
    except PieceRefused as malformed:
        general = _by_row(malformed, desk, key, list(read), refused)
        for sentence in general:
            form.add_error("rows", sentence)
        good = {number: piece for number, piece in read.items() if number not in refused}
        return render(request, "bids/paste.html", page | _preview(desk, key, pasted, good, refused), status=422)
    except Malformed as malformed:
        for said in list(malformed.faults.values()) or [str(malformed)]:
            form.add_error("rows", str(said))
        return render(request, "bids/paste.html", page | _preview(desk, key, pasted, read, refused), status=422)
    said = ngettext("One row was added.", "%(count)s rows were added.", len(rows)) % {"count": len(rows)}
    messages.success(request, said)
    if not refused:
        return redirect(reverse("bids:offer", args=[desk.bid.public_id]) + f"#rows-{key}")
    left = [row.source for row in pasted.rows if row.number in refused]
    again = PasteForm(
        initial={
            "rows": "\n".join([*([pasted.heading] if pasted.heading else []), *left]),
            "price_basis": form.cleaned_data["price_basis"],
        }
    )
    messages.warning(request, gettext("The rows below were not added. Mend them, and look again."))
    return render(request, "bids/paste.html", page | {"form": again, "faults": _faults(pasted, refused)})


def _by_row(
    malformed: PieceRefused, desk: Desk, key: str, numbers: list[int], refused: dict[int, list[str]]
) -> list[str]:
    """Put what breaks a rule with the row that breaks it; the rest is returned."""
    standing = len(part_by_key(desk.offer, key).lines)
    general = []
    for path, sentence in malformed.faults.items():
        match = re.match(r"lines\[(\d+)\]\.?(\w*)", path)
        place = int(match[1]) - standing if match else -1
        if match and 0 <= place < len(numbers):
            label = LABELS.get(match[2], match[2])
            refused.setdefault(numbers[place], []).append(f"{label}: {sentence}")
        else:
            general.append(str(sentence))
    return general


def _preview(
    desk: Desk, key: str, pasted: Pasted, read: dict[int, Piece], refused: dict[int, list[str]]
) -> dict[str, Any]:
    return {
        "shown": [_shown(desk, key, row, read.get(row.number), refused.get(row.number, [])) for row in pasted.rows],
        "good": len(read),
        "bad": len(refused),
        "columns": [LABELS[name] for name in pasted.columns if name],
        "heading": pasted.heading,
        "passed_over": pasted.passed_over,
        "is_gross": pasted.is_gross,
        "is_too_long": pasted.is_too_long,
    }


def _faults(pasted: Pasted, refused: dict[int, list[str]]) -> list[tuple[str, list[str]]]:
    return [(row.source, refused[row.number]) for row in pasted.rows if row.number in refused]


def _shown(desk: Desk, key: str, row: PastedRow, piece: Piece | None, faults: list[str]) -> ShownRow:
    language = page_language()
    detail = net = ""
    if piece is not None:
        line: Line = new_line(piece, desk.offer, key, code="+")
        count = f"{formats.quantity(line.quantity, language)} {unit_name(line.unit, language, line.quantity)}"
        rate = formats.percent(line.vat.rate, language) if line.vat.rate is not None else ""
        detail = f"{count} × {formats.unit_price(line.unit_price, language)} € · {gettext('VAT')} {rate}"
        charges = part_by_key(desk.offer, key).firm.charges_vat
        net = formats.money(line_net(line, charges_vat=charges), language)
    return ShownRow(
        number=row.number, text=row.said.get("text", "") or row.source, detail=detail, net=net, faults=tuple(faults)
    )
