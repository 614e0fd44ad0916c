"""A form of another site changes nothing here, and nothing here sends anybody elsewhere."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from bids.models import Bid, Document
from members.models import Person
from tests.web.conftest import BACKEND

POSTED = [
    "bids:open-package",
    "bids:bring-in",
    "bids:order-document",
    "members:details",
    "members:firm",
    "members:new-firm",
    "members:take-over",
    "members:choose-firm",
    "members:keys",
    "members:revoke-key",
    "members:language",
    "members:look",
    "account_request_login_code",
    "account_login",
    "account_logout",
    "account_email",
]


def address(name: str, bid: Bid) -> str:
    if name == "bids:order-document":
        return reverse(name, args=[bid.public_id])
    return reverse(name, args=[uuid4()] if name == "members:revoke-key" else [])


@pytest.fixture
def strict(maija: Person) -> Client:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(maija, backend=BACKEND)
    return client


@pytest.mark.parametrize("name", POSTED)
def test_a_form_without_our_token_is_refused(name: str, strict: Client, bid: Bid) -> None:
    answer = strict.post(address(name, bid), {"name": "x"})

    assert answer.status_code == 403
    assert "The page had been open too long" in answer.content.decode()


@pytest.mark.parametrize("name", POSTED)
def test_a_form_from_another_site_is_refused_even_with_a_token(name: str, strict: Client, bid: Bid) -> None:
    page = strict.get(reverse("members:details"))
    token = page.context["csrf_token"]

    answer = strict.post(
        address(name, bid), {"csrfmiddlewaretoken": str(token)}, headers={"origin": "https://evil.example"}
    )

    assert answer.status_code == 403


def test_our_own_form_is_taken(strict: Client) -> None:
    page = strict.get(reverse("members:details"))
    fields = {"csrfmiddlewaretoken": str(page.context["csrf_token"]), "name": "Maija", "phone": "", "language": "en"}

    assert strict.post(reverse("members:details"), fields).status_code == 302


def test_every_address_of_ours_that_takes_forms_is_tried_here() -> None:
    def names(patterns: list[URLPattern | URLResolver], prefix: str) -> set[str]:
        found: set[str] = set()
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace in {"bids", "members"}:
                    found |= names(pattern.url_patterns, f"{pattern.namespace}:")
            elif prefix:
                found.add(f"{prefix}{pattern.name}")
        return found

    looked_at = ("my-offers", "offer", "package", "document", "document-state", "page", "file")
    only_looked_at = {f"bids:{name}" for name in looked_at}
    assert names(get_resolver().url_patterns, "") - only_looked_at == {n for n in POSTED if ":" in n}


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "\\/evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "https://testserver.evil.example/",
        "https://testserver@evil.example/",
        "javascript:alert(1)",
        "/offers/\r\nSet-Cookie: a=b",
        "http:///evil.example",
        "\t//evil.example",
    ],
)
@pytest.mark.parametrize("name", ["members:language", "members:look", "members:choose-firm"])
def test_nobody_is_sent_elsewhere(name: str, elsewhere: str, lead: Client, bid: Bid) -> None:
    answer = lead.post(
        reverse(name), {"next": elsewhere, "language": "en", "look": "dark", "firm": str(bid.lead.public_id)}
    )

    assert answer.status_code == 302
    where = answer.headers["Location"]
    assert "evil" not in where
    assert "\n" not in where
    assert where.startswith("/")
    assert not where.startswith("//")


def test_one_goes_back_to_where_one_was(lead: Client) -> None:
    answer = lead.post(reverse("members:look"), {"next": "/offers/?page=2", "look": "dark"})

    assert answer.headers["Location"] == "/offers/?page=2"


def test_logging_in_leads_only_to_our_own_pages(nobody: Client, mailoutbox: list[object]) -> None:
    door = reverse("account_request_login_code")
    nobody.post(f"{door}?next=//evil.example/", {"email": "kaisa@example.invalid"})
    code = str(mailoutbox[0].subject).split(maxsplit=-1)[-2:]  # type: ignore[attr-defined]

    answer = nobody.post(
        f"{reverse('account_confirm_login_code')}?next=//evil.example/",
        {"code": "".join(code), "next": "//evil.example"},
    )

    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]


def test_pages_are_never_framed_or_sniffed_and_tell_nobody_where_one_was(lead: Client, document: Document) -> None:
    for where in (reverse("bids:my-offers"), reverse("bids:document", args=[document.public_id]), reverse("front")):
        headers = lead.get(where, follow=True).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_no_page_may_run_or_style_anything_inline() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert not {source for sources in directives.values() for source in sources if "unsafe" in str(source)}
