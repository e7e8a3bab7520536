"""CSV reads back cell by cell, and a spreadsheet calculates none of it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Subject
from auditor.reports.csv_report import COLUMNS
from auditor.reports.shared.cells import cell, cells, line
from tests.auditor.reports.audits import (
    APPROVAL,
    CAUSES,
    FAILING,
    audit_of,
    finding,
    hostile,
    mailbox,
    written,
)


def rows(format: str, audit) -> list[dict[str, str]]:
    text = written(format, audit)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_a_row_for_each_finding_and_each_sampled_subject():
    read = rows("csv", audit_of())
    assert tuple(read[0]) == COLUMNS
    assert [(row["verdict"], row["kind"], row["affected"]) for row in read] == [
        ("fail", "profile", "1"),
        ("fail", "mailbox", "1"),
        ("fail", "mailbox", "1"),
        ("undetermined", "organization", "40"),
        ("undetermined", "mailbox", ""),
        ("undetermined", "mailbox", ""),
        ("undetermined", "mailbox", "1"),
        *[("", "mailbox", "")] * 4,
    ]
    assert read[1]["name"] == "Anna Öztürk"
    assert read[2]["waived"] == "waived until 2027-03-31: CHG-1234, moving in the first quarter"
    assert (
        "emailrouteraccessapproval = 3 (Rejected) (read 2026-11-23T08:00:05Z)"
        in read[1]["evidence"]
    )


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "|calc", "%0"],  # noqa: RUF001
)
def test_no_cell_begins_a_formula(text):
    assert cell(text).startswith("'")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Anna;=1+1", "Anna;'=1+1"),
        ('Anna; "=HYPERLINK(1)', "Anna; \"'=HYPERLINK(1)"),
        ("a;@SUM(1);-2", "a;'@SUM(1);'-2"),
    ],
)
def test_no_cell_begins_a_formula_where_semicolons_separate_cells(text, shown):
    assert cell(text) == shown
    assert f'"{shown}"'.replace('"', "") in line(["x", text]).replace('"', "")


@pytest.mark.parametrize(
    "text", ["", "a=1", "a; b=1", "a;1-2", "Anna", "1-2", "日本", "(none)", " Anna"]
)
def test_other_cells_stay_as_they_are(text):
    assert cell(text) == text


@given(st.text())
def test_no_text_at_all_begins_a_formula(text):
    assert cell(text).lstrip()[:1] not in tuple("=+-@|%＝＋－＠")  # noqa: RUF001


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1))
def test_quoting_keeps_every_cell_apart(name):
    subject = Subject("mailbox", "1", f'a,"{name}"', "x@y.example")
    failing = finding(APPROVAL, subject, message=f'm,"\n{name}')
    read = rows("csv", audit_of((failing,), mailboxes=lambda: iter(())))
    assert len(read) == 1
    assert read[0]["name"] == cell(f'a,"{name}"')
    assert read[0]["address"] == "x@y.example"
    assert None not in read[0]


def test_hostile_rows_stay_one_row_each():
    assert len(rows("csv", hostile())) == 4


def test_a_mailbox_without_a_finding_of_its_own_has_a_row_with_its_standing_and_causes():
    read = rows("csv", audit_of())
    standing = {row["name"]: row["standing"] for row in read if not row["rule"]}
    assert standing == {
        "Anna Öztürk": "broken",
        "Bob": "broken",
        "Carla": "unknown",
        "Dan": "unsupported",
    }
    (bob,) = (row for row in read if row["name"] == "Bob")
    assert bob["causes"] == CAUSES[0].id
    assert bob["url"].endswith(f"{mailbox(2).id}%7D")
    assert bob["message"] == "The mailbox is broken."
    assert read[1]["standing"] == "broken"
    assert read[0]["standing"] == ""


def test_the_work_list_has_a_row_for_each_cause_and_mailbox_in_the_order_of_the_causes():
    read = rows("worklist", audit_of())
    assert [(row["rules"], row["name"], row["standing"]) for row in read] == [
        (FAILING, "Bob", "broken"),
        (FAILING, "Dan", "unsupported"),
        (APPROVAL, "Anna Öztürk", "broken"),
        ("", "Carla", "unknown"),
    ]
    assert read[2]["fix"].startswith("Approve the email address")
    assert read[2]["id"] == "00000000-0000-4000-8000-000000000001"
    assert (read[0]["where"], read[2]["where"]) == (
        "profile Vertrieb Süd",
        "the mailbox itself",
    )


@given(st.lists(st.text(), min_size=1))
def test_a_line_is_what_the_library_writes_of_its_cells(texts):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells(texts))
    assert line(texts) == out.getvalue()
