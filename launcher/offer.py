"""One package file becomes an offer, with everything set up and taken down by itself: what `make offer` does."""

import argparse
import sys
from pathlib import Path

from launcher.instances import Instance, claimed
from launcher.processes import stoppable
from launcher.product import DOCUMENTS, MANAGE, as_owner, children_of, manage, settings_for
from launcher.services import running_for
from launcher.telling import CannotGoOn, Teller

NOWHERE = "postgres://nobody:nothing@127.0.0.1:1/nothing"
REFUSED = 2


def main() -> int:
    """0 when the offer lies where it was asked for, 2 when the package is refused, 1 when something else failed."""
    asked = _parser().parse_args()
    package, out = Path(asked.package), Path(asked.out)
    choice = [word for code in asked.choose.replace(",", " ").split() for word in ("--choose", code)]
    choice += ["--package", asked.named] if asked.named else []
    looks = [
        word
        for name in ("language", "theme", "profile")
        if (value := getattr(asked, name))
        for word in (f"--{name}", value)
    ]
    if not package.is_file():
        print(f"{package}: no such file", file=sys.stderr)
        return REFUSED
    teller = Teller()
    try:
        with stoppable(), claimed("offer", durable=False) as instance:
            faults = _faults_of(package, choice, instance)
            return faults or _draw(package, out, [*choice, *looks], instance, teller)
    except CannotGoOn as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make offer", description=__doc__)
    parser.add_argument("--package", required=True, help="the package file")
    parser.add_argument("--out", required=True, help="where the PDF goes")
    parser.add_argument("--choose", default="", help="codes of chosen options, with spaces between")
    parser.add_argument("--named", default="", help="a named package of the offer")
    for name in ("language", "theme", "profile"):
        parser.add_argument(f"--{name}", default="", help=f"another {name} than the package says")
    return parser


def _faults_of(package: Path, choice: list[str], instance: Instance) -> int:
    """The exit status of adding the package up, which needs no service and finds every fault within a second."""
    nothing = {"DATABASE_URL": NOWHERE, "DATABASE_ROLE": "", "REDIS_URL": "redis://127.0.0.1:1/0"}
    secret = {"SECRET_KEY": instance.secret("SECRET_KEY")}
    env = settings_for(instance, {**nothing, **secret}, port=0, is_demo=False)
    with children_of(instance, env) as children:
        return children.run((*MANAGE, "totals", str(package), *choice, "--json"), quiet=True)


def _draw(package: Path, out: Path, options: list[str], instance: Instance, teller: Teller) -> int:
    with running_for(instance, teller) as services:
        env = settings_for(instance, services, port=0, is_demo=False)
        with teller.step("Database tables"):
            manage(("migrate", "--no-input", "--verbosity", "1"), env=as_owner(env), log=instance.logs / "migrate.log")
        with children_of(instance, env) as children:
            children.start("documents", DOCUMENTS)
            return children.run((*MANAGE, "render_offer", str(package), "--out", str(out), "--by-worker", *options))


if __name__ == "__main__":
    sys.exit(main())
