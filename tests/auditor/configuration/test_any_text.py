"""Whatever a file holds, it is read or refused in words; durations survive being written."""

import copy
import string
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.configuration import (
    Configuration,
    ConfigurationError,
    format_duration,
    load,
    parse_duration,
)
from auditor.configuration.durations import LONGEST_S
from auditor.configuration.lines import index_lines
from tests.auditor.configuration.whole import WHOLE

EVERY_FILE = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.dates(),
        st.datetimes(),
        st.times(),
        TEXTS,
        st.sampled_from(["https://[", "https://h:x", "file:\0", "1h", "env:X", "keyring:/", "::"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)


def places(holder: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every key and list position of a document."""
    steps = holder.items() if isinstance(holder, dict) else enumerate(holder)
    found = []
    for step, inner in steps:
        found.append((*path, step))
        if isinstance(inner, dict | list):
            found += places(inner, (*path, step))
    return found


def is_read_or_refused(path: Path) -> bool:
    """Whether a file is read, or refused in words; other errors pass through."""
    try:
        return isinstance(load(path, rule_ids=(), thresholds={}, formats=()), Configuration)
    except ConfigurationError as refusal:
        return bool(refusal.problems) and all(problem.message for problem in refusal.problems)


@EVERY_FILE
@given(place=st.sampled_from(places(WHOLE)), value=VALUES, name=st.none() | TEXTS)
def test_any_value_in_any_place_is_read_or_refused_in_words(
    tmp_path: Path, place: tuple[Any, ...], value: Any, name: str | None
) -> None:
    document = copy.deepcopy(WHOLE)
    holder: Any = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    if name is not None and isinstance(holder, dict):
        holder[name] = value
    path = tmp_path / "auditor.toml"
    path.write_bytes(tomlkit.dumps(document).encode("utf-8", "surrogatepass"))
    assert is_read_or_refused(path)


@EVERY_FILE
@given(content=st.binary(max_size=80) | st.text(string.printable, max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "auditor.toml"
    path.write_bytes(content)
    assert is_read_or_refused(path)


@given(st.integers(0, LONGEST_S))
def test_a_duration_survives_being_written(duration_s: int) -> None:
    assert parse_duration(format_duration(duration_s)) == duration_s


@pytest.mark.parametrize(
    ("text", "duration_s"),
    [("90s", 90), ("30m", 1800), ("1h", 3600), ("24h", 86_400), ("7d", 604_800), ("1h30m", 5400)],
)
def test_a_duration_is_a_number_with_its_unit(text: str, duration_s: int) -> None:
    assert parse_duration(text) == duration_s


@pytest.mark.parametrize("text", ["", "1", "h", "1 hour", "-1h", "1.5h", "30m1h", "1h1h", "٣h"])
def test_other_ways_to_write_a_duration_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


def test_a_duration_beyond_ten_years_is_refused() -> None:
    with pytest.raises(ValueError, match="ten years"):
        parse_duration("3651d")


def test_lines_are_told_through_every_way_to_write_a_key() -> None:
    text = '''# [not.a.table]
[a."b.c"]  # = [
one = """
[not.a.table]
x = 1"""""
two = [
  "]", # ]
  { three = 3 },
]
four.'five six' = 'x'
[[list]]
x = '[y]'
[list.inner]
y = 1
[[list]]
x = 2
'''
    assert index_lines(text) == {
        ("a",): 2,
        ("a", "b.c"): 2,
        ("a", "b.c", "one"): 3,
        ("a", "b.c", "two"): 6,
        ("a", "b.c", "four"): 10,
        ("a", "b.c", "four", "five six"): 10,
        ("list",): 11,
        ("list", 0): 11,
        ("list", 0, "x"): 12,
        ("list", 0, "inner"): 13,
        ("list", 0, "inner", "y"): 14,
        ("list", 1): 15,
        ("list", 1, "x"): 16,
    }


@given(
    st.dictionaries(TEXTS, st.dictionaries(TEXTS, st.integers() | TEXTS, min_size=1), min_size=1)
)
def test_the_line_of_a_key_is_the_line_that_holds_it(document: dict[str, dict[str, Any]]) -> None:
    text = tomlkit.dumps(document)
    index = index_lines(text)
    lines = text.split("\n")
    for table, keys in document.items():
        assert lines[index[(table,)] - 1].startswith("[")
        for key, value in keys.items():
            assert tomlkit.loads(lines[index[(table, key)] - 1]) == {key: value}
