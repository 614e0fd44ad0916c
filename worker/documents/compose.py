"""Turns the sheet of an offer into the HTML, stylesheets and files that a document is drawn from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Engine
from django.template.context import Context
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from bids.content import OfferFile
from bids.sheets.change import ChangeSheet
from bids.sheets.offer import OfferSheet
from bids.sheets.shape import Answer, ChoiceRow, GanttTick, Text
from bids.vocabulary import ClientKind, Invoicing
from worker.documents.braid import as_address, braid, ways
from worker.documents.job import Asset, Limits, RenderJob

_ROOT = Path(__file__).resolve().parent.parent.parent
_TEMPLATES = _ROOT / "templates"
_FONTS = Path(__file__).resolve().parent / "fonts"
_VOCABULARY = ("django.templatetags.i18n", "worker.documents.wording")
_USED_FONTS = (
    "Inter-Regular",
    "Inter-Italic",
    "Inter-Medium",
    "Inter-SemiBold",
    "Newsreader-Regular",
    "Newsreader-Italic",
)
_PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})

MARK_AT = 16.0
"""How far below a row's upper edge the middle of its mark stands, in points: the padding and half a line."""

_FIRST_PAGE_CHOICES = 6
_LANGUAGE_CLAUSES = ("language_fi", "language_sv", "language_en")
_SLIP_ON_ONE_PAGE = 12
_WIDEST_AMOUNT = 10
_SUMMARY_ROOM = 700.0
_SUMMARY_FRAME = 265.0
"""What the first page holds in any offer: letterhead, price, labels, and how to say yes."""
_HEIGHT_OF_A_LONG_OFFER = 3200.0
_MOST_ANSWERS_IN_PRINT = 30_000
"""So many characters of questions and answers are printed, about ten pages; all of them are in the data file."""
_LINES_OF_AN_ANSWER = 2


@dataclass(frozen=True, kw_only=True)
class Term:
    """One entry of the terms: said by the offer itself (`is_content`) or by the law-bearing sentences."""

    title: str
    text: str
    is_content: bool = False


@dataclass(frozen=True, kw_only=True)
class ChoiceTable:
    """Choices that are read together."""

    title: str
    rows: tuple[ChoiceRow, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the contents."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ComposedDocument:
    """What the renderer needs: `assets` are the files the document names as `punos:<name>`.

    `template_version` is a fingerprint of theme, fonts and drawing code: when it changes, so may every page.
    """

    html: str
    title: str
    language: str
    stylesheets: tuple[str, ...]
    assets: Mapping[str, Asset]
    template_version: str


def compose(sheet: OfferSheet, *, theme: str = "", files: Mapping[str, OfferFile] | None = None) -> ComposedDocument:
    """The document of a sheet, in the sheet's theme unless another is asked for; always the same for the same sheet.

    `files` are the offer's own pictures by name; a logo that is not among them, or no raster picture, is left out.
    """
    with override(sheet.language):
        title = f"{sheet.document_name} {sheet.number}: {sheet.title}"
    return _composed(sheet, "offer.html", title, {}, theme=theme, files=files)


def compose_change(
    sheet: OfferSheet, change: ChangeSheet, *, theme: str = "", files: Mapping[str, OfferFile] | None = None
) -> ComposedDocument:
    """The page about a change of what was agreed; `sheet` is what holds once the client has said yes to it."""
    with override(sheet.language):
        name = _("Change %(number)s") % {"number": change.number}
        title = f"{name}: {sheet.number} {sheet.title}"
        more = {"change": change, "change_terms": _terms_of_a_change(sheet)}
    return _composed(sheet, "change.html", title, more, theme=theme, files=files)


def _composed(
    sheet: OfferSheet,
    template: str,
    title: str,
    more: Mapping[str, Any],
    *,
    theme: str,
    files: Mapping[str, OfferFile] | None,
) -> ComposedDocument:
    theme = theme or sheet.theme
    pictures = files or {}
    logo = pictures.get(sheet.lead.logo)
    logo = logo if logo and logo.media_type in _PICTURES else None
    with override(sheet.language):
        html = (
            _engine()
            .get_template(f"documents/{theme}/{template}")
            .render(Context({**_context(sheet, title, logo), **more}, use_l10n=False))
        )
        stylesheets = (_stylesheet(theme), _threads(sheet))
    assets = dict(_fonts())
    if logo:
        assets[logo.name] = Asset(logo.media_type, logo.data)
    return ComposedDocument(
        html=html,
        title=title,
        language=sheet.language,
        stylesheets=stylesheets,
        assets=assets,
        template_version=template_version(theme),
    )


def render_job(sheet: OfferSheet, *, theme: str = "", files: Mapping[str, OfferFile] | None = None) -> RenderJob:
    """The job that draws a sheet's PDF; its date is the offer's and its identifier comes from what is drawn."""
    return _job(compose(sheet, theme=theme, files=files), sheet)


def change_job(
    sheet: OfferSheet, change: ChangeSheet, *, theme: str = "", files: Mapping[str, OfferFile] | None = None
) -> RenderJob:
    """The job that draws the page about a change of what was agreed."""
    return _job(compose_change(sheet, change, theme=theme, files=files), sheet)


def _job(composed: ComposedDocument, sheet: OfferSheet) -> RenderJob:
    identity = hashlib.sha256("\0".join((composed.html, *composed.stylesheets, composed.template_version)).encode())
    return RenderJob(
        html=composed.html,
        title=composed.title,
        language=composed.language,
        identifier=identity.digest()[:16],
        stylesheets=composed.stylesheets,
        assets=composed.assets,
        made_at=f"{sheet.issued_on.value}T00:00:00Z",
        author=sheet.lead.name,
        limits=Limits.for_lines(len(sheet.rows) + len(sheet.choices) + _LINES_OF_AN_ANSWER * len(sheet.answers)),
    )


@cache
def template_version(theme: str) -> str:
    """A fingerprint, in hexadecimal, of everything beside the sheet that decides how a document looks."""
    own = [Path(__file__), *(Path(__file__).with_name(name) for name in ("braid.py", "wording.py"))]
    looks = [
        *sorted((_TEMPLATES / "documents" / theme).iterdir()),
        *own,
        *(_FONTS / f"{name}.ttf" for name in _USED_FONTS),
    ]
    digest = hashlib.sha256()
    for path in looks:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(_TEMPLATES)],
        builtins=list(_VOCABULARY),
        loaders=[("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
    )


@cache
def _fonts() -> Mapping[str, Asset]:
    return {f"{name}.ttf": Asset("font/ttf", (_FONTS / f"{name}.ttf").read_bytes()) for name in _USED_FONTS}


@cache
def _stylesheet(theme: str) -> str:
    return (_TEMPLATES / "documents" / theme / "offer.css").read_text(encoding="utf-8")


def _threads(sheet: OfferSheet) -> str:
    """The rules that differ from offer to offer: colours, the drawing in the margin, what the margins say."""
    colours = [firm.thread.colour for firm in sheet.firms]
    rules = [
        f".braid {{ background-image: url({as_address(braid(colours, MARK_AT))}) }}",
        ".ink-0 { background-color: #8b949e }",
    ]
    for place, colour in enumerate(colours):
        down, up = (as_address(drawing) for drawing in ways(colours, place, MARK_AT))
        rules += [
            f".ink-{place + 1} {{ background-color: {colour} }}",
            f".run-{place + 1} {{ border-color: {colour} }}",
            f".ways-{place + 1}::before {{ background-image: url({down}) }}",
            f".ways-{place + 1}::after {{ background-image: url({up}) }}",
        ]
    if sheet.gantt:
        lines = "".join(
            f'<path d="M{tick.left} 0V10" stroke="#d5dae0" stroke-width="0.2"/>' for tick in sheet.gantt.ticks
        )
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 10" preserveAspectRatio="none">{lines}</svg>'
        rules.append(f".grid {{ background-image: url({as_address(svg)}) }}")
        rules += [f".tick-{place} {{ left: {tick.left}% }}" for place, tick in enumerate(_shown_ticks(sheet), 1)]
        rules += [
            f".bar-{place} {{ margin-left: {bar.left}%; width: {bar.width}% }}"
            for place, bar in enumerate(sheet.gantt.bars, 1)
        ]
    if sheet.is_draft:
        rules.append(_DRAFT_MARK % {"word": _quoted(_("Draft"))})
    return "\n".join(rules)


_DRAFT_MARK = """
@page { @top-center { content: %(word)s; font: 600 11pt/16pt Inter; color: #a11d2b; border: 1pt solid #a11d2b;
  border-radius: 3pt; padding: 0 8pt; height: 16pt; width: auto; margin-top: 14pt; text-transform: uppercase;
  letter-spacing: 0.12em; margin-bottom: auto } }
"""


def _quoted(text: str) -> str:
    escaped = "".join(f"\\{ord(char):x} " if char in "\\\"'\n\r<" else char for char in text)
    return f'"{escaped}"'


def _context(sheet: OfferSheet, title: str, logo: OfferFile | None) -> dict[str, Any]:
    slip_is_whole = _slip_is_whole(sheet)
    answers = _printed_answers(sheet)
    return {
        "sheet": sheet,
        "is_anbud": sheet.client.kind == ClientKind.PUBLIC.value,
        "tells_need": _tells_need(sheet),
        "title": title,
        "logo": logo,
        "lead_sells_all": sheet.is_joint and sheet.invoicing == Invoicing.LEAD.value,
        "fee_word": _("Coordination"),
        "has_large_sums": _has_large_sums(sheet),
        "breaks_after_summary": _fits_one_page(sheet),
        "first_choices": sheet.choices[:_FIRST_PAGE_CHOICES],
        "more_choices": max(0, len(sheet.choices) - _FIRST_PAGE_CHOICES),
        "choice_tables": [] if slip_is_whole else _choice_tables(sheet),
        "slip_is_whole": slip_is_whole,
        "slip_is_long": len(sheet.choices) > _SLIP_ON_ONE_PAGE,
        "contents": _contents(sheet),
        "has_contents": sheet.profile == "full" and _is_long(sheet),
        "has_team": _has_team(sheet),
        "ticks": _shown_ticks(sheet),
        "terms": _terms(sheet),
        "answers": answers,
        "more_answers": len(sheet.answers) - len(answers),
    }


def _shown_ticks(sheet: OfferSheet) -> list[GanttTick]:
    ticks = list(sheet.gantt.ticks) if sheet.gantt else []
    every = 1 + len(ticks) // 5
    return ticks[::every]


def _is_long(sheet: OfferSheet) -> bool:
    """Whether a reader would look for a list of contents, reckoned in points of height."""
    texts = sum(len(text) for text in (*(one.text for one in sheet.sections), *(firm.summary for firm in sheet.firms)))
    height = 20 * len(sheet.rows) + 150 * len(sheet.firms) + 45 * len(sheet.choices) + 28 * len(sheet.steps) + texts / 4
    return height > _HEIGHT_OF_A_LONG_OFFER


def _fits_one_page(sheet: OfferSheet) -> bool:
    """Whether the first page holds the whole summary, so that the rest begins on a page of its own.

    Reckoned in points from the number of lines each text is likely to take; too high a guess only lets the rest follow
    on at once.
    """
    title = 31.5 * _lines(sheet.title, 34)
    lead_text = 17.5 * _lines(sheet.lead_text, 68) + 17.5 if sheet.lead_text else 0.0
    facts = 31.0 if _has_large_sums(sheet) else 0.0
    rows = sum(16.5 + max(2, _lines(firm.does, 33), _lines(firm.name, 21) + 1) * 13.5 for firm in sheet.firms)
    choices = sum(19.0 + (9.8 if one.instead_of else 0.0) for one in sheet.choices[:_FIRST_PAGE_CHOICES])
    pair = max(130.0, 45.0 + choices + (14.0 if len(sheet.choices) > _FIRST_PAGE_CHOICES else 0.0))
    return _SUMMARY_FRAME + title + facts + lead_text + rows + pair <= _SUMMARY_ROOM


def _lines(text: str, characters: int) -> int:
    broken = sum(len(word) // characters for word in text.split())
    return max(1, -(-len(text) // characters)) + broken


def _has_large_sums(sheet: OfferSheet) -> bool:
    """Whether an amount is too wide for the columns that suit nearly every offer."""
    totals = (sheet.totals, *(row.totals for row in sheet.choices))
    amounts = (*(one.gross.bare for one in totals), *(row.unit_price for row in sheet.rows))
    return any(len(amount) > _WIDEST_AMOUNT for amount in amounts)


def _slip_is_whole(sheet: OfferSheet) -> bool:
    """Whether the slip alone shows the choices with all their totals: in a short document they need not stand twice."""
    told_nowhere_else = any(row.description or row.kind == "package" for row in sheet.choices)
    return sheet.profile == "compact" and len(sheet.choices) <= _SLIP_ON_ONE_PAGE and not told_nowhere_else


def _tells_need(sheet: OfferSheet) -> bool:
    """Whether the need says anything that does not stand in the title already."""
    return sheet.need is not None and bool(sheet.need.text or sheet.need.title not in {"", sheet.title})


def _has_team(sheet: OfferSheet) -> bool:
    return any(firm.fields or firm.skills or firm.references or firm.endorsements for firm in sheet.firms)


def _contents(sheet: OfferSheet) -> list[Entry]:
    entries = [Entry(id="who", title=_("Who does what"))]
    if _tells_need(sheet):
        entries.append(Entry(id="need", title=_("What you need, as we understand it")))
    entries += [Entry(id=f"section-{place}", title=one.title) for place, one in enumerate(sheet.sections, 1)]
    entries.append(Entry(id="scope", title=_("Scope of work")))
    if _has_team(sheet):
        entries.append(Entry(id="team", title=_("The makers") if sheet.is_joint else _("The maker")))
    if sheet.steps:
        entries.append(Entry(id="schedule", title=_("Schedule")))
    entries.append(Entry(id="prices", title=_("Prices")))
    if sheet.choices and not _slip_is_whole(sheet):
        entries.append(Entry(id="choices", title=_("Choices")))
    entries.append(Entry(id="totals", title=_("Totals and invoices")))
    if sheet.answers:
        entries.append(Entry(id="answers", title=_("Questions and answers")))
    entries.append(Entry(id="terms", title=_("Terms")))
    entries.append(Entry(id="slip", title=_("Acceptance") if sheet.binding else _("Reply")))
    return entries


def _printed_answers(sheet: OfferSheet) -> list[Answer]:
    """The answers that are printed, in the order they were given: the latest, where there are too many for paper."""
    printed: list[Answer] = []
    room = _MOST_ANSWERS_IN_PRINT
    for one in reversed(sheet.answers):
        room -= len(one.question) + len(one.answer)
        if room < 0:
            break
        printed.append(one)
    return printed[::-1]


def _choice_tables(sheet: OfferSheet) -> list[ChoiceTable]:
    tables = [ChoiceTable(title=_("Packages"), rows=sheet.packages)]
    tables += [
        ChoiceTable(title=_("One of these: %(name)s") % {"name": group.name}, rows=group.rows) for group in sheet.groups
    ]
    tables.append(ChoiceTable(title=_("Options and alternatives"), rows=sheet.options))
    return [table for table in tables if table.rows]


def _terms_of_a_change(sheet: OfferSheet) -> list[Term]:
    """Until when the change can be accepted, and who answers for what and invoices once it is."""
    return [term for term in _terms(sheet) if term.title in {_("Validity"), _("Liability")}]


def _terms(sheet: OfferSheet) -> list[Term]:
    """The sentences with legal weight under short titles, then the offer's own terms."""
    said = {clause.key: clause.text for clause in sheet.clauses}
    is_translated = sheet.language != sheet.content_language
    by_title = (
        (_("Validity"), ("validity", "validity_open", *(_LANGUAGE_CLAUSES if is_translated else ()))),
        (
            _("Invoicing and payment"),
            (
                "invoicing_each",
                "invoicing_each_one",
                "invoicing_each_plan",
                "invoicing_lead",
                "invoicing_single",
                "invoiced_through",
                "payment",
            ),
        ),
        (_("Liability"), ("liability_several", "liability_joint", "liability_lead", "liability_single")),
        (_("The firms together"), ("mandate", "substitution", "no_company")),
        (_("How sums are made"), ("estimate", "cap", "ceiling", "recurring", "gross_rows", "rounding")),
        (_("General terms"), ("general_terms",)),
    )
    through = [clause.text for clause in sheet.clauses if clause.key == "invoiced_through"]
    terms = []
    for title, keys in by_title:
        sentences = [said[key] for key in keys if key in said and key != "invoiced_through"]
        sentences += through if "invoiced_through" in keys else []
        if sentences:
            terms.append(Term(title=title, text=" ".join(sentences)))
    own: tuple[Text, ...] = sheet.terms
    terms += [Term(title=term.title, text=term.text, is_content=True) for term in own]
    if sheet.notes and not sheet.steps:
        terms.append(Term(title=_("Please note"), text="\n\n".join(map(capfirst, sheet.notes)), is_content=True))
    return terms


def document_engine() -> Engine:
    """What renders the templates of documents."""
    return _engine()


def document_fonts() -> Mapping[str, Asset]:
    """The fonts documents are set in, by name."""
    return dict(_fonts())


def document_styles(sheet: OfferSheet, theme: str, *more: str) -> tuple[str, ...]:
    """The stylesheets of a theme, what differs from offer to offer, and further sheets of the theme by file name."""
    others = ((_TEMPLATES / "documents" / theme / name).read_text(encoding="utf-8") for name in more)
    return (_stylesheet(theme), _threads(sheet), *others)
