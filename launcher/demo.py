"""The whole product on this machine, with an offer in it: what `make demo` does."""

import argparse
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.instances import AlreadyRunning, Instance, claimed
from launcher.ports import LOOPBACK, free_port
from launcher.processes import holds, stoppable
from launcher.product import DOCUMENTS, MAIL, MANAGE, Children, as_owner, beat, children_of, manage, settings_for, web
from launcher.services import running_for
from launcher.telling import CannotGoOn, Teller

FAVOURITE_PORT = 8000
READY_WITHIN = 120.0
GLANCE = 0.5
FAILED_TO_DRAW = "The document was not drawn; the end of its worker's log is in {log}."


def main() -> int:
    """0 when the demo ran and was stopped; 1 with a sentence when it could not run."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop as soon as everything has been shown")
    once = parser.parse_args().once or bool(os.environ.get("PUNOS_DEMO_ONCE"))
    teller = Teller()
    try:
        with stoppable(), claimed("demo", durable=True) as instance:
            _run(instance, teller, once=once)
    except AlreadyRunning as busy:
        address = busy.state.get("address", "(it is still starting)")
        print(f"The demo of this checkout already runs: {address}\nCtrl-C where it runs stops it.")
        return 1
    except CannotGoOn as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. `make demo` goes on with the same data, `make clean-demo` starts over.")
    return 0


def _run(instance: Instance, teller: Teller, *, once: bool) -> None:
    instance.state.pop("address", None)
    begun = time.monotonic()
    with running_for(instance, teller) as services:
        port = free_port(instance.port("web"), FAVOURITE_PORT)
        instance.keep_port("web", port)
        env = settings_for(instance, services, port=port, is_demo=True)
        with teller.step("Database tables"):
            manage(("migrate", "--no-input"), env=as_owner(env), log=instance.logs / "migrate.log")
        with children_of(instance, env) as children:
            try:
                shown = _start(children, port, teller)
                instance.state["address"] = shown.address
                instance.save()
                _show(teller, shown, time.monotonic() - begun)
                while not once:
                    children.check()
                    time.sleep(GLANCE)
            finally:
                instance.leaving()


@dataclass(frozen=True)
class Shown:
    """What the person is told in the end. The three paths open the demo as its lead, as a partner and as the client."""

    offer: Path
    address: str
    lead: str
    partner: str
    client: str


def _start(children: Children, port: int, teller: Teller) -> Shown:
    instance = children.instance
    with teller.step("Site, worker for documents, worker for mail, clock"):
        for name, command in _commands(instance, port).items():
            children.start(name, command)
        seeded = _said(children, "seed_demo")
        _wait_until_ready(port, children)
    offer = instance.folder / "offer.pdf"
    _draw(seeded["document"], offer, children)
    with teller.step("Letters"):
        ways = _said(children, "demo_links")
    return Shown(offer, f"http://localhost:{port}", ways["lead"], ways["partner"], ways["client"])


def _commands(instance: Instance, port: int) -> dict[str, tuple[str, ...]]:
    return {"documents": DOCUMENTS, "web": web(port), "mail": MAIL, "beat": beat(instance)}


def _said(children: Children, command: str) -> dict[str, Any]:
    said = manage((command, "--json"), env=children.env, log=children.instance.logs / f"{command}.log")
    return dict(json.loads(said.strip().splitlines()[-1]))


def _wait_until_ready(port: int, children: Children) -> None:
    answers = [""]

    def is_ready() -> bool:
        children.check()
        status, answers[0] = _readiness(port)
        return status == http.HTTPStatus.OK

    if not holds(is_ready, within=READY_WITHIN, pause=0.1):
        raise CannotGoOn(f"The site did not become ready within {READY_WITHIN:.0f} s. It says: {answers[0]}")


def _readiness(port: int) -> tuple[int, str]:
    """What /readyz says, asked without any proxy the person may use."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{LOOPBACK}:{port}/readyz", timeout=10) as answer:
            return answer.status, answer.read(500).decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)


def _draw(document: str, offer: Path, children: Children) -> None:
    status = children.run((*MANAGE, "await_document", document, "--out", str(offer)))
    if status:
        raise CannotGoOn(FAILED_TO_DRAW.format(log=children.instance.logs / "documents.log"))


def _show(teller: Teller, shown: Shown, seconds: float) -> None:
    teller.note(
        f"\nReady in {seconds:.0f} s.\n"
        f"  The offer   {shown.offer}\n"
        f"  The site    {shown.address}\n"
        f"  The lead    {shown.address}{shown.lead}\n"
        f"              (logs in, once)\n"
        f"  A partner   {shown.address}{shown.partner}\n"
        f"  The client  {shown.address}{shown.client}\n"
        f"  Letters     {shown.offer.parent / 'mail'}\n\n"
        "Ctrl-C stops everything. `make demo` goes on with the same data, `make clean-demo` starts over."
    )


if __name__ == "__main__":
    sys.exit(main())
