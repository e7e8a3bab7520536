"""JSON that is looked at steers no terminal, reorders no text, and decodes to what it was."""

import json
import unicodedata
from collections import deque

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.reports.shared.json_text import encode, encode_in_parts, encode_indented
from tests.auditor.reports.audits import hostile, written

STEERING = "\x7f\x85\x9b\u061c\u200b\u200e\u202e\u2028\u2029\u2066\ufeff\U000e0041"


@pytest.mark.parametrize("character", STEERING)
def test_a_character_that_steers_stands_as_its_code(character):
    written = encode({character: f"a{character}b"}).decode()
    assert character not in written
    assert json.loads(written) == {character: f"a{character}b"}
    assert character not in encode_indented([character]).decode()


def test_names_of_every_script_stay_readable():
    name = "Zoë 山田 Ωμέγα ‌می‌خواهم‍ 🙂"
    assert name in encode([name]).decode()


def test_half_a_surrogate_pair_becomes_its_code():
    assert json.loads(encode(["\ud800"])) == ["\\ud800"]


@given(st.recursive(st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)))
def test_whatever_is_written_decodes_to_the_same(value):
    written = encode(value)
    assert msgspec.json.decode(written) == value


@given(st.text())
def test_no_control_and_no_mark_of_direction_is_left(text):
    shown = set(encode([text]).decode()) - {"\u200c", "\u200d"}
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cf", "Zl", "Zp", "Cs"}


@pytest.mark.parametrize("format", ["json", "jsonl", "sarif", "ocsf"])
def test_a_report_of_hostile_records_holds_nothing_that_steers(format):
    assert not set(STEERING) & set(written(format, hostile()))


@settings(max_examples=20)
@given(
    st.recursive(
        st.text() | st.integers(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
    )
)
def test_parts_are_the_same_text(value):
    assert b"".join(encode_in_parts(value)) + b"\n" == encode_indented(value)


@pytest.mark.parametrize("count", [0, 1, 2500])
def test_what_is_made_anew_is_written_some_at_a_time(count):
    value = {"before": 1, "numbers": deque(range(count)), "after": [{"few": deque("ab")}]}
    plain = {"before": 1, "numbers": list(range(count)), "after": [{"few": ["a", "b"]}]}
    assert b"".join(encode_in_parts(value)) + b"\n" == encode_indented(plain)
