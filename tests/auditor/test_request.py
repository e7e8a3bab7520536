"""What a waiver says of itself."""

import datetime

import pytest

from auditor.request import Waiver

DAY = datetime.date(2027, 3, 31)


@pytest.mark.parametrize(
    ("owner", "ticket", "words"),
    [
        (None, None, "moving"),
        ("Mia", None, "moving (owner Mia)"),
        (None, "CHG-1", "moving (ticket CHG-1)"),
        ("Mia", "CHG-1", "moving (owner Mia, ticket CHG-1)"),
    ],
)
def test_its_words_name_who_answers_for_it_and_where(
    owner: str | None, ticket: str | None, words: str
) -> None:
    assert Waiver("a-rule", "moving", DAY, owner=owner, ticket=ticket).words() == words


def test_its_target_names_the_subject_where_it_has_one() -> None:
    assert Waiver("a-rule", "moving", DAY).target() == "a-rule"
    of = Waiver("a-rule", "moving", DAY, subject="profile:S*")
    assert of.target() == "a-rule for profile:S*"
