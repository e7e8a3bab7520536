"""A record in which a server repeats a secret is kept with a mask, and every other as it came."""

from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.sources.masking import masked
from connectors.transport.redaction import MASK, Redaction

SECRET = "s3cret~of/the+run"


class Inner(Struct, frozen=True):
    text: str


class Row(Struct, frozen=True):
    text: Any = None
    number: int | UnsetType = UNSET
    parts: tuple[Inner, ...] = ()


@pytest.fixture
def redaction() -> Redaction:
    found = Redaction()
    found.learn(SECRET)
    return found


def page(*rows: Row) -> Page:
    return Page(list(rows), "2026-11-25T00:00:00Z", "digest")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"said {SECRET}", f"said {MASK}"),
        (f"{SECRET}{SECRET}", MASK * 2),
        ("s3cret~of%2Fthe%2Brun", MASK),
        (["a", {SECRET: [SECRET]}], ["a", {MASK: [MASK]}]),
        ((1, None, SECRET), (1, None, MASK)),
    ],
)
def test_a_secret_is_masked_wherever_it_stands(redaction: Redaction, text: Any, shown: Any) -> None:
    (row,) = masked(page(Row(text, 5)), redaction).rows
    assert (row.text, row.number) == (shown, 5)


def test_rows_within_rows_are_masked_too(redaction: Redaction) -> None:
    (row,) = masked(page(Row(parts=(Inner("plain"), Inner(SECRET)))), redaction).rows
    assert row.parts == (Inner("plain"), Inner(MASK))


def test_a_page_without_a_secret_is_the_same_page(redaction: Redaction) -> None:
    plain = page(Row("é", 1 << 62), Row(None))
    assert masked(plain, redaction) is plain


@pytest.mark.parametrize("beside", [1 << 70, "\ud800"])
def test_what_has_no_bytes_of_its_own_hides_nothing(redaction: Redaction, beside: Any) -> None:
    (row,) = masked(page(Row([beside, SECRET])), redaction).rows
    assert row.text == [beside, MASK]


@pytest.mark.parametrize("word", ["contoso", "mailbox", "mail.contoso.com", "abc-123"])
def test_a_word_that_stands_by_chance_is_left_to_be_compared(word: str) -> None:
    redaction = Redaction()
    redaction.learn(word)
    plain = page(Row(f"box@{word}"))
    assert masked(plain, redaction) is plain
    # In a message nothing is compared.
    assert word not in redaction.text(f"it said {word}")


def test_a_page_that_was_searched_with_its_answer_is_not_searched_again(
    redaction: Redaction,
) -> None:
    searched = Page([Row(SECRET)], "2026-11-25T00:00:00Z", "digest", is_searched=True)
    assert masked(searched, redaction) is searched
