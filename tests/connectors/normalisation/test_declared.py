"""What the configuration declares: absent means unknown, and false is an answer."""

import pytest

from connectors.normalisation.declared import KEYS, declared
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_missing_or_empty_is_unknown_and_names_itself(key):
    for values in ({}, {key: None}):
        found = getattr(declared(values, AT), key)
        assert isinstance(found, Unknown)
        assert f"`{key}`" in found.remedy


@pytest.mark.parametrize("value", [False, True, 0, "", "text"])
def test_a_declared_value_counts_as_it_stands(value):
    found = declared({KEYS[0]: value}, AT)
    assert getattr(found, KEYS[0]) is value
    (shown,) = found.evidence(KEYS[0])
    assert (shown.source, shown.field, shown.value, shown.read_at) == (
        "declared",
        KEYS[0],
        value,
        AT,
    )


def test_several_texts_are_compared_in_lower_case_and_shown_as_written():
    found = declared({KEYS[0]: ["One", "TWO"]}, AT)
    assert getattr(found, KEYS[0]) == ("one", "two")
    assert found.evidence(KEYS[0])[0].value == "One, TWO"
