"""Commands to be pasted: of whom, of which records, and nothing that a shell would obey."""

import pytest
from msgspec.structs import replace

from auditor.model import Subject
from auditor.reports.shared import commands
from auditor.reports.shared.commands import doctor_command, why_command
from tests.auditor.reports.audits import ORGANIZATION, PROFILE, audit_of, mailbox

AGAIN = ("--config", "a b.toml", "--environment", "contoso")


@pytest.fixture(autouse=True)
def _called(monkeypatch):
    monkeypatch.setattr(commands, "program", lambda: "auditor")


def why(*subjects: Subject, again: tuple[str, ...] | None = ("contoso",)) -> str:
    return why_command(audit_of(again=again), subjects)


ANNA = Subject("mailbox", "m-1", "Anna", "anna@contoso.example")


def test_the_first_mailbox_or_profile_is_asked_of():
    assert why(ORGANIZATION, ANNA, PROFILE) == "auditor why anna@contoso.example contoso"
    profile = replace(PROFILE, name="Sales 2")
    assert why(profile, ANNA) == 'auditor why "Sales 2" contoso'
    assert why(replace(ANNA, kind="queue"), mailbox(2)).startswith("auditor why user2@")


@pytest.mark.parametrize("subjects", [(), (ORGANIZATION,), (Subject("tenant", "t-1", "T"),)])
def test_of_nobody_else_anything_can_be_asked(subjects):
    assert why(*subjects) == ""


def test_where_nobody_can_ask_again_there_is_no_command():
    assert why(ANNA, again=None) == ""
    assert why(ANNA, again=()) == "auditor why anna@contoso.example"


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        (replace(ANNA, address=""), "Anna"),
        (replace(ANNA, address="$(reboot)@x"), "Anna"),
        (replace(ANNA, address="-rf@x", name="a;b"), "m-1"),
        (replace(ANNA, address="", name="Anna Berg"), '"Anna Berg"'),
        (replace(ANNA, address="", name="Anna  Berg"), "m-1"),
    ],
)
def test_a_name_that_a_shell_might_obey_is_passed_over(subject, named):
    assert why(subject) == f"auditor why {named} contoso"


def test_without_a_harmless_name_there_is_no_command():
    assert why(Subject("mailbox", "`x`", "a|b", "a>b")) == ""


def test_what_is_asked_again_is_quoted():
    assert why(ANNA, again=AGAIN).endswith(
        "why anna@contoso.example --config 'a b.toml' --environment contoso"
    )


@pytest.mark.parametrize(
    ("again", "said"),
    [
        (None, "auditor doctor"),
        ((), "auditor doctor"),
        (("contoso",), "auditor doctor contoso"),
        (AGAIN, "auditor doctor --config 'a b.toml' --environment contoso"),
        (("--snapshot", "night.zip"), "auditor doctor"),
    ],
)
def test_the_doctor_tries_the_servers_and_no_snapshot(again, said):
    assert doctor_command(audit_of(again=again)) == said
