"""Evidence in words: a value as what it is, a record by its name, a line for each record."""

import pytest
from msgspec.structs import replace

from auditor.model import Subject
from auditor.reports.shared.evidence_words import in_words, line, lines, shown_value, value
from rules.evidence import Evidence
from rules.option_labels import EMPTY

ANNA = Subject("mailbox", "m-1", "Anna", "anna@contoso.example")
SHOWN = Evidence("s", "m-1", "field", "x", "2026-11-23")


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (None, "empty"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ("", '""'),
        ("a\nb", "a b"),
        ((), "empty"),
        ([], "empty"),
        (("a", None, True, ""), 'a, empty, true, ""'),
        (["a"], "a"),
    ],
)
def test_a_value_is_shown_as_what_it_is(of, said):
    assert value(of) == said
    assert in_words("s", "field", of) == said


def test_what_nothing_means_in_a_column_is_said():
    (source, column), meaning = next(iter(EMPTY.items()))
    assert in_words(source, column, None) == meaning != "empty"
    assert in_words(source, column, "") == '""'


def test_an_option_is_shown_with_its_label():
    column = ("dynamics.mailboxes", "emailrouteraccessapproval")
    assert in_words(*column, 3) == "3 (Rejected)"
    assert in_words(*column, 99) == "99 (not known to this release)"
    assert shown_value(Evidence(*column[:1], "m-1", column[1], 1)) == "1 (Approved)"


def test_the_subjects_own_record_goes_by_its_name():
    assert line(SHOWN, ANNA) == "s Anna field = x (read 2026-11-23)"
    assert line(SHOWN) == "s m-1 field = x (read 2026-11-23)"
    assert line(SHOWN, replace(ANNA, name="")) == "s m-1 field = x (read 2026-11-23)"
    assert line(SHOWN, replace(ANNA, id="m-2")) == "s m-1 field = x (read 2026-11-23)"


def test_what_is_not_there_takes_no_room():
    assert line(replace(SHOWN, record="", read_at="")) == "s field = x"


def test_another_environment_is_named():
    other = replace(SHOWN, environment="fabrikam")
    assert line(other) == "s of fabrikam m-1 field = x (read 2026-11-23)"
    assert lines([other], ANNA, {}) == ["s of fabrikam m-1: field = x (read 2026-11-23)"]


def test_the_values_of_a_record_stand_in_one_line():
    found = [
        SHOWN,
        replace(SHOWN, record="p-1", read_at=""),
        replace(SHOWN, field="other", value=None),
        replace(SHOWN, field="later", read_at="2026-11-24"),
        replace(SHOWN, record="q-1", read_at=""),
    ]
    assert lines(found, ANNA, {"p-1": "Own", "m-1": "never"}) == [
        "s: field = x, other = empty (read 2026-11-23)",
        "s Own: field = x",
        "s: later = x (read 2026-11-24)",
        "s q-1: field = x",
    ]
