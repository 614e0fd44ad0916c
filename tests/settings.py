"""The product's settings as the tests run them, whatever the desk they run at is set up for."""

import json
import os

from django.core.exceptions import ImproperlyConfigured

if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
    raise ImproperlyConfigured("Tests need their services: make test, or python -m launcher.with_services -- pytest")

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ |= json.loads(os.environ["PUNOS_TEST_WORLDS"])[int(worker.removeprefix("gw"))]

os.environ |= {
    "DEBUG": "false",
    "DEMO": "false",
    "SECRET_KEY": "a-secret-of-the-throw-away-world-of-the-tests-0123456789",
    "SECRET_KEY_FALLBACKS": "",
    "PUBLIC_BASE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "",
    "SECURE_SSL": "false",
    "TRUSTED_PROXY_COUNT": "0",
    "ADMIN_PATH": "hallinta",
    "DEFAULT_FROM_EMAIL": "Punos <offers@localhost>",
    "LOG_FORMAT": "plain",
    "LOG_LEVEL": "WARNING",
    # The suite runs as the owner of the tables for speed; what a role may not do is tried under that role.
    "DATABASE_ROLE": "",
}

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
