"""`matrix` answers from the text of an edition, and its exit code says yes or no."""

import json

import pytest

from tests.auditor.cli.conftest import Ask


def test_every_pair_is_answered_once(ask: Ask) -> None:
    said = ask("matrix", "--format", "json")
    answers = json.loads(said.out)
    pairs = [(each["deployment"], each["email_system"]) for each in answers]
    assert len(pairs) == len(set(pairs)) > 20
    assert {pair[0] for pair in pairs} == {"online", "on-premises"}
    assert said.code == 1
    assert set(answers[0]) == {
        "edition",
        "deployment",
        "email_system",
        "email",
        "appointments_contacts_tasks",
        "protocols",
        "statements",
        "notes",
        "source",
    }


@pytest.mark.parametrize(
    ("options", "edition", "email", "code"),
    [
        (["--deployment", "online", "--email-system", "exchange online"], "online", "supported", 0),
        (
            ["--deployment", "on-premises", "--email-system", "Exchange Server 2010"],
            "customer-engagement-9",
            "supported",
            0,
        ),
        (["--deployment", "online", "--email-system", "MSN"], "online", "not-supported", 1),
        (
            ["--edition", "crm-2016", "--deployment", "online", "--email-system", "Gmail"],
            "crm-2016",
            "supported",
            0,
        ),
    ],
)
def test_one_question_has_one_answer(
    ask: Ask, options: list[str], edition: str, email: str, code: int
) -> None:
    said = ask("matrix", "--format", "json", *options)
    (answer,) = json.loads(said.out)
    assert (answer["edition"], answer["email"], said.code) == (edition, email, code)


def test_sign_in_and_tenant_bear_on_exchange_online(ask: Ask) -> None:
    question = ("matrix", "--deployment", "online", "--email-system", "Exchange Online")
    assert ask(*question, "--authentication", "server-to-server", "--same-tenant").code == 0
    assert ask(*question, "--authentication", "impersonation", "--other-tenant").code == 1


@pytest.mark.parametrize("format", ["terminal", "markdown"])
def test_tables_show_what_limits_an_answer(ask: Ask, format: str) -> None:
    said = ask("matrix", "--deployment", "online", "--format", format)
    assert "Exchange Online" in said.out
    assert "CUR-25" in said.out
    assert "https://learn.microsoft.com/" in said.out


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--deployment", "mars"], "on-premises"),
        (["--email-system", "Lotus"], "Gmail"),
        (["--protocol", "MAPI"], "EWS"),
        (["--edition", "crm-2015"], "crm-2016"),
        (["--authentication", "magic"], "oauth"),
    ],
)
def test_unknown_names_are_misuse(ask: Ask, options: list[str], word: str) -> None:
    said = ask("matrix", *options)
    assert said.code == 2
    assert word in said.err
    assert said.out == ""


ON_PREMISES = ("matrix", "--format", "json", "--deployment", "on-premises", "--email-system")


@pytest.mark.parametrize(
    ("system", "day", "email", "code"),
    [
        ("Exchange Online", "2026-09-30", "supported", 0),
        ("Exchange Online", "2026-11-29", "supported-with-limits", 0),
        ("Exchange Online", "2027-04-01", "not-supported", 1),
        ("Outlook.com", "2024-09-15", "supported", 0),
        ("Outlook.com", "2024-09-16", "not-supported", 1),
    ],
)
def test_a_pair_that_has_ended_by_the_day_is_not_supported(
    ask: Ask, system: str, day: str, email: str, code: int
) -> None:
    said = ask(*ON_PREMISES, system, "--as-of", day)
    (answer,) = json.loads(said.out)
    assert (answer["email"], said.code) == (email, code)
    assert any("2027-04-01" in note or "2024-09-16" in note for note in answer["notes"])


def test_the_edition_stands_for_the_version(ask: Ask) -> None:
    asked = (*ON_PREMISES, "Exchange Online", "--edition", "crm-2016", "--as-of")
    assert ask(*asked, "2026-05-24").code == 0
    assert ask(*asked, "2026-05-25").code == 1


def test_what_is_no_day_is_refused(ask: Ask) -> None:
    assert ask("matrix", "--as-of", "tomorrow").code == 2
