"""Secrets that open something: made at random, and stored only as a keyed hash.

A token has 256 bits from the system's random source. Its hash is HMAC-SHA256 under a key derived from SECRET_KEY, so
that a copy of the database alone opens nothing; keys in SECRET_KEY_FALLBACKS still recognise what they once hashed.
"""

import hmac
import secrets
from hashlib import sha256

from django.conf import settings
from django.utils.encoding import force_bytes

PEPPER_LABEL = b"punos.tokens.v1"


def new_token() -> str:
    """A fresh secret that fits in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """The 32 bytes to store for a token, under the current key."""
    return _hash(token, settings.SECRET_KEY)


def token_hashes(token: str) -> tuple[bytes, ...]:
    """Every hash a stored token may have, the current key's first: look a token up by `token_hash__in`."""
    return tuple(_hash(token, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def is_token(token: str, stored: bytes) -> bool:
    """Whether a stored hash is this token's, compared in constant time."""
    return any(hmac.compare_digest(known, bytes(stored)) for known in token_hashes(token))


def _hash(token: str, key: str | bytes) -> bytes:
    pepper = hmac.digest(force_bytes(key), PEPPER_LABEL, sha256)
    return hmac.digest(pepper, token.encode("utf-8", "surrogatepass"), sha256)
