"""What opens something is stored as nothing that opens it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kernel.tokens import is_token, new_token, token_hash, token_hashes


def test_a_token_has_256_bits_and_fits_in_an_address() -> None:
    tokens = {new_token() for _ in range(1000)}

    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {43}
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_a_hash_is_32_bytes_of_its_token_under_the_key(settings: Any) -> None:
    token = new_token()
    first = token_hash(token)

    settings.SECRET_KEY = "another-secret"

    assert len(first) == 32
    assert token_hash(token) != first
    assert not is_token(token, first)


def test_a_retired_key_still_recognises_what_it_hashed(settings: Any) -> None:
    token = new_token()
    stored = token_hash(token)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret"

    assert is_token(token, stored)
    assert token_hashes(token) == (token_hash(token), stored)


def test_what_comes_from_the_database_is_recognised_too() -> None:
    token = new_token()

    assert is_token(token, memoryview(token_hash(token)))  # type: ignore[arg-type]


@given(st.text())
def test_any_text_may_be_tried_as_a_token(text: str) -> None:
    assert not is_token(text, bytes(32))
