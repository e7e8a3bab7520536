"""The matrix on a day: what has ended by then is not supported, whatever its text says."""

import datetime

import pytest

from rules.edition import EDITIONS, load
from rules.matrix import MatrixAnswer, answers
from rules.matrix_dates import on_day


def asked(edition: str, deployment: str, system: str, day: str) -> MatrixAnswer:
    (answer,) = answers(load(edition), deployment, system)
    return on_day(answer, datetime.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("edition", "day", "email"),
    [
        ("crm-2016", "2026-05-24", "supported"),
        ("crm-2016", "2026-05-25", "not-supported"),
        ("customer-engagement-9", "2026-09-30", "supported"),
        ("customer-engagement-9", "2026-10-01", "supported-with-limits"),
        ("customer-engagement-9", "2027-03-31", "supported-with-limits"),
        ("customer-engagement-9", "2027-04-01", "not-supported"),
    ],
)
def test_on_premises_with_exchange_online_ends_by_the_edition(
    edition: str, day: str, email: str
) -> None:
    answer = asked(edition, "on-premises", "Exchange Online", day)
    assert answer.email == email
    assert answer.appointments_contacts_tasks == email
    assert any("2027-04-01" in note for note in answer.notes)


@pytest.mark.parametrize("system", ["Outlook.com", "MSN", "Windows Live Mail"])
@pytest.mark.parametrize(
    ("day", "email"), [("2024-09-15", "supported"), ("2024-09-16", "not-supported")]
)
def test_providers_that_refuse_passwords_have_ended(system: str, day: str, email: str) -> None:
    answer = asked("customer-engagement-9", "on-premises", system, day)
    assert answer.email == email
    assert any("2024-09-16" in note for note in answer.notes)


def test_the_end_of_a_server_itself_is_a_note_and_the_text_stands() -> None:
    answer = asked("customer-engagement-9", "on-premises", "Exchange Server 2016", "2026-11-29")
    assert answer.email == "supported"
    assert any("Ended on 2025-10-14" in note for note in answer.notes)


def test_a_day_to_come_is_told_as_one() -> None:
    notes = asked("customer-engagement-9", "on-premises", "Exchange Online", "2026-01-01").notes
    assert any(note.startswith("From 2026-10-01") for note in notes)
    assert any(note.startswith("Ends on 2027-04-01") for note in notes)


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_day_makes_anything_supported_that_was_not(edition: str) -> None:
    for answer in answers(load(edition)):
        later = on_day(answer, datetime.date(2040, 1, 1))
        if answer.email in ("not-supported", "not-listed"):
            assert later.email == answer.email
