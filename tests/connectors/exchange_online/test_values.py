"""Values as cmdlets write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.exchange_online.values import (
    domain_of,
    listed,
    size_bytes,
    smtp_addresses,
    switch,
)
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


def test_a_size_that_cannot_be_read_is_shown_in_part() -> None:
    found = size_bytes("x" * 61)
    assert isinstance(found, Unknown)
    assert found.reason == f"The size {'x' * 60!r} cannot be read."


@pytest.mark.parametrize(
    ("value", "texts"), [(["a", "b"], ["a", "b"]), ("a", ("a",)), (None, ()), (7, ())]
)
def test_one_text_may_stand_for_a_list(value: object, texts: object) -> None:
    assert listed(value) == texts  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("proxies", "primary", "found"),
    [
        (["sMTP:a@x.example"], None, {"a@x.example": False}),
        (["smtp: A@x.example ", "smtp:"], None, {"a@x.example": False}),
        (["SMTP:a@x.example", "smtp:A@x.example"], None, {"a@x.example": True}),
        (["smtp:a@x.example", "SMTP:A@x.example"], None, {"a@x.example": True}),
        (["smtpx:a@x.example", "x400:a"], None, {}),
        ([], "A@x.example", {"a@x.example": True}),
        ([], " ", {}),
        ([], 7, {}),
        (["SMTP:a@x.example"], "a@x.example", {"a@x.example": True}),
        (["smtp:a@x.example"], "a@x.example", {"a@x.example": True}),
        (
            ["SMTP:a@x.example", "SMTP:b@x.example"],
            "a@x.example",
            {"a@x.example": True, "b@x.example": False},
        ),
        (["smtp:ä@x.example"], "Ä@x.example", {"ä@x.example": True}),
    ],
)
def test_one_address_is_the_primary_one(
    proxies: list[str], primary: object, found: dict[str, bool]
) -> None:
    assert smtp_addresses(proxies, primary) == found


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("smtp:a@Contoso.Example", "contoso.example"),
        ("a@contoso.example. ", "contoso.example"),
        ("contoso.example", "contoso.example"),
        ("a@m\u00fcnchen.example", "xn--mnchen-3ya.example"),
    ],
)
def test_a_domain_is_as_name_servers_know_it(address: str, domain: str) -> None:
    assert domain_of(address) == domain
