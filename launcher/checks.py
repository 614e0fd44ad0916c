"""What Django itself can say about the checkout: fit for production, migrations complete, API schema valid."""

import os
import subprocess
import sys

from launcher import services
from launcher.instances import CHECKOUT
from launcher.product import MANAGE
from launcher.telling import CannotGoOn, Teller

# As an installation behind one proxy would be set; nothing here is secret or reaches anything.
PRODUCTION = {
    "DEBUG": "0",
    "DEMO": "0",
    "SECURE_SSL": "1",
    "PUBLIC_BASE_URL": "https://punos.example",
    "ALLOWED_HOSTS": "punos.example",
    "CSRF_TRUSTED_ORIGINS": "https://punos.example",
    "TRUSTED_PROXY_COUNT": "1",
    "ADMIN_PATH": "hallinta",
    "EMAIL_URL": "smtp+tls://punos:unused@mail.example:587",
    "DEFAULT_FROM_EMAIL": "Punos <punos@punos.example>",
}
CHECKS = {
    "settings fit for production": ("check", "--deploy", "--fail-level", "WARNING"),
    "no migration is missing": ("makemigrations", "--check", "--dry-run"),
    "API schema": ("spectacular", "--validate", "--fail-on-warn", "--file", os.devnull),
}


def main() -> int:
    """0 when every check passed; what the others said stands on standard error."""
    teller = Teller()
    failed = []
    try:
        with services.running(name="checks") as env:
            for what, command in CHECKS.items():
                with teller.step(what):
                    answer = subprocess.run(
                        [*MANAGE, *command],
                        cwd=CHECKOUT,
                        env={**os.environ, **env, **PRODUCTION},
                        capture_output=True,
                        text=True,
                        check=False,
                    )
                if answer.returncode:
                    failed.append(what)
                    print(answer.stdout + answer.stderr, file=sys.stderr)
    except CannotGoOn as refusal:
        print(refusal, file=sys.stderr)
        return 1
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
