import json
import time
from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bids.exports.bid_package import PackageRefused, fault_line, package_bytes, read_package
from bids.exports.bid_package.schema import package_schema
from bids.pricing import totals
from tests.bids.package_files import example, faults_of

EVERYTHING = example("everything")
DAYCARE = example("daycare")
VALIDATOR = jsonschema.Draft202012Validator(package_schema())

Path = tuple[str | int, ...]


def paths_in(value: Any, path: Path = ()) -> list[Path]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for key, item in inside for each in paths_in(item, (*path, key)))]


def with_value(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = with_value(copy[path[0]], path[1:], new)
    return copy


def value_at(value: Any, path: Path) -> Any:
    return value_at(value[path[0]], path[1:]) if path else value


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_stands_anywhere_the_package_is_taken_or_refused_with_sentences(data: st.DataObject) -> None:
    package: Any = data.draw(st.sampled_from([DAYCARE, EVERYTHING]))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths_in(package)))
        elsewhere = value_at(package, data.draw(st.sampled_from(paths_in(package))))
        package = with_value(package, path, data.draw(anything | st.just(elsewhere)))

    try:
        offer = read_package(json.dumps(package, ensure_ascii=True))
    except PackageRefused as refused:
        lines = [fault_line(fault, language) for fault in refused.faults for language in ("en", "fi", "sv")]
        assert lines
        assert all(len(line.splitlines()) == 1 for line in lines)
        return
    assert read_package(package_bytes(offer)) == offer
    assert VALIDATOR.is_valid(package)
    assert totals(offer).gross >= 0


@settings(deadline=None)
@given(st.text() | st.binary())
def test_whatever_the_file_holds_it_is_refused_in_a_sentence(data: str | bytes) -> None:
    assert all(fault_line(fault, "fi") for fault in faults_of(data))


def test_a_file_that_is_nothing_but_faults_costs_little() -> None:
    line = {f"avain{number}": "1 200,50" for number in range(200)}
    part = {"key": "?", "lines": [line] * 400}
    package = json.dumps({"format": "punos.bid-package/1", "parts": [part] * 2, "notes": [0] * 200_000})
    begun = time.process_time()

    faults = faults_of(package)

    assert time.process_time() - begun < 5
    assert len(faults) == 201
    assert int(faults[-1].params["count"]) > 10_000
