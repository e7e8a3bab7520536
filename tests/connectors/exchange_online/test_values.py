"""Values as cmdlets write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.exchange_online.values import size_bytes, smtp_addresses, switch
from rules.unknown import Unknown


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("36 MB (37,748,736 bytes)", 37_748_736),
        ("36 MB (37.748.736 bytes)", 37_748_736),
        ("0 B (0 bytes)", 0),
        ("Unlimited", None),
    ],
)
def test_sizes_are_read_from_the_bytes_in_brackets(text: str, size: int | None) -> None:
    assert size_bytes(text) == size


@pytest.mark.parametrize("text", ["", "36 MB", "(bytes)", "(, bytes)"])
def test_a_size_without_bytes_is_unknown(text: str) -> None:
    assert isinstance(size_bytes(text), Unknown)


@given(st.integers(min_value=0, max_value=10**15))
def test_any_size_comes_back_as_it_was_written(size: int) -> None:
    assert size_bytes(f"{size} B ({size:,} bytes)") == size


def test_capitals_mark_the_primary_address_unless_it_is_named_outright() -> None:
    proxies = ("SMTP:Ann@contoso.example", "smtp:a@contoso.example", "x500:/o=x", "SIP:ann@x")
    assert smtp_addresses(proxies, None) == {
        "ann@contoso.example": True,
        "a@contoso.example": False,
    }
    assert smtp_addresses(proxies, "A@contoso.example") == {
        "ann@contoso.example": False,
        "a@contoso.example": True,
    }


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("True", True), ("false", False), (True, True), (None, None), ("?", "?")],
)
def test_switches_may_come_as_text(value: object, meaning: object) -> None:
    assert switch(value) == meaning
