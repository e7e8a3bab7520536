"""A spreadsheet shows a cell as it was, and never takes it for a formula."""

import csv
import io

import pytest

from auditor.reports.shared.cells import cell, cells, line


@pytest.mark.parametrize("sign", [*"=+-@|%＝＋－＠"])  # noqa: RUF001
@pytest.mark.parametrize("before", ["", " ", "   "])
def test_what_begins_a_formula_gets_an_apostrophe(sign, before):
    text = f"{before}{sign}1"
    assert cell(text) == f"'{text}"
    assert cells(["a", text]) == ["a", f"'{text}"]


@pytest.mark.parametrize("sign", "\t\r\n")
def test_a_tab_or_line_end_at_the_beginning_gets_one_and_becomes_a_space(sign):
    assert cell(f"{sign}a") == "' a"
    assert cells([f"{sign}a"]) == ["' a"]


@pytest.mark.parametrize("text", ["", " a", "a=1", "a;b", "a; b=1", "a-b", "Anna Öztürk"])
def test_harmless_text_stays_as_it_is(text):
    assert cell(text) == text
    row = ["b", text]
    assert cells(row) == row


def test_a_harmless_row_is_given_back_itself():
    row = ["a", "Anna Öztürk", "a;b"]
    assert cells(row) is row


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a;=1", "a;'=1"), ("a; =1", "a; '=1"), ('a;"@b', "a;\"'@b"), ("a;-1;+2", "a;'-1;'+2")],
)
def test_what_follows_a_semicolon_may_be_a_cell_elsewhere(text, shown):
    assert cell(text) == shown
    assert cells([text]) == [shown]


def test_what_does_not_print_is_shown_as_its_code():
    assert cell("a\x1bb") == "a\\x1bb"
    assert cells(["a", "a\x1bb"]) == ["a", "a\\x1bb"]


@pytest.mark.parametrize(
    "row", [["a"], ["a", "b"], ['say "a"', "b"], ['"', '""'], [""], ["", ""], ["a,b", "c"]]
)
def test_a_line_reads_back(row):
    written = line(row)
    assert next(csv.reader(io.StringIO(written))) == row
    assert written.startswith('"')
    assert written.endswith('"')


def test_a_line_doubles_quotes():
    assert line(['a"b', "c"]) == '"a""b","c"'
    assert line(["a", "c"]) == '"a","c"'
