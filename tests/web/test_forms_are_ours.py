"""A form of another site changes nothing here, and nothing here sends anybody elsewhere."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.urls.resolvers import URLPattern, URLResolver

from bids.models import Bid, Document
from members.models import Person
from tests.web.conftest import BACKEND

SAMPLES = {"uuid": str(uuid4()), "int": "1", "str": "x" * 43, "slug": "x"}
OF_ALLAUTH = (
    "account_request_login_code",
    "account_login",
    "account_logout",
    "account_email",
)


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every address of ours, with something made up where it names a thing: a form is refused before that is sought."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if prefix or pattern.namespace in {"bids", "members"}:
                yield from addresses(pattern.url_patterns, f"{prefix}{pattern.namespace}:")
        elif prefix:
            named = {name: SAMPLES[_kind(converter)] for name, converter in pattern.pattern.converters.items()}
            yield reverse(f"{prefix}{pattern.name}", kwargs=named)


def _kind(converter: object) -> str:
    return type(converter).__name__.removesuffix("Converter").replace("String", "str").lower()


TAKING_FORMS = [*addresses(get_resolver().url_patterns), *map(reverse, OF_ALLAUTH)]


@pytest.fixture
def strict(maija: Person) -> Client:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(maija, backend=BACKEND)
    return client


def test_a_form_without_our_token_is_refused_everywhere(strict: Client) -> None:
    answers = {address: strict.post(address, {"name": "x"}) for address in TAKING_FORMS}

    assert [address for address, answer in answers.items() if answer.status_code != 403] == []
    assert all("The page had been open too long" in answer.content.decode() for answer in answers.values())


def test_a_form_from_another_site_is_refused_everywhere_even_with_a_token(strict: Client) -> None:
    page = strict.get(reverse("members:details"))
    fields = {"csrfmiddlewaretoken": str(page.context["csrf_token"])}

    refused = {
        address: strict.post(address, fields, headers={"origin": "https://evil.example"}).status_code
        for address in TAKING_FORMS
    }

    assert refused == dict.fromkeys(TAKING_FORMS, 403)


def test_our_own_form_is_taken(strict: Client) -> None:
    page = strict.get(reverse("members:details"))
    fields = {"csrfmiddlewaretoken": str(page.context["csrf_token"]), "name": "Maija", "phone": "", "language": "en"}

    assert strict.post(reverse("members:details"), fields).status_code == 302


def test_the_addresses_tried_are_those_there_are() -> None:
    tried = {resolve(address).view_name for address in TAKING_FORMS}

    assert {"bids:offer", "bids:order-document", "members:language", "account_logout"} <= tried
    assert len(tried) == len(TAKING_FORMS)


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
