"""The demo's own doors, which exist nowhere else."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.test import Client, override_settings
from django.urls import NoReverseMatch, include, path, reverse
from pytest_django import Settings

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as ours
from members.web.components import components
from members.web.demo import login_path, login_token
from tests.world import a_person

urlpatterns = [
    *ours,
    path("demo/", include("members.web.demo_urls")),
    path("ui/", components, name="components"),
]
__all__ = ["handler400", "handler403", "handler404", "handler500"]


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Settings:
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.web.test_demo"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return settings


def test_outside_the_demo_there_are_no_such_addresses(nobody: Client) -> None:
    for name in ("demo:mail", "components"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert nobody.get("/demo/mail/").status_code == 404
    assert nobody.get("/ui/").status_code == 404


@override_settings(ROOT_URLCONF="tests.web.test_demo")
def test_even_a_routed_door_is_shut_outside_the_demo(nobody: Client) -> None:
    token = login_token(a_person())

    assert nobody.get("/demo/mail/").status_code == 404
    assert nobody.post(f"/demo/login/{token}/").status_code == 404
    assert "_auth_user_id" not in nobody.session


@pytest.mark.usefixtures("demo")
def test_looking_at_a_link_logs_nobody_in(nobody: Client) -> None:
    person = a_person()
    where = login_path(person)

    for _look in range(3):
        answer = nobody.get(where)
        assert answer.status_code == 200
        assert "Maija Kuvakulma" in answer.content.decode()
    assert "_auth_user_id" not in nobody.session


@pytest.mark.usefixtures("demo")
def test_pressing_its_button_logs_in_once() -> None:
    where = login_path(a_person())
    first, second = Client(), Client()

    assert first.post(where).headers["Location"] == reverse("bids:work")
    again = second.post(where)

    assert "_auth_user_id" in first.session
    assert again.status_code == 410
    assert "_auth_user_id" not in second.session


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("token", ["x", "x.y", "AAAAAAAAAAAAAAAAAAAAAA.a-b", "😀.x", "%00.x"])
def test_a_made_up_link_opens_nothing(token: str, nobody: Client) -> None:
    assert nobody.post(f"/demo/login/{token}/").status_code in {404, 410}


@pytest.mark.usefixtures("demo")
def test_a_link_of_one_person_is_none_of_another(nobody: Client) -> None:
    _who, _dot, proof = login_token(a_person()).partition(".")
    other, _dot, _proof = login_token(a_person()).partition(".")

    assert nobody.post(f"/demo/login/{other}.{proof}/").status_code == 410


@pytest.mark.usefixtures("demo")
def test_the_demos_mail_is_read_on_its_own_page(nobody: Client) -> None:
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with get_connection(backend) as mailing:
        for subject in ("Koodisi on 123 456", "Toinen <script>alert(1)</script>"):
            mailing.send_messages(
                [EmailMessage(subject, "Hei,\n\nÄäkköset ja <b>merkit</b>", to=["maija@example.invalid"])]
            )

    listed = nobody.get(reverse("demo:mail")).content.decode()
    assert "Koodisi on 123 456" in listed
    assert "<script>alert" not in listed
    first = listed.split('href="/demo/mail/')[2].split('"')[0]
    letter = nobody.get(f"/demo/mail/{first}").content.decode()
    assert "Ääkköset ja &lt;b&gt;merkit&lt;/b&gt;" in letter


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("sent", ["08:58:41 -0000", "08:58:41 +0000", "10:58:41 +0200"])
def test_the_hour_a_letter_was_sent_is_finlands(sent: str, demo: Settings, nobody: Client) -> None:
    folder = Path(demo.EMAIL_FILE_PATH)
    folder.mkdir()
    letter = f"Subject: Hei\nTo: maija@example.invalid\nDate: Sun, 22 Nov 2026 {sent}\n\nHei\n"
    (folder / "20261122-105841-1.log").write_text(letter, encoding="utf-8")

    assert "22.11. 10.58.41" in nobody.get(reverse("demo:mail")).content.decode()


@pytest.mark.usefixtures("demo")
def test_a_letter_is_drawn_in_a_frame_that_runs_nothing_and_its_files_can_be_saved(nobody: Client) -> None:
    mail = EmailMultiAlternatives("Tarjous", "Hei,\n\nliitteenä.", "Maija <a@localhost>", ["b@example.invalid"])
    mail.attach_alternative("<html><head></head><body><p>Hei <script>alert(1)</script></p></body></html>", "text/html")
    mail.attach("tarjous.pdf", b"%PDF-1.7", "application/pdf")
    with get_connection("django.core.mail.backends.filebased.EmailBackend") as mailing:
        mailing.send_messages([mail])
    name = nobody.get(reverse("demo:mail")).content.decode().split('href="/demo/mail/')[1].split('/"')[0]

    page = nobody.get(reverse("demo:letter", args=[name]))
    assert f'<iframe class="mail-frame" src="/demo/mail/{name}/html/"' in page.content.decode()
    assert "Maija &lt;a@localhost&gt;" in page.content.decode()
    assert "tarjous.pdf" in page.content.decode()
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    drawn = nobody.get(reverse("demo:letter-html", args=[name]))
    policy = drawn.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script-src" not in policy
    assert drawn.headers["X-Frame-Options"] == "SAMEORIGIN"
    file = nobody.get(reverse("demo:attachment", args=[name, 0]))
    assert (file.content, file.headers["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert nobody.get(reverse("demo:attachment", args=[name, 1])).status_code == 404


@pytest.mark.usefixtures("demo")
def test_an_empty_mailbox_says_what_comes_here(nobody: Client) -> None:
    assert nobody.get(reverse("demo:mail")).status_code == 200
    assert nobody.get(reverse("demo:letter", args=["nothing"])).status_code == 404


@pytest.mark.usefixtures("demo")
def test_every_component_is_shown_in_every_state(nobody: Client) -> None:
    page = nobody.get(reverse("components")).content.decode()

    shown = {file.stem for file in (Path(__file__).resolve().parents[2] / "templates" / "ui").glob("*.html")}
    assert shown >= {"button", "field", "form", "table", "card", "dialog", "progress", "empty", "problem", "notice"}
    for mark in (
        "is-busy",
        'aria-invalid="true"',
        "notice-bad",
        "notice-good",
        "<dialog",
        "progressbar",
        "strand-rest",
    ):
        assert mark in page


def test_a_demo_under_production_settings_does_not_start(settings: Settings) -> None:
    settings.DEMO = settings.SECURE_SSL = True

    assert "punos.E001" in {message.id for message in run_checks(tags=["security"])}


def test_a_demo_on_ones_own_machine_does(settings: Settings) -> None:
    settings.DEMO, settings.SECURE_SSL = True, False

    assert "punos.E001" not in {message.id for message in run_checks(tags=["security"])}
