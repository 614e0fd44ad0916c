"""For every field of every model of the bids: what its change does to the OKs of an offer's firms, and why.

The walk of `test_what_a_change_does` changes each of them on rows of SEL's part, or of the whole offer, and looks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from bids.models import Client, LineItem, Milestone, Need, Package
from tests.bids.ok_world import OkWorld


class Does(StrEnum):
    """What a change does."""

    ASKS_ALL = "every firm is asked again"
    ASKS_ITS_FIRM = "the firm whose part it is is asked again, the others are told"
    CARRIES = "every OK is carried over, and its firm told"
    TELLS = "nobody is asked, everybody is told"
    NOTHING = "nobody is asked or told"
    REWRITTEN = "settling writes it anew, whatever stood there"
    NEVER = "it is given once and never changes"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What the change does and why. `to` makes the new columns of a row, `asks` says whose OK goes where it differs."""

    does: Does
    why: str
    to: Callable[[OkWorld, Any], dict[str, Any]] | None = None
    asks: frozenset[str] | None = None


def asks_all(why: str, to: Callable[[OkWorld, Any], dict[str, Any]] | None = None) -> Effect:
    return Effect(does=Does.ASKS_ALL, why=why, to=to)


def asks(why: str, *keys: str, to: Callable[[OkWorld, Any], dict[str, Any]] | None = None) -> Effect:
    return Effect(does=Does.ASKS_ITS_FIRM, why=why, to=to, asks=frozenset(keys or ("SEL",)))


def tells(why: str, to: Callable[[OkWorld, Any], dict[str, Any]] | None = None) -> Effect:
    return Effect(does=Does.TELLS, why=why, to=to)


def nothing(why: str, to: Callable[[OkWorld, Any], dict[str, Any]] | None = None) -> Effect:
    return Effect(does=Does.NOTHING, why=why, to=to)


def never(why: str) -> Effect:
    return Effect(does=Does.NEVER, why=why)


def set_to(**values: Any) -> Callable[[OkWorld, Any], dict[str, Any]]:
    return lambda _world, _row: values


def later(field: str, days: int = 1) -> Callable[[OkWorld, Any], dict[str, Any]]:
    return lambda _world, row: {field: getattr(row, field) + timedelta(days=days)}


STAYS = "a row never moves to another offer"
OWN_PART = "the firm's own part: its words, its rows, its prices"
OWN_CARD = "the card is copied into the part, and is the firm as it presents itself"
RULE = "a rule of the game"
WHO = "whom the firm binds itself to"
WHAT = "a fact of the need: what, how much, where, when"
MONEY = "it moves the firm's own settlement"
SEEN = "it is seen in the offer, yet neither binds nor pays the firm"
PLACE = "where something stands in the document is no promise"
LOOK = "how the document looks"
AFTER_A_YES = "only what was agreed is changed so: tests/bids/test_changing.py, tests/bids/test_firm_gone.py"
OURS = "the working copy's own bookkeeping, in no document"

EFFECTS: dict[str, dict[str, Effect]] = {
    "Bid": {
        "lead": never("an offer keeps the firm that leads it"),
        "client": asks_all(WHO, lambda world, _row: {"client": Client.objects.exclude(pk=world.bid.client_id).get()}),
        "need": asks_all(WHAT, lambda world, _row: {"need": Need.objects.exclude(bid=world.bid).get()}),
        "number": nothing("it names the offer and promises nothing"),
        "title": tells(SEEN),
        "state": nothing("what was sent has a state of its own", set_to(state="closed")),
        "language": asks_all("the sentences with legal weight hold in this language", set_to(language="sv")),
        "issued_on": tells("the day of the letter binds nobody", later("issued_on", -1)),
        "valid_until": asks_all("the firm is bound for longer; a day less is carried over", later("valid_until")),
        "binding": Effect(
            does=Does.CARRIES, why="an offer that binds nobody is no worse; the way back asks", to=set_to(binding=False)
        ),
        "reference": tells(SEEN),
        "delivery_from": asks_all(WHAT, later("delivery_from")),
        "delivery_to": asks_all(WHAT, later("delivery_to")),
        "invoicing": asks_all(RULE, set_to(invoicing="lead")),
        "liability": asks_all(RULE, set_to(liability="joint")),
        "payment_days": asks_all("the firm is paid later; sooner is carried over"),
        "price_visibility": asks_all(RULE, set_to(price_visibility="own")),
        "theme": Effect(does=Does.NOTHING, why=LOOK, to=set_to(theme="selkea")),
        "profile": nothing(LOOK, set_to(profile="full")),
        "discount_name": tells(SEEN),
        "discount_percent": asks_all(MONEY, set_to(discount_percent=50, discount_amount=None)),
        "discount_amount": asks_all(MONEY, set_to(discount_amount=900)),
        "fee_name": tells(SEEN),
        "fee_percent": tells("the client pays it to the lead on top; no partner's settlement moves"),
        "fee_amount": tells("the same", set_to(fee_amount=50, fee_percent=None)),
        "general_terms": asks_all(RULE),
        "notes": tells("joint prose", set_to(notes=["Huom."])),
        "leaves_at": nothing(OURS, lambda world, _row: {"leaves_at": world.bid.created_at + timedelta(days=2)}),
        "always_ask": asks_all("from now on everything the firm can see is part of its OK"),
        "group": nothing("a group's rules approve, they never ask", set_to(group=None)),
        "group_rules_version": nothing(OURS, set_to(group_rules_version=7)),
        "copied_from": nothing(OURS, lambda world, _row: {"copied_from": world.bid}),
        "next_code": nothing(OURS),
        "changing": never(AFTER_A_YES),
        "change_reason": nothing(
            "why what was agreed is changed is for the client to read", set_to(change_reason="Syy")
        ),
        "created_at": nothing(OURS, later("created_at")),
        "changed_at": nothing(OURS, later("changed_at")),
    },
    "Part": {
        "bid": never(STAYS),
        "firm": asks(
            "an OK is its firm's own; nobody else's counts for it",
            to=lambda world, _row: {"firm": type(world.bid.lead).objects.create(name="Toinen Oy")},
        ),
        "position": nothing(PLACE, set_to(position=9)),
        "key": asks("the firm's name in its own hand-overs", "SELx"),
        "role": asks("what the firm is in the offer", to=set_to(role="subcontractor")),
        "state": asks("a firm that is out says nothing; it must answer again to be in", to=set_to(state="left_out")),
        "card": asks(OWN_CARD, to=lambda _world, row: {"card": row.card | {"name": "Selkopolku Oy"}}),
        "asked": nothing("what the lead asks for; the firm's OK is to its answer"),
        "always_ask": asks("from now on everything it can see is part of its OK"),
        "salt": asks("without it no hash is the same", to=set_to(salt=bytes(32))),
        "content_hash": Effect(does=Does.REWRITTEN, why="computed from the rows", to=set_to(content_hash=bytes(32))),
        "frame_hash": Effect(does=Does.REWRITTEN, why="computed from the rows", to=set_to(frame_hash=bytes(32))),
        "told_seen": Effect(does=Does.REWRITTEN, why="computed from the rows", to=set_to(told_seen=b"{}")),
        "told_hash": Effect(does=Does.REWRITTEN, why="computed from the rows", to=set_to(told_hash=bytes(32))),
        "gone_why": never(AFTER_A_YES),
        "gone_on": never(AFTER_A_YES),
        "gone_in": never(AFTER_A_YES),
        "summary": asks(OWN_PART),
        "included": asks(OWN_PART, to=set_to(included=["Kaksi kierrosta"])),
        "excluded": asks(OWN_PART, to=set_to(excluded=["Kuvat"])),
        "assumptions": asks(OWN_PART, to=set_to(assumptions=["Aineisto ajoissa"])),
        "references": asks(
            OWN_PART, to=set_to(references=[{"title": "Opas", "client": "Kunta", "year": 2024, "text": ""}])
        ),
        "endorsements": asks(OWN_PART, to=set_to(endorsements=[{"text": "Hyvä", "by": "Naapuri Oy"}])),
    },
    "LineItem": {
        "bid": never(STAYS),
        "part": asks(
            "one firm sells less and another more",
            "SEL",
            "PAI",
            to=lambda world, _row: {"part": world.part("PAI"), "position": 90},
        ),
        "position": nothing(PLACE, set_to(position=90)),
        "code": asks("the row is known by it"),
        "text": asks(OWN_PART),
        "pricing": asks(OWN_PART, to=set_to(pricing="estimate")),
        "quantity": asks(OWN_PART),
        "cap_quantity": asks(OWN_PART, to=set_to(cap_quantity=99)),
        "unit": asks(OWN_PART),
        "unit_price": asks(OWN_PART),
        "price_basis": asks(OWN_PART, to=set_to(price_basis="gross")),
        "discount_percent": asks(OWN_PART),
        "vat_category": asks(OWN_PART, to=set_to(vat_category="E", vat_rate=None)),
        "vat_rate": asks(OWN_PART, to=set_to(vat_rate=10)),
        "vat_reason": asks(OWN_PART),
        "supply": asks("it raises questions of law about the row", to=set_to(supply="transport")),
        "delivered_from": asks(
            "the row's own days", to=set_to(delivered_from=date(2026, 3, 1), delivered_to=date(2026, 3, 9))
        ),
        "delivered_to": asks(
            "the row's own days", to=set_to(delivered_from=date(2026, 3, 1), delivered_to=date(2026, 3, 10))
        ),
        "optional": asks("it counts only when chosen"),
        "replaces": asks(OWN_PART, to=lambda _world, row: {"replaces": LineItem.objects.get(bid=row.bid, code="A7")}),
        "group": asks(
            "of a group one row counts",
            to=lambda _world, row: {"group": LineItem.objects.get(bid=row.bid, code="G1").group},
        ),
        "default": asks("it counts by itself"),
    },
    "OptionGroup": {"bid": never(STAYS), "name": asks("rows of the firm's part are in it")},
    "Milestone": {
        "bid": never(STAYS),
        "position": nothing(PLACE, set_to(position=90)),
        "identifier": asks("the step is known by it"),
        "name": asks("the firm's own step"),
        "starts_on": asks("the firm's own days", to=later("starts_on")),
        "ends_on": asks("the firm's own days, and when it hands over", to=later("ends_on")),
        "owner": asks(
            "one firm's step becomes another's", "SEL", "PAI", to=lambda world, _row: {"owner": world.part("PAI")}
        ),
        "hands_over_to": asks(
            "what is handed over touches both",
            "SEL",
            "PAI",
            to=lambda world, _row: {"hands_over_to": world.part("PAI")},
        ),
        "hands_over_to_client": tells(
            "the client waits for this step already; of one it does not wait for, the firm would be asked",
            set_to(hands_over_to_client=True),
        ),
    },
    "MilestoneNeed": {
        "milestone": asks(
            "another firm waits for the step",
            "SEL",
            "PAI",
            to=lambda world, _row: {"milestone": Milestone.objects.get(bid=world.bid, identifier="m5")},
        ),
        "needs": asks(
            "the firm waits for another step",
            to=lambda world, _row: {"needs": Milestone.objects.get(bid=world.bid, identifier="m1")},
        ),
        "position": nothing(PLACE, set_to(position=90)),
    },
    "Section": {
        "bid": never(STAYS),
        "position": nothing(PLACE, set_to(position=90)),
        "title": asks("a text of the firm's own; of joint prose all are told"),
        "text": asks("a text of the firm's own; of joint prose all are told"),
        "owner": asks("the firm loses a text of its own", to=set_to(owner=None)),
        "language": asks("a text of the firm's own", to=set_to(language="sv")),
    },
    "Client": {
        "firm": nothing("whose client book it is in", lambda world, _row: {"firm": world.firm("PAI")}),
        "name": asks_all(WHO),
        "kind": asks_all("a public buyer makes every change ask", set_to(kind="public")),
        "business_id": asks_all(WHO, set_to(business_id="9000021-4")),
        "vat_number": asks_all("the reverse charge hangs on it", set_to(vat_number="FI90000206")),
        "municipality": tells(SEEN, set_to(municipality="405")),
        "deducts_vat": tells("which price stands first"),
        "e_invoice": tells(SEEN, set_to(e_invoice="003790000206")),
        "order_reference": tells(SEEN, set_to(order_reference="OSTO-7")),
    },
    "ClientContact": {
        "client": asks_all(
            "whoever may say yes is another",
            lambda world, _row: {"client": Client.objects.exclude(pk=world.bid.client_id).get()},
        ),
        "position": nothing(PLACE, set_to(position=90)),
        "name": asks_all("who may say yes for the client"),
        "email": asks_all("where the client's yes comes from", set_to(email="toinen@example.invalid")),
        "phone": tells(SEEN),
        "role": asks_all("who may say yes for the client"),
    },
    "Need": {
        "firm": nothing("whose note it is", lambda world, _row: {"firm": world.firm("PAI")}),
        "title": asks_all(WHAT),
        "text": asks_all(WHAT),
        "skills": tells(SEEN, set_to(skills=["valokuvaus"])),
        "municipality": asks_all(WHAT, set_to(municipality="405")),
    },
    "Term": {
        "bid": never(STAYS),
        "position": nothing(PLACE, set_to(position=90)),
        "title": asks_all("a condition of the whole offer"),
        "text": asks_all("a condition of the whole offer"),
    },
    "PlannedInstalment": {
        "bid": never(STAYS),
        "position": asks_all("which step is paid first", set_to(position=90)),
        "name": asks_all("when each firm is paid"),
        "percent": asks_all("how much each firm is paid when", set_to(percent=31)),
    },
    "Package": {
        "bid": never(STAYS),
        "position": nothing(PLACE, set_to(position=90)),
        "identifier": tells("a choice of the client"),
        "name": tells("a choice of the client"),
        "text": tells("a choice of the client"),
        "default": tells("the client's own choice; whoever's row counts now gets more, which is carried over"),
    },
    "PackageLine": {
        "package": tells(
            "a choice of the client",
            lambda world, _row: {"package": Package.objects.get(bid=world.bid, identifier="p2")},
        ),
        "line": tells("a choice of the client", lambda world, _row: {"line": world.line("A5b")}),
        "position": nothing(PLACE, set_to(position=90)),
    },
    "BidFile": {
        "bid": never(STAYS),
        "position": nothing(PLACE, set_to(position=90)),
        "name": asks("the firm's card names its logo"),
        "asset": asks(
            "the picture is part of the firm's card",
            to=lambda world, row: {
                "asset": type(row.asset).objects.create(
                    firm=world.bid.lead,
                    sha256="ab" * 32,
                    size=1,
                    media_type="image/png",
                    created_at=row.asset.created_at,
                )
            },
        ),
    },
    "Invitation": {
        **{name: never("a request is one firm's in one offer") for name in ("bid",)},
        "part": asks(
            "an OK given by the request of another part does not count",
            to=lambda world, _row: {"part": world.part("KUV")},
        ),
        "withdrawn_at": asks(
            "whoever held it may no longer speak for the firm", to=lambda _world, row: {"withdrawn_at": row.asked_at}
        ),
        **{
            name: nothing("how the firm is reached and what it said; its OK is its own row", to)
            for name, to in {
                "name": None,
                "email": set_to(email="toinen@example.invalid"),
                "phone": None,
                "language": set_to(language="sv"),
                "asked_by": set_to(asked_by=None),
                "asked_at": later("asked_at", -1),
                "answer_until": later("answer_until"),
                "answer": lambda _world, row: {"answer": "in", "answered_at": row.asked_at},
                "answered_at": lambda _world, row: {"answer": "no", "answered_at": row.asked_at},
                "message": None,
                "suggests_name": None,
                "suggests_email": set_to(suggests_email="toinen@example.invalid"),
                "suggests_why": None,
                "reminded": None,
                "reminders_stopped_at": lambda _world, row: {"reminders_stopped_at": row.asked_at},
                "opened_at": lambda _world, row: {"opened_at": row.asked_at},
            }.items()
        },
    },
}

UNREAD: dict[str, tuple[str, tuple[str, ...]]] = {
    "LineCost": ("what a row costs its firm is nobody else's business", ("line", "part", "firm", "cost", "note")),
    "Group": (
        "agreed beforehand; it can only approve rules, and only while an offer is settled",
        ("name", "made_by", "made_at", "rules_version", "invoicing", "liability", "payment_days", "valid_days",
         "price_visibility"),
    ),
    "GroupMember": ("how a firm is reached", ("group", "firm", "name", "email", "phone", "usual_share")),
    "InvitationLink": (
        "an address, no content", ("invitation", "way", "token_hash", "made_at", "expires_at", "bound_at", "revoked_at")
    ),
    "ClientLink": (
        "an address, no content",
        ("bid", "contact_name", "contact_email", "scope", "way", "token_hash", "made_at", "expires_at", "opened_at",
         "revoked_at"),
    ),
    "FrozenSheet": ("a document's own frozen words", ("bid", "payload", "sha256", "line_count", "created_at")),
    "RevisionStanding": (
        "what became of what was sent",
        ("revision", "bid", "state", "changed_at", "sent_at", "sent_how", "expires_at", "reason"),
    ),
    "DecisionStanding": (
        "what became of the client's answer",
        ("decision", "bid", "revision", "kind", "change", "state", "changed_at", "reason", "annulled_by", "objected_at",
         "objected_by", "objection", "reason_told_at"),
    ),
    "EvidenceIdentity": (
        "who typed which name from where; it can only be erased", ("evidence", "name", "value", "salt")
    ),
    "DecisionPaper": (
        "a file drawn of a yes",
        ("decision", "kind", "part", "language", "state", "asset", "data", "reach", "bears_name",
         "tells_objection", "tells_annulment", "failure_code", "pages", "requested_at", "finished_at"),
    ),
    "InvoiceMark": (
        "a firm's own word of what it did after the yes",
        ("bid", "part", "firm", "revision", "number", "net", "vat", "gross", "invoiced_on", "invoice_number", "person",
         "invitation", "marked_at", "undone_at"),
    ),
    "PartDone": (
        "a firm's own word of what it did after the yes",
        ("bid", "part", "firm", "done_at", "person", "invitation", "undone_at"),
    ),
    "Document": (
        "a rendered file",
        ("bid", "revision", "sheet", "kind", "language", "theme", "profile", "chosen", "state", "progress_step",
         "progress_done", "progress_total", "failure_code", "failure_detail", "cache_key", "asset", "pages",
         "requested_by", "requested_at", "finished_at"),
    ),
    "Draft": ("typed and not saved", ("bid", "person", "invitation", "place", "words", "seen_version", "saved_at")),
    "Letter": (
        "what is told, not what holds",
        ("kind", "bid", "part", "invitation", "revision", "group", "to_name", "to_email", "language", "facts",
         "effect_key", "state", "written_at", "due_at", "sent_at", "subject", "failure"),
    ),
    "Meeting": (
        "the firm's own note",
        ("firm", "person", "met_on", "client_name", "contact_name", "contact_email", "contact_phone", "wants",
         "next_step", "next_on", "photo", "bid", "noted_at"),
    ),
    "OneTimeCode": (
        "a secret for once",
        ("about", "purpose", "code_hash", "made_at", "expires_at", "attempts", "used_at",
         "button_hash", "form", "button_attempts"),
    ),
    "HeldAnswer": (
        "what a client has told and not confirmed changes nothing",
        ("link", "revision", "act", "nonce", "chosen", "name", "language", "made_at", "expires_at"),
    ),
    "Question": (
        "what the client asks changes nothing of the offer; an answer is told, not promised",
        ("bid", "revision", "link", "to_part", "place", "key", "text", "asked_at", "draft", "drafted_at", "drafted_by",
         "drafted_by_firm", "answer", "released_at", "released_by", "dropped_at", "state"),
    ),
    "ChangeRequest": (
        "a wish changes nothing before somebody changes the offer",
        ("bid", "revision", "link", "kind", "line", "weeks", "amount", "basis", "text", "asked_at", "state",
         "answered_in", "words", "closed_at", "closed_by"),
    ),
    "Suggestion": (
        "until it is taken it changes nothing",
        ("bid", "part", "target", "changes", "before", "why", "made_by", "made_by_firm", "made_at", "state",
         "closed_at"),
    ),
    "ToldPrice": (
        "until the firm confirms it it is no price",
        ("part", "amount", "price_basis", "shown", "told_by", "told_at", "state", "closed_at"),
    ),
}  # fmt: skip
"""Models that nothing reads which tells whose OK counts: a change of theirs can do nothing, and why it may not."""

ONLY_ADDED_TO: dict[str, str] = {
    "ActualQuantity": "how much it was so far; a new report is a row of its own",
    "Approval": "an OK as it was given",
    "ApprovalRevocation": "an OK as it was taken back",
    "CounterOffer": "a late or changed yes as it came",
    "Decision": "the client's answer as it was given",
    "Evidence": "what proves the client's answer",
    "GroupYes": "a yes as it was given",
    "LegalAnswer": "an answer as it was given; a new one is a row of its own",
    "Revision": "what was sent",
    "RevisionPart": "the OKs a version stands on",
}
"""Models whose rows the database lets nobody change."""

STORED_ONCE: dict[str, str] = {
    "Asset": "a stored file is known by the hash of its content; other content is another row"
}
"""Models whose rows nothing in the product changes."""

OF_EVERY_ROW = frozenset({"id", "public_id", "version"})
"""Names and guards of rows, in no content."""
A_PARTNER = "SEL"
