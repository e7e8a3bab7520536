"""Domains are compared as name servers know them, so that `ß` and `ss` are two domains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.columnar.addresses import ascii_domain, compared, matched


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("Contoso.example", "contoso.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("strasse.example", "strasse.example"),
        ("MÜNCHEN.example", "xn--mnchen-3ya.example"),
        ("mu\u0308nchen.example", "xn--mnchen-3ya.example"),
        ("XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example"),
        ("münchen\u3002example", "xn--mnchen-3ya.example"),
        ("münchen.example.", "xn--mnchen-3ya.example."),
    ],
)
def test_a_domain_has_one_spelling(domain: str, expected: str) -> None:
    assert ascii_domain(domain) == expected


@pytest.mark.parametrize("domain", ["☃.example", "ß" * 64, "a..ß", "_ß.example", "\ud800"])
def test_a_domain_that_is_not_valid_stays_as_it_is(domain: str) -> None:
    assert ascii_domain(domain) == domain


def test_an_address_is_compared_by_its_domain() -> None:
    assert compared("info@straße.example") != compared("info@strasse.example")
    assert compared(" Info@münchen.example") == compared("info@XN--mnchen-3ya.example ")
    assert compared("Jörg@Contoso.example") == "jörg@contoso.example"
    assert compared("Jörg") == "jörg"


def test_two_letters_of_a_local_part_are_two() -> None:
    assert compared("groß@contoso.example") != compared("gross@contoso.example")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*@MÜNCHEN.example", "*@xn--mnchen-3ya.example"),
        ("mailbox-?@*.münchen.*", "mailbox-?@*.xn--mnchen-3ya.*"),
        ("Info@XN--mnchen-3ya.example", "info@xn--mnchen-3ya.example"),
        ("Groß", "groß"),
    ],
)
def test_a_pattern_has_the_spelling_of_what_it_is_to_match(text: str, expected: str) -> None:
    assert matched(text) == expected


@given(st.text(max_size=12))
def test_what_is_compared_stays_so(text: str) -> None:
    once = ascii_domain(text)
    assert ascii_domain(once) == once or not once.isascii()
