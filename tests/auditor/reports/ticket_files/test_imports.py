"""The files that trackers import: a row a ticket, by its key, with the tracker's own numbers."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Waived
from auditor.process.files import FileNotWritten
from auditor.reports.ticket_files import imports
from auditor.reports.ticket_files.imports import (
    AZURE_COLUMNS,
    COLUMNS,
    EXPORT,
    LONGEST_TITLE,
    Titles,
    azure_rows,
    numbers_of,
    rows,
)
from auditor.reports.ticket_files.register import Ticket
from tests.auditor.reports.audits import APPROVAL, RULES, audit_of, cause, mailbox

KEY = "auditor-0123456789ab"
OTHER = "auditor-ba9876543210"
CAUSE = cause(APPROVAL, mailbox(1), 5, 2, "Approve it.")
TITLES = Titles(audit_of())
WAIVED = Waived("CHG-7", "2027-03-31")


def ticket(**changed: Any) -> Ticket:
    return replace(Ticket(key=KEY, cause=CAUSE, opened="t1", run="r"), **changed)


def read(lines: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines), newline="")))


def one(of: Ticket, numbers: dict[str, str] | None = None) -> dict[str, str]:
    (row,) = read(rows([of], TITLES, numbers or {}))
    return row


TITLE = f"{RULES[APPROVAL].title}: mailbox Mailbox 1 <user1@contoso.example>"


def test_a_ticket_is_a_row():
    row = one(ticket())
    assert tuple(row) == COLUMNS
    assert row["Summary"] == TITLE
    assert row["Description"] == (
        f"{RULES[APPROVAL].title}. Where: mailbox Mailbox 1 <user1@contoso.example>. To do:"
        " Approve it. Concerns 5 mailboxes; with its repair 2 work."
    )
    assert [row[each] for each in COLUMNS[2:8]] == [
        "Task", "Highest", KEY, "Open", KEY, "",
    ]  # fmt: skip
    assert row["URL"] == CAUSE.subject.url
    assert [row[each] for each in COLUMNS[10:]] == [
        "stops", "error", "5", "2", APPROVAL, "t1", "",
    ]  # fmt: skip


def test_a_row_has_the_number_that_the_tracker_gave():
    assert one(ticket(), {KEY: "MAIL-12"})["Issue Key"] == "MAIL-12"
    assert one(ticket(), {OTHER: "MAIL-12"})["Issue Key"] == ""


@pytest.mark.parametrize(
    ("effect", "severity", "priority", "number"),
    [
        ("stops", "note", "Highest", "1"),
        ("degrades", "error", "High", "2"),
        ("unsupported", "warning", "Medium", "3"),
        ("advice", "note", "Low", "4"),
    ],
)
def test_what_keeps_mail_from_flowing_comes_first(effect, severity, priority, number):
    of = ticket(cause=replace(CAUSE, effect=effect, severity=severity))
    assert one(of)["Priority"] == priority
    (row,) = read(azure_rows([of], TITLES, {}))
    assert row["Priority"] == number


def test_a_description_says_how_it_stands():
    closed = one(ticket(closed="t2"))
    assert closed["Description"].startswith("Closed: the run of t2 judged it and it fails no more.")
    assert (closed["Status"], closed["Closed"]) == ("Closed", "t2")
    waived = one(ticket(cause=replace(CAUSE, waived=WAIVED)))
    assert waived["Description"].startswith("Waived until 2027-03-31: CHG-7. ")
    assert waived["Status"] == "Waived"
    assert one(ticket(cause=replace(CAUSE, mailboxes=0)))["Description"].endswith("Approve it.")


def test_a_title_is_no_longer_than_trackers_take():
    def titled(length: int) -> str:
        name = "x" * (length - len(f"{RULES[APPROVAL].title}: mailbox "))
        subject = replace(mailbox(1), name=name, address="")
        return TITLES.of(ticket(cause=replace(CAUSE, subject=subject)))

    assert titled(LONGEST_TITLE).endswith("xxx")
    assert len(titled(LONGEST_TITLE)) == LONGEST_TITLE == 250
    assert titled(LONGEST_TITLE + 1).endswith("x...")
    assert len(titled(LONGEST_TITLE + 1)) == LONGEST_TITLE


def test_a_rule_goes_by_its_title_else_by_its_id():
    assert TITLES.of_rule(APPROVAL) == RULES[APPROVAL].title
    assert TITLES.of_rule("a\nb") == "a b"


class TestAzure:
    def test_without_a_number_there_is_no_id(self):
        (row,) = read(azure_rows([ticket()], TITLES, {}))
        assert tuple(row) == AZURE_COLUMNS
        assert (row["Work Item Type"], row["Title"], row["Tags"]) == ("Issue", TITLE, KEY)

    def test_with_one_every_row_has_the_column(self):
        listed = [ticket(), ticket(key=OTHER)]
        first, second = read(azure_rows(listed, TITLES, {OTHER: "4711"}))
        assert tuple(first) == ("ID", *AZURE_COLUMNS)
        assert (first["ID"], second["ID"]) == ("", "4711")

    @pytest.mark.parametrize(
        ("changed", "tags"),
        [
            ({"closed": "t2"}, f"{KEY}; auditor-closed"),
            ({"cause": replace(CAUSE, waived=WAIVED)}, f"{KEY}; auditor-waived"),
        ],
    )
    def test_what_is_not_open_has_a_row_where_the_tracker_has_it(self, changed, tags):
        of = ticket(**changed)
        assert read(azure_rows([of], TITLES, {})) == []
        (row,) = read(azure_rows([of], TITLES, {KEY: "4711"}))
        assert (row["ID"], row["Tags"]) == ("4711", tags)


class TestNumbers:
    @staticmethod
    def of(directory: Path, text: str) -> dict[str, str]:
        (directory / EXPORT).write_bytes(text.encode("utf-8-sig"))
        return numbers_of(directory)

    @pytest.mark.parametrize(
        ("head", "number"),
        [
            ("Issue Key", "MAIL-12"),
            (" issue key ", "MAIL-12"),
            ("ID", "4711"),
            ("Number", "INC007"),
        ],
    )
    def test_they_stand_in_the_column_of_the_tracker(self, tmp_path, head, number):
        assert self.of(tmp_path, f"Title,{head},Tags\nx,{number},{KEY}; mail\n") == {KEY: number}

    def test_the_issue_key_comes_before_the_id(self, tmp_path):
        assert self.of(tmp_path, f"ID,Issue Key,T\n1,A-2,{KEY}\n") == {KEY: "A-2"}

    @pytest.mark.parametrize(
        "row",
        [
            f"=1+1,{KEY}",
            f",{KEY}",
            f"1,{KEY} {OTHER}",
            "1,none",
            "1,auditor-0123456789abc",
            f"1234567890123,{KEY}",
            "",
        ],
    )
    def test_a_row_that_names_no_ticket_or_no_number_is_passed_over(self, tmp_path, row):
        assert self.of(tmp_path, f"ID,Tags\n{row}\n7,{OTHER}\n") == {OTHER: "7"}

    def test_a_row_that_is_too_short_has_no_number(self, tmp_path):
        assert self.of(tmp_path, f"Tags,ID\n{KEY}\n{OTHER},7\n") == {OTHER: "7"}

    def test_the_last_row_of_a_ticket_counts(self, tmp_path):
        assert self.of(tmp_path, f"ID,T\n1,{KEY}\n2,{KEY} {KEY}\n") == {KEY: "2"}

    def test_without_an_export_there_are_none(self, tmp_path):
        assert numbers_of(tmp_path) == {}

    @pytest.mark.parametrize("text", ["Title,Tags\nx,y\n", ""])
    def test_without_a_column_for_them_it_is_refused(self, tmp_path, text):
        with pytest.raises(FileNotWritten, match="none of the columns Issue Key, ID and Number"):
            self.of(tmp_path, text)

    def test_what_is_no_text_is_refused(self, tmp_path):
        (tmp_path / EXPORT).write_bytes(b"ID,T\n\xff\xfe\n")
        with pytest.raises(FileNotWritten, match="no CSV file in UTF-8"):
            numbers_of(tmp_path)

    def test_one_that_is_too_large_is_refused(self, tmp_path, monkeypatch):
        text = f"ID,T\n1,{KEY}\n"
        size = len(text.encode("utf-8-sig"))
        monkeypatch.setattr(imports, "_LARGEST_BYTES", size)
        assert self.of(tmp_path, text) == {KEY: "1"}
        monkeypatch.setattr(imports, "_LARGEST_BYTES", size - 1)
        with pytest.raises(FileNotWritten, match="too large"):
            self.of(tmp_path, text)

    def test_one_that_cannot_be_read_says_why(self, tmp_path):
        (tmp_path / EXPORT).mkdir()
        with pytest.raises(FileNotWritten, match="directory"):
            numbers_of(tmp_path)
