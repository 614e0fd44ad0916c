"""Every address there is: how it is filled in the joint world, who gets what of it, and what asking for it leaves.

Rights are written as one letter a reader, in the order of `READERS`: `y` is let in, `n` is told no (403), `-` is told
that there is nothing (404), `d` is shown the door (the page for logging in, or 401), `r` comes back to a page that
says no.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from tests.stories.joint_world import LEAD, OTHER, OUTSIDER, PARTNER, ROLES, JointWorld

READERS: Final = (
    *((key, role) for key in (LEAD, PARTNER, OUTSIDER) for role in ROLES),
    ("", "nobody"),
    ("", "staff"),
    ("", "invited"),
    ("", "client"),
)
"""The four roles of each of three firms, then whoever is not logged in, staff without a firm, and holders of a link."""

OPEN: Final = "yyyy yyyy yyyy yyyy"
SELF: Final = "yyyy yyyy yyyy dydd"
TAKES_PART: Final = "yyyy yyyy ---- d-dd"
LEADS: Final = "yyyy ---- ---- d-dd"
LEADS_AND_CHANGES: Final = "yy-- ---- ---- d-dd"
NOBODY: Final = "---- ---- ---- ----"
NOT_YET: Final = "---- ---- ---- d-dd"
NOT_YET_WRITTEN: Final = "--n- --n- --n- d-dd"
"""A viewer writes nothing, whatever there is."""

Fill = Callable[[JointWorld], Iterator[dict[str, Any]]]
Body = Callable[[JointWorld], Any]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One method of an address. `body` is what is sent, and `by` whose deed it is when something is to happen.

    `leaves` says what the deed leaves in the audit trail: an event, or why none. `notes_refusals` says that the trail
    tells of whoever tried it without the right.
    """

    rights: str
    body: Body | None = None
    by: tuple[str, str] = (LEAD, "owner")
    leaves: str = "event"
    headers: Callable[[JointWorld], dict[str, str]] | None = None
    before: Callable[[JointWorld], object] | None = None
    notes_refusals: bool = False

    def right_of(self, reader: tuple[str, str]) -> str:
        return self.rights.replace(" ", "")[READERS.index(reader)]


@dataclass(frozen=True, kw_only=True)
class Route:
    """An address by its name. `fill` gives every way to fill it; the first is of the partner's own things.

    `outlives` says that it is about a request, which whoever was asked still reads when their firm is out of the offer.
    """

    name: str
    fill: Fill
    get: Way | None = None
    post: Way | None = None
    put: Way | None = None
    patch: Way | None = None
    delete: Way | None = None
    outlives: bool = False
    queries: tuple[str, ...] = ("",)

    @property
    def ways(self) -> Iterator[tuple[str, Way]]:
        for method in ("get", "post", "put", "patch", "delete"):
            way = getattr(self, method)
            if way is not None:
                yield method, way


ROUTES: Final[dict[str, Route]] = {}
ELSEWHERE: Final[Mapping[str, str]] = {
    "admin:": "staff's own pages, for staff with a second factor: tests/web/test_admin.py",
    "account_": "logging in and out: tests/web/test_login.py",
    "mfa_": "second factors, of oneself alone",
    "usersessions": "one's own sessions",
    "demo:": "stands in the demo alone",
    "components": "the pattern book, which stands in no installation that serves people",
}
"""Addresses that hold nothing of an offer, by how their names begin, and where they are looked at."""


def every_name(resolver: URLResolver | None = None, within: str = "") -> Iterator[str]:
    """The name of every address of the program."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield within + (pattern.name or f"?{pattern.pattern}")
        else:
            yield from every_name(pattern, f"{within}{pattern.namespace}:" if pattern.namespace else within)


def is_elsewhere(name: str) -> bool:
    """Whether the address is looked at in a place of its own."""
    return any(name.startswith(beginning) for beginning in ELSEWHERE)


def nothing(_world: JointWorld) -> Iterator[dict[str, Any]]:
    yield {}


def of(thing: str, *more: str, **said: Any) -> Fill:
    """Addresses about this thing of the world, and about the others named."""

    def fill(world: JointWorld) -> Iterator[dict[str, Any]]:
        for name in (thing, *more):
            yield {"public_id": world.things[name].public_id, **said}

    return fill


def each(key: str, *values: Any, **said: Any) -> Fill:
    """Addresses about the offer, once for every value of one of its parts."""

    def fill(world: JointWorld) -> Iterator[dict[str, Any]]:
        for value in values:
            yield {"public_id": world.bid.public_id, key: value(world) if callable(value) else value, **said}

    return fill


def thing(name: str) -> Callable[[JointWorld], Any]:
    """The id of a thing of the world."""
    return lambda world: world.things[name].public_id


def _add(name: str, fill: Fill = nothing, **said: Any) -> None:
    assert name not in ROUTES, name
    ROUTES[name] = Route(name=name, fill=fill, **said)


def _same(**said: Any) -> Body:
    return lambda _world: dict(said)


OFFER = of("bid")
NOT_MAIL: Final = "nothing of an offer is changed"
DRAFT: Final = "a writer's own draft"

# --- about nothing and oneself
for _name in ("healthz", "readyz", "robots", "front", "api:schema", "api:docs"):
    _add(_name, get=Way(rights=OPEN))
_add("security-txt", get=Way(rights=NOBODY))
_add("api:nothing-here", get=Way(rights=NOBODY))
for _name in ("members:details", "members:firm", "members:new-firm", "members:keys", "bids:my-offers", "bids:work"):
    _add(_name, get=Way(rights=SELF))
for _name in ("api:me", "api:bids", "api:work"):
    _add(_name, get=Way(rights=SELF))

# --- an offer
for _name in ("offer", "board", "history", "versions", "all-choices", "invoicing"):
    _add(f"bids:{_name}", OFFER, get=Way(rights=TAKES_PART), queries=("", "?choose=B2", "?choose=C2", "?choose=A2"))
for _name in ("bid", "bid-history", "bid-oks", "bid-ok"):
    _add(f"api:{_name}", OFFER, get=Way(rights=TAKES_PART))
_add(
    "api:bid-totals",
    OFFER,
    get=Way(rights=TAKES_PART),
    queries=("", "?choose=B2", "?choose=C2", "?invoicing=lead", "?choose=nothing"),
)
_add(
    "api:bid-sheet",
    OFFER,
    get=Way(rights=TAKES_PART),
    queries=("", "?choose=B2", "?choose=C2&choose=A2", "?language=en&profile=full"),
)
_add("api:bid-package", OFFER, get=Way(rights="yyyy nnnn ---- d-dd"))
_add("bids:package", OFFER, get=Way(rights="yyyy nnnn ---- d-dd"))
_add("api:legal-questions", OFFER, get=Way(rights="yynn nnnn ---- d-dd"))
_add("api:bid-letters", OFFER, get=Way(rights="yyyy nnnn ---- d-dd"))

# --- its costs
_add(
    "bids:costs",
    OFFER,
    get=Way(rights="yyy- yyy- ---- d-dd"),
    post=Way(
        rights="---- yyn- ---- d-dd",
        body=_same(line="B1", cost="15,00", note="tarvikkeet", seen="1"),
        by=(PARTNER, "owner"),
    ),
)
_add("api:bid-costs", OFFER, get=Way(rights="yyy- yyy- ---- d-dd"))
_add(
    "api:bid-cost",
    each("code", "B1", "C1", "A1"),
    get=Way(rights="---- yyy- ---- d-dd"),
    put=Way(
        rights="--n- yynn --n- d-dd",
        body=_same(cost="15.00", note="tarvikkeet"),
        by=(PARTNER, "owner"),
        headers=lambda world: {"If-Match": f'"{world.line("B1").public_id}.1"'},
    ),
)

# --- documents and versions
DOCUMENTS: Final = of("document", "document-twin_json", "document-twin_ubl")
for _name in ("bids:document", "bids:document-state", "bids:file", "api:document", "api:document-content"):
    _add(_name, DOCUMENTS, get=Way(rights=LEADS))
_add("bids:page", of("document", page=1), get=Way(rights=LEADS))
_add(
    "bids:order-document",
    OFFER,
    post=Way(rights="yyny nnnn ---- d-dd", body=_same(language="fi", profile="full", kind="offer_pdf")),
)
_add(
    "api:bid-documents",
    OFFER,
    get=Way(rights=TAKES_PART),
    post=Way(rights="yyny nnnn --n- d-dd", body=_same(kind="offer_pdf", profile="full")),
)
_add("bids:version", each("number", 1), get=Way(rights=TAKES_PART))
_add("bids:version-file", each("document", thing("sent-document"), number=1), get=Way(rights=TAKES_PART))
_add("bids:client-link", lambda world: iter([{"token": world.things["client-token"]}]), get=Way(rights=OPEN))
_add(
    "bids:client-offer",
    of("client-link"),
    get=Way(rights="---- ---- ---- ---y"),
    queries=("", "?choose=B2", "?choose=C2&choose=A2&language=sv", "?choose=nothing"),
)
_add(
    "bids:client-file",
    lambda world: iter([{"public_id": thing("client-link")(world), "document": thing("sent-document")(world)}]),
    get=Way(rights="---- ---- ---- ---y"),
)

# --- what the client asks and wishes
ASKING: Final = "tried with its own page: tests/web/test_client_questions.py"


def known(*names: str) -> Fill:
    """Addresses about these things, as far as the world has them: of an offer not sent yet nothing is asked."""
    return lambda world: iter([{"public_id": world.things[name].public_id} for name in names if name in world.things])


QUESTIONS: Final = known(f"question-{PARTNER}", f"question-{OTHER}")
_add(
    "bids:questions",
    OFFER,
    get=Way(rights=TAKES_PART),
    post=Way(
        rights="yy-- nnnn ---- d-dd",
        body=lambda world: {
            "question": world.things[f"question-{PARTNER}"].public_id,
            "version": "1",
            "do": "release",
            "text": "Kyllä.",
        },
    ),
)
for _name in ("client-ask", "client-changes"):
    _add(
        f"bids:{_name}",
        of("client-link"),
        get=Way(rights="---- ---- ---- ---y"),
        post=Way(rights="---- ---- ---- ---y", leaves=ASKING),
    )

# --- what the client answers: the world's link only asks, so nothing of it decides
CHANGING: Final = "tried with an offer that was accepted: tests/web/test_change_agreed.py, tests/api/test_changing.py"
ANSWERED: Final = "tried with its own answers: tests/api/test_answers.py"
BY_BUTTON: Final = "tried with a letter that was mailed: tests/web/test_confirm_button.py"
DECIDING: Final = "tried with a link that may decide: tests/web/test_client_decision.py"
for _name in ("client-accept", "client-decline", "client-anew"):
    _add(
        f"bids:{_name}",
        of("client-link"),
        get=Way(rights="---- ---- ---- ---n"),
        post=Way(rights="---- ---- ---- ---n", leaves=DECIDING, notes_refusals=True),
    )
for _name in ("client-accept-code", "client-decline-code"):
    _add(
        f"bids:{_name}",
        of("client-link"),
        get=Way(rights="---- ---- ---- ---n"),
        post=Way(rights="---- ---- ---- ---y", leaves=DECIDING),
    )
for _name in ("client-accept-confirm", "client-decline-confirm"):
    _add(
        f"bids:{_name}",
        of("client-link"),
        get=Way(rights="---- ---- ---- ---n"),
        post=Way(rights="---- ---- ---- ---n", leaves=BY_BUTTON, notes_refusals=True),
    )
_add(
    "bids:client-not-so-confirm",
    of("client-link"),
    get=Way(rights="---- ---- ---- ---y"),
    post=Way(rights="---- ---- ---- ---y", leaves=BY_BUTTON),
)
_add("bids:client-button", lambda _world: iter([{"token": "nothing-was-mailed"}]), get=Way(rights=NOBODY))
for _name in ("client-not-so", "client-not-so-code"):
    _add(
        f"bids:{_name}",
        of("client-link"),
        get=Way(rights="---- ---- ---- ---y"),
        post=Way(rights="---- ---- ---- ---y", leaves=DECIDING),
    )
_add("bids:client-decision", of("client-link"), get=Way(rights="---- ---- ---- ---y"))
_add(
    "bids:record-decision",
    OFFER,
    get=Way(rights="ynnn ---- ---- d-dd"),
    post=Way(rights="ynnn ---- ---- d-dd", leaves=DECIDING),
)
NO_ANSWER: Final = each("answer", UUID(int=0))
_add(
    "bids:annul-decision",
    NO_ANSWER,
    get=Way(rights="-nnn ---- ---- d-dd"),
    post=Way(rights="-nnn ---- ---- d-dd", leaves=DECIDING),
)
_add(
    "bids:change-agreed",
    OFFER,
    get=Way(rights="yynn ---- ---- d-dd"),
    post=Way(rights="yynn ---- ---- d-dd", leaves=CHANGING),
)
_add("bids:tell-reason", OFFER, post=Way(rights=NOT_YET, leaves=DECIDING))
COUNTER_OFFER: Final = each("answer", thing("counter-offer"))
_add("bids:answer-file", COUNTER_OFFER, get=Way(rights=LEADS_AND_CHANGES))
_add("api:answer-file", COUNTER_OFFER, get=Way(rights="yynn nnnn ---- d-dd"))
for _name in ("decision-annulled", "decision-reason-told"):
    _add(
        f"api:{_name}",
        lambda _world: iter([{"public_id": UUID(int=0)}]),
        post=Way(rights="--n- --n- --n- d-dd", leaves=ANSWERED),
    )
for _name in ("bid-decisions", "bid-counter-offers"):
    _add(
        f"api:{_name}",
        OFFER,
        get=Way(rights=TAKES_PART),
        post=Way(rights="yyny nnnn --n- d-dd", leaves=ANSWERED),
    )
for _name in ("bid-questions", "bid-change-requests"):
    _add(f"api:{_name}", OFFER, get=Way(rights=TAKES_PART))

# --- sending
_add("bids:send", OFFER, get=Way(rights=LEADS_AND_CHANGES))
_add("bids:send-state", OFFER, get=Way(rights=LEADS_AND_CHANGES))
_add(
    "bids:keep-greeting",
    OFFER,
    post=Way(rights=LEADS_AND_CHANGES, body=_same(greeting="Hei"), leaves=DRAFT),
)
ANSWERER: Final = "---- y--- ---- --y-"
"""Whoever holds the mailed link of the request, and of the firm's people those who may give its OK."""


def _tried(where: str) -> str:
    return f"tried with its own page: tests/web/{where}.py"


SENDING: Final = _tried("test_sending_pages")
_body: dict[str, Any]
for _name, _body in {
    "cancel-sending": {},
    "own-mail": {},
}.items():
    _add(f"bids:{_name}", OFFER, post=Way(rights=LEADS_AND_CHANGES, body=_same(**_body), leaves=SENDING))
# An editor may give OKs only where the firm's owner said so, and these here may not.
LEADS_AND_APPROVES: Final = "yn-- ---- ---- d-dd"
_add("bids:withdraw", OFFER, post=Way(rights=LEADS_AND_APPROVES, body=_same(reason="ei vielä"), leaves=SENDING))
_add("bids:close-offer", OFFER, post=Way(rights=LEADS_AND_APPROVES, leaves=SENDING))
_add("bids:make-client-link", OFFER, post=Way(rights=LEADS_AND_CHANGES, body=_same(name="Tiina")))
_add("bids:extend-validity", OFFER, post=Way(rights=LEADS_AND_APPROVES, body=_same(until="2099-01-01"), leaves=SENDING))
_add("bids:move-schedule", OFFER, post=Way(rights=LEADS_AND_CHANGES, body=_same(days="7")))
_add(
    "bids:revoke-client-link",
    each("link", thing("client-link")),
    post=Way(rights=LEADS_AND_CHANGES),
)

# --- writing in the offer
OWN_WORDS: Final = "---- yy-- ---- d-dd"
WRITES_OR_SUGGESTS: Final = "yy-y yy-y ---- d-dd"
_add(
    "bids:edit",
    each("key", "B1", "C1", "A1", kind="line"),
    get=Way(rights=WRITES_OR_SUGGESTS),
    post=Way(rights=WRITES_OR_SUGGESTS, leaves=_tried("test_editing")),
)
_add("bids:typing", each("key", "B1", kind="line"), post=Way(rights=WRITES_OR_SUGGESTS, leaves=DRAFT))
_add(
    "bids:edit-offer",
    each("kind", "rules", "details", "client", "terms", "discount", "fee", "plan", "packages"),
    get=Way(rights=LEADS_AND_CHANGES),
    post=Way(rights=LEADS_AND_CHANGES, leaves=_tried("test_editing")),
)
_add("bids:typing-offer", each("kind", "rules"), post=Way(rights=LEADS_AND_CHANGES, leaves=DRAFT))
_add(
    "bids:move",
    OFFER,
    post=Way(rights=OWN_WORDS, body=_same(kind="line", key="B2", after=""), by=(PARTNER, "owner")),
)
_add(
    "bids:paste",
    each("key", PARTNER, OTHER),
    get=Way(rights=OWN_WORDS),
    post=Way(rights=OWN_WORDS, leaves=_tried("test_offer_page")),
)
_add(
    "bids:answer-suggestion",
    each("suggestion", thing(f"suggestion-{PARTNER}"), thing(f"suggestion-{OTHER}")),
    post=Way(rights="nnnn yynn ---- d-dd", body=_same(do="take", version="1"), by=(PARTNER, "owner")),
)

# --- asking and answering
REQUEST: Final = of(f"invitation-{PARTNER}", f"invitation-{OTHER}")
ASKS: Final = _tried("test_requests")
_add("bids:requests", OFFER, get=Way(rights=LEADS))
_add(
    "bids:see-to-letter",
    of("letter"),
    post=Way(rights="yynn ---- ---- d-dd", body=_same(act="again"), leaves=_tried("test_letters_to_see_to")),
)
_add(
    "bids:ask-firm",
    OFFER,
    get=Way(rights="yynn ---- ---- d-dd"),
    post=Way(
        rights="yynn ---- ---- d-dd",
        body=_same(name="Timon Kyltit", contact="timo@example.invalid", what="Kyltti", until="huomenna 18.00"),
    ),
)
_add(
    "bids:change-request",
    REQUEST,
    get=Way(rights="yynn ---- ---- d-dd"),
    post=Way(rights="yynn ---- ---- d-dd", leaves=ASKS),
)
# Told no on the page they come back to.
_add("bids:take-back", REQUEST, post=Way(rights="yyrr ---- ---- d-dd"))
_add("bids:remind-request", REQUEST, post=Way(rights="yyrr ---- ---- d-dd", leaves=ASKS))
_add("bids:copy-link", REQUEST, post=Way(rights="yynn ---- ---- d-dd"))
_add("bids:told-price", REQUEST, post=Way(rights="yynn ---- ---- d-dd", body=_same(amount="450"), leaves=ASKS))

ANSWERS: Final = _tried("test_answering")
_add(
    "bids:invitation-link",
    lambda world: iter([{"token": world.things[f"invitation-token-{PARTNER}"]}]),
    get=Way(rights=OPEN),
)
_add("bids:asked", REQUEST, get=Way(rights=ANSWERER), post=Way(rights=ANSWERER, leaves=ANSWERS), outlives=True)
for _name in ("asked-code", "confirm-price", "not-me", "stop-asking"):
    _add(f"bids:{_name}", REQUEST, get=Way(rights=ANSWERER), post=Way(rights=ANSWERER, leaves=ANSWERS), outlives=True)
_add(
    "bids:pass-on",
    REQUEST,
    get=Way(rights=ANSWERER),
    post=Way(rights=ANSWERER, leaves=_tried("test_passing_on")),
    outlives=True,
)
_add(
    "bids:asked-costs",
    REQUEST,
    get=Way(rights=ANSWERER),
    post=Way(
        rights=ANSWERER,
        body=_same(line="B1", cost="5", note="", seen="1"),
        by=(PARTNER, "owner"),
        leaves=_tried("test_asked_costs"),
    ),
    outlives=True,
)
_add(
    "bids:asked-questions",
    REQUEST,
    get=Way(rights=ANSWERER),
    post=Way(
        rights=ANSWERER,
        body=lambda world: {
            "question": world.things[f"question-{PARTNER}"].public_id,
            "version": "1",
            "do": "draft",
            "text": "Kyllä.",
        },
        by=(PARTNER, "owner"),
        leaves=ASKING,
    ),
    outlives=True,
)
_add("bids:asked-own-part", REQUEST, get=Way(rights=ANSWERER), outlives=True, queries=("", "?as=data"))
_add("bids:own-part", OFFER, get=Way(rights=TAKES_PART), queries=("", "?as=data"))
_add("api:bid-own-part", OFFER, get=Way(rights=TAKES_PART))
for _name in ("bid-proof", "proof-certificate", "proof-evidence", "proof-own-copy", "proof-own-copy-data"):
    _add(f"api:{_name}", OFFER, get=Way(rights=NOT_YET))
for _name in ("answer-certificate", "answer-evidence"):
    _add(f"api:{_name}", NO_ANSWER, get=Way(rights=NOT_YET))
_add(
    "bids:answer-proof",
    lambda world: ({**one, "what": what} for one in NO_ANSWER(world) for what in ("certificate", "evidence")),
    get=Way(rights=NOT_YET),
)
_add("bids:proof", each("what", "certificate", "evidence", "copy", "copy-data"), get=Way(rights=NOT_YET))
_add("bids:asked-proof", of(f"invitation-{PARTNER}", f"invitation-{OTHER}", what="evidence"), get=Way(rights=NOBODY))
_add("bids:client-proof", of("client-link", what="evidence"), get=Way(rights=NOBODY))
AFTER_THE_YES: Final = "there is nothing before the client has said yes: tests/web/test_own_work.py"
_add(
    "bids:asked-work",
    REQUEST,
    get=Way(rights=ANSWERER),
    post=Way(rights=ANSWERER, leaves=AFTER_THE_YES),
    outlives=True,
    queries=("", "?as=calendar", "?as=rows"),
)
_add(
    "bids:offer-work",
    OFFER,
    get=Way(rights=NOT_YET),
    post=Way(rights=NOT_YET, leaves=AFTER_THE_YES),
    queries=("", "?as=calendar", "?as=rows"),
)
for _name in ("bid-work", "bid-work-calendar", "bid-work-rows"):
    _add(f"api:{_name}", OFFER, get=Way(rights=NOT_YET))
_add("api:bid-work-done", OFFER, **dict.fromkeys(("put", "delete"), Way(rights=NOT_YET_WRITTEN, leaves=AFTER_THE_YES)))
_add(
    "api:bid-work-invoiced",
    each("number", 1),
    **dict.fromkeys(("put", "delete"), Way(rights=NOT_YET_WRITTEN, leaves=AFTER_THE_YES)),
)
_add(
    "api:bid-work-quantity",
    each("code", "B1"),
    get=Way(rights=NOT_YET),
    put=Way(rights=NOT_YET_WRITTEN, leaves=AFTER_THE_YES),
)
_add("bids:keep-answer", REQUEST, post=Way(rights=ANSWERER, leaves=DRAFT), outlives=True)
_add("bids:renew-link", REQUEST, post=Way(rights=OPEN))

# --- starting
_add(
    "bids:new-offer",
    get=Way(rights="yynn yynn yynn dydd"),
    post=Way(rights="yynn yynn yynn dydd", leaves=_tried("test_new_offer")),
)
_add("bids:keep-new-offer", post=Way(rights="yynn yynn yynn dndd", leaves=DRAFT))
_add("bids:new-offer-partner", get=Way(rights="yyyy yyyy yyyy dndd"))
_add("bids:open-package", get=Way(rights=SELF), post=Way(rights=SELF, leaves=_tried("test_open_package")))
_add("bids:bring-in", post=Way(rights=SELF, leaves=_tried("test_open_package")))

# --- oneself
for _name in ("take-over", "choose-firm"):
    _add(f"members:{_name}", post=Way(rights="---- ---- ---- d-dd", leaves=_tried("test_people_and_firms")))
_add("members:revoke-key", of("bid"), post=Way(rights="---- ---- ---- d-dd", leaves=_tried("test_people_and_firms")))
for _name in ("language", "look"):
    _add(f"members:{_name}", post=Way(rights=OPEN, leaves=NOT_MAIL))

# --- OKs and letters through the API
OKS: Final = "tried with its own endpoint: tests/api/test_oks.py"
API_WRITES: Final = "yyny yyny --n- d-dd"
_add("api:bid-ok-taken-back", OFFER, post=Way(rights="--n- ynnn --n- d-dd", by=(PARTNER, "owner"), leaves=OKS))
_add("api:bid-ok-always-ask", OFFER, put=Way(rights=API_WRITES, leaves=OKS))
for _name in ("part-taken-over", "part-left-out"):
    _add(f"api:{_name}", each("key", PARTNER), post=Way(rights=API_WRITES, leaves=OKS))
_add(
    "api:bid-change",
    OFFER,
    get=Way(rights=LEADS_AND_CHANGES),
    post=Way(rights="yyn- --n- --n- d-dd", leaves=CHANGING),
)
for _name in ("change-cancelled", "reassigned-lines"):
    _add(f"api:{_name}", OFFER, post=Way(rights="yyn- --n- --n- d-dd", leaves=CHANGING))
_add("api:part-gone", each("key", PARTNER), post=Way(rights="yyn- --n- --n- d-dd", leaves=CHANGING))
_add("api:legal-question", each("question", "competitors"), post=Way(rights=API_WRITES, leaves=OKS))
for _name in ("package-check", "package-totals"):
    _add(f"api:{_name}", post=Way(rights=SELF, leaves=NOT_MAIL))


def tag(name: str) -> Callable[[JointWorld], dict[str, str]]:
    """The header that names the version of a thing as it stands."""

    def headers(world: JointWorld) -> dict[str, str]:
        now = type(world.things[name]).objects.get(pk=world.things[name].pk)
        return {"If-Match": f'"{now.public_id}.{now.version}"'}

    return headers


ROW: Final = tag(f"line-{PARTNER}")
SAID: Final = tag(f"suggestion-{PARTNER}")
PART: Final = tag(f"part-{PARTNER}")

# --- more of an offer
for _name in ("words", "asked-firms"):
    _add(f"bids:{_name}", OFFER, get=Way(rights=TAKES_PART))
for _name in ("bid-contents", "bid-versions"):
    _add(f"api:{_name}", OFFER, get=Way(rights=TAKES_PART))
_add(
    "api:bid-suggestions",
    OFFER,
    get=Way(rights=TAKES_PART),
    post=Way(
        rights="yyny nnnn --n- d-dd",
        body=lambda _world: {"firm": OTHER, "line": "C1", "changes": {"unit_price": "5.00"}},
    ),
)
_add("api:bid-version", each("number", 1), get=Way(rights=TAKES_PART))
for _name in ("take-over", "leave-out"):
    _add(
        f"bids:{_name}",
        each("part", thing(f"part-{PARTNER}")),
        post=Way(rights="yyrr ---- ---- d-dd", leaves=_tried("test_offer_page")),
    )

# --- writing through the API
EDITING: Final = "tried with its own endpoint: tests/api/test_editing.py"
LEADS_API: Final = "yynn nnnn --n- d-dd"
for _name, _said in {
    "details": {"title": "Uusi nimi"},
    "rules": {"payment_days": "30"},
    "terms": {"notes": ["muista"]},
    "discount": {"discount": {"name": "alennus", "amount": "10.00"}},
    "fee": {"coordination_fee": {"name": "koordinointi", "percent": "8"}},
    "payment-plan": {"payment_plan": [{"name": "nyt", "percent": "40"}, {"name": "sitten", "percent": "60"}]},
    "packages": {"packages": [{"id": "p1", "name": "Laaja", "lines": ["A2"]}]},
    "client": {"name": "Toinen asiakas Oy"},
}.items():
    _seen = tag("client" if _name == "client" else "bid")
    _add(f"api:bid-{_name}", OFFER, patch=Way(rights=LEADS_API, body=_same(**_said), headers=_seen))
_add(
    "api:bid-consequences",
    OFFER,
    post=Way(rights="yynn nnnn ---- d-dd", body=_same(payment_days="90"), leaves=NOT_MAIL),
)
_add(
    "api:part-texts",
    each("key", PARTNER, OTHER),
    patch=Way(
        rights="nnnn yyny --n- d-dd",
        body=_same(summary="Teemme"),
        by=(PARTNER, "owner"),
        headers=PART,
    ),
)
_add(
    "api:part-lines",
    each("key", PARTNER, OTHER),
    post=Way(
        rights="nnnn yynn --n- d-dd", body=_same(text="Rivi", quantity="1", unit_price="5.00"), by=(PARTNER, "owner")
    ),
)
_add(
    "api:pasted-lines",
    each("key", PARTNER, OTHER),
    post=Way(
        rights="nnnn yynn --n- d-dd",
        body=_same(lines=[{"text": "Rivi", "quantity": "1", "unit_price": "5.00"}]),
        by=(PARTNER, "owner"),
    ),
)
_add("api:bid-sections", OFFER, post=Way(rights="yyny nnnn --n- d-dd", body=_same(title="Otsikko", text="Teksti")))
_add(
    "api:bid-milestones",
    OFFER,
    post=Way(
        rights="yynn nnnn --n- d-dd",
        body=_same(name="Vaihe", starts_on="2026-05-04", ends_on="2026-05-08", owner=LEAD),
    ),
)
LINE: Final = of(f"line-{PARTNER}", f"line-{OTHER}", f"line-{LEAD}")
_add(
    "api:line",
    LINE,
    get=Way(rights=TAKES_PART),
    patch=Way(
        rights="nnnn yynn --n- d-dd",
        body=_same(unit_price="5.00"),
        by=(PARTNER, "owner"),
        headers=ROW,
    ),
    delete=Way(rights="nnnn yynn --n- d-dd", by=(PARTNER, "owner"), headers=ROW),
)
_add(
    "api:move-line",
    LINE,
    post=Way(rights="nnnn yynn --n- d-dd", body=_same(to="1"), by=(PARTNER, "owner"), headers=ROW),
)
SECTION: Final = of("section")
_add(
    "api:section",
    SECTION,
    patch=Way(rights="yyny nnnn --n- d-dd", body=_same(text="Toisin."), headers=tag("section")),
    delete=Way(rights="yyny nnnn --n- d-dd", headers=tag("section")),
)
_add(
    "api:move-section",
    SECTION,
    post=Way(rights="yyny nnnn --n- d-dd", body=_same(to="0"), headers=tag("section"), leaves=EDITING),
)
_add(
    "api:milestone",
    of("milestone"),
    patch=Way(rights="yynn yynn --n- d-dd", body=_same(name="Toisin"), headers=tag("milestone")),
    delete=Way(rights="yynn yynn --n- d-dd", headers=tag("milestone")),
)
SUGGESTION: Final = of(f"suggestion-{PARTNER}", f"suggestion-{OTHER}")
for _name in ("take", "decline"):
    _add(
        f"api:{_name}-suggestion",
        SUGGESTION,
        post=Way(rights="nnnn yynn --n- d-dd", by=(PARTNER, "owner"), headers=SAID),
    )
_add("api:withdraw-suggestion", SUGGESTION, post=Way(rights="yyny nnnn --n- d-dd", headers=SAID))

# --- what the client asks and wishes, through the API
_QUESTION_TAG: Final = tag(f"question-{PARTNER}")
_add(
    "api:question-drafted",
    QUESTIONS,
    post=Way(rights="yyn- yyny --n- d-dd", body=_same(text="Kyllä."), headers=_QUESTION_TAG),
)
_add(
    "api:question-released",
    QUESTIONS,
    post=Way(rights="yyn- nnnn --n- d-dd", body=_same(text="Kyllä."), headers=_QUESTION_TAG),
)
_add("api:question-dropped", QUESTIONS, post=Way(rights="yyn- nnnn --n- d-dd", headers=_QUESTION_TAG))
_add(
    "api:change-request-declined",
    known("wish"),
    post=Way(rights="yyn- --n- --n- d-dd", body=_same(words="Ei käy."), headers=tag("wish")),
)

# --- sending through the API
API_SENDING: Final = "tried with its own endpoint: tests/api/test_sending.py"
LEADS_API_ALONE: Final = "yyn- --n- --n- d-dd"
_add(
    "api:bid-sending",
    OFFER,
    get=Way(rights=LEADS_AND_CHANGES),
    post=Way(rights="yyn- --n- --n- d-dd", leaves=API_SENDING),
)
for _name in ("cancelled", "sent", "withdrawn"):
    _add(f"api:version-{_name}", each("number", 1), post=Way(rights="ynn- --n- --n- d-dd", leaves=API_SENDING))
_add(
    "api:bid-valid-until",
    OFFER,
    post=Way(rights="ynn- --n- --n- d-dd", body=_same(until="2099-01-01"), headers=tag("bid"), leaves=API_SENDING),
)
_add("api:bid-schedule-moved", OFFER, post=Way(rights=LEADS_API_ALONE, body=_same(days="7"), headers=tag("bid")))
_add("api:bid-closed", OFFER, post=Way(rights="ynn- --n- --n- d-dd", leaves=API_SENDING))
_add(
    "api:client-links",
    OFFER,
    get=Way(rights=LEADS_AND_CHANGES),
    post=Way(rights=LEADS_API_ALONE, body=_same(name="Tiina")),
)
_add("api:client-link-revoked", of("client-link"), post=Way(rights=LEADS_API_ALONE))

# --- asking, answering, starting through the API
STARTING: Final = "tried with its own endpoint: tests/api/test_starting.py"
ANSWERING: Final = "tried with its own endpoint: tests/api/test_answering.py"
API_LETTERS: Final = "tried with its own endpoint: tests/api/test_letters.py"
_add("api:bid-requests", OFFER, get=Way(rights=LEADS), post=Way(rights="yyny --n- --n- d-dd", leaves=STARTING))
_add("api:partners", get=Way(rights="yynn yynn yynn dndd"))
_add("api:request", REQUEST, get=Way(rights=LEADS), patch=Way(rights="yynn --n- --n- d-dd", leaves=STARTING))
_add("api:request-told-price", REQUEST, post=Way(rights="yyn- --n- --n- d-dd", leaves=ANSWERING))
for _name in ("request-taken-back", "request-link"):
    _add(f"api:{_name}", REQUEST, post=Way(rights="yynn --n- --n- d-dd", leaves=STARTING))
_add("api:request-passed-on", REQUEST, post=Way(rights="--n- yyny --n- d-dd", leaves=STARTING), outlives=True)
_add("api:remind-again", REQUEST, post=Way(rights="yynn nnnn --n- d-dd", leaves=API_LETTERS))
_add("api:stop-reminders", REQUEST, post=Way(rights="nnnn yyny --n- d-dd", by=(PARTNER, "owner"), leaves=API_LETTERS))
for _name in ("letter-again", "letter-arrived", "letter-handled"):
    _add(f"api:{_name}", of("letter"), post=Way(rights="yynn --n- --n- d-dd", leaves=API_LETTERS))
_add("api:asked", get=Way(rights=SELF))
_add("api:one-asked", REQUEST, get=Way(rights="---- y--- ---- d-dd"), outlives=True)
for _name in ("answer", "decline", "call", "price"):
    _add(f"api:asked-{_name}", REQUEST, post=Way(rights="--n- y-n- --n- d-dd", leaves=ANSWERING), outlives=True)
_add("api:start-offer", post=Way(rights="yyny yyny yyny dydd", leaves=STARTING))
_add("api:copy-offer", OFFER, post=Way(rights="yyny --n- --n- d-dd", leaves=STARTING))

# --- meetings and groups
GROUPS: Final = _tried("test_groups")
MEETINGS: Final = _tried("test_meetings")
MEETING: Final = of("meeting")
_add("bids:meetings", get=Way(rights=SELF))
WRITERS: Final = "yyny yyny yyny dydd"
_add("bids:new-meeting", get=Way(rights=WRITERS), post=Way(rights=WRITERS, leaves=MEETINGS))
_add("bids:meeting", MEETING, get=Way(rights=LEADS), post=Way(rights="yyny ---- ---- d-dd", leaves=MEETINGS))
_add("bids:meeting-photo", MEETING, get=Way(rights="---- ---- ---- d-dd"))
_add("bids:remove-meeting", MEETING, post=Way(rights="yyny ---- ---- d-dd", leaves=MEETINGS))
_add("api:meetings", get=Way(rights=SELF), post=Way(rights="yyny yyny yyny dydd", leaves=STARTING))
_add(
    "api:meeting",
    MEETING,
    get=Way(rights=LEADS),
    put=Way(rights="yyny --n- --n- d-dd", leaves=STARTING),
    delete=Way(rights="yyny --n- --n- d-dd", leaves=STARTING),
)
_add(
    "api:meeting-photo",
    MEETING,
    get=Way(rights="---- ---- ---- d-dd"),
    # That it is no picture is told first, whatever it was meant for.
    put=Way(rights="yyny yyny yyny dydd", leaves=STARTING),
    delete=Way(rights="yyny --n- --n- d-dd", leaves=STARTING),
)
GROUP: Final = of("group")
_add("bids:groups", get=Way(rights=SELF))
CHANGERS: Final = "yynn yynn yynn dydd"
_add("bids:new-group", get=Way(rights=CHANGERS), post=Way(rights=CHANGERS, leaves=GROUPS))
_add("bids:group", GROUP, get=Way(rights=LEADS))
LEADS_CHANGERS: Final = "yynn ---- ---- d-dd"
_add("bids:change-group", GROUP, get=Way(rights=LEADS_CHANGERS), post=Way(rights=LEADS_CHANGERS, leaves=GROUPS))
for _name in ("agree-to-group", "leave-group"):
    # Which of its firms agrees, or leaves, stands in what is sent.
    _add(f"bids:{_name}", GROUP, post=Way(rights="---- ---- ---- d-dd", leaves=GROUPS))
_add("api:groups", get=Way(rights=SELF), post=Way(rights="yyny yyny yyny dydd", leaves=STARTING))
_add("api:group", GROUP, get=Way(rights=LEADS), put=Way(rights="yynn --n- --n- d-dd", leaves=STARTING))
_add("api:group-agreed", GROUP, post=Way(rights="yyny --n- --n- d-dd", leaves=STARTING))
_add("api:group-left", GROUP, post=Way(rights="ynnn --n- --n- d-dd", leaves=STARTING))
