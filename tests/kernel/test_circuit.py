"""A service that is away is left alone for a while, then asked again."""

import logging

import pytest

from kernel.circuit import Circuit


def test_a_failure_opens_the_circuit_for_its_rest() -> None:
    circuit = Circuit("the oven", rest_seconds=60)
    assert not circuit.is_open

    circuit.failed(OSError("cold"))

    assert circuit.is_open


def test_after_the_rest_it_is_asked_again() -> None:
    circuit = Circuit("the oven", rest_seconds=0)

    circuit.failed(OSError("cold"))

    assert not circuit.is_open


def test_leaving_and_coming_back_are_each_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    circuit = Circuit("the oven", rest_seconds=0)

    for _ in range(3):
        circuit.failed(OSError("cold"))
    for _ in range(3):
        circuit.answered()

    assert [record.getMessage() for record in caplog.records] == [
        "the oven is away, going on without it: cold",
        "the oven is back",
    ]
