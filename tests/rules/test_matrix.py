"""The matrix answers every cell of the published table, and what lies outside it."""

import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.edition import DEPLOYMENTS, EDITIONS, PROTOCOLS, load
from rules.matrix import AUTHENTICATIONS, EMAIL_SYSTEMS, MatrixAnswer, all_supported, answers

EXCHANGE = ("supported", "supported", ("EWS",))
MAIL = ("supported", "not-supported", ("POP3/SMTP",))

# The thirteen pairs of the table as published, each with its three cells.
PUBLISHED = {
    ("on-premises", "Exchange Online"): EXCHANGE,
    ("on-premises", "Exchange Server 2013"): EXCHANGE,
    ("on-premises", "Exchange Server 2016"): EXCHANGE,
    ("on-premises", "Gmail"): MAIL,
    ("on-premises", "Yahoo! Mail"): MAIL,
    ("on-premises", "MSN"): MAIL,
    ("on-premises", "Outlook.com"): MAIL,
    ("on-premises", "Windows Live Mail"): MAIL,
    ("online", "Exchange Online"): EXCHANGE,
    ("online", "Exchange Server 2013 SP1"): EXCHANGE,
    ("online", "Exchange Server 2016"): EXCHANGE,
    ("online", "Gmail"): MAIL,
    ("online", "Yahoo! Mail"): MAIL,
}

DIFFERENCES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "data" / "differences.toml").read_text("utf-8")
)["differences"]


def one(edition_id: str, **asked: Any) -> MatrixAnswer:
    [answer] = answers(load(edition_id), **asked)
    return answer


@pytest.mark.parametrize(("deployment", "email_system"), PUBLISHED)
def test_every_published_cell_answers_as_published(deployment: str, email_system: str) -> None:
    answer = one("crm-2016", deployment=deployment, email_system=email_system)
    told = (answer.email, answer.appointments_contacts_tasks, answer.protocols)
    assert told == PUBLISHED[deployment, email_system]
    assert len(answer.statements) >= 3


def test_nothing_beside_the_published_pairs_is_supported() -> None:
    found = {
        (answer.deployment, answer.email_system)
        for deployment, system in product(DEPLOYMENTS, EMAIL_SYSTEMS)
        for answer in answers(load("crm-2016"), deployment, system)
        if all_supported([answer])
    }
    # The service pack satisfies the row that names 2013 without it.
    assert found == {*PUBLISHED, ("on-premises", "Exchange Server 2013 SP1")}


@pytest.mark.parametrize("edition_id", EDITIONS)
@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda d: d["topic"])
def test_each_edition_answers_for_itself(edition_id: str, difference: dict[str, Any]) -> None:
    answer = one(edition_id, **difference["ask"])
    expected = difference[edition_id]
    assert answer.email == expected["email"]
    assert "".join(answer.statements[:1]) == expected["statement"]


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_without_a_filter_every_pair_listed_or_ruled_out_is_answered_once(edition_id: str) -> None:
    edition = load(edition_id)
    found = [(a.deployment, a.email_system) for a in answers(edition)]
    assert len(found) == len(set(found))
    for deployment, system in product(DEPLOYMENTS, EMAIL_SYSTEMS):
        exact = any((r.deployment, r.email_system) == (deployment, system) for r in edition.rows)
        named = exact or bool(edition.excludes(deployment, system))
        assert ((deployment, system) in found) == named


def test_an_unnamed_system_is_not_listed_for_each_deployment() -> None:
    found = answers(load("crm-2016"), email_system="Exchange Server Subscription Edition")
    assert [(a.deployment, a.email) for a in found] == [
        ("on-premises", "not-listed"),
        ("online", "not-listed"),
    ]
    assert any("Exchange Server 2019 Cumulative Update 15" in note for note in found[0].notes)


def test_a_deployment_outside_the_text_is_not_listed_whatever_the_system() -> None:
    found = answers(load("online"), deployment="on-premises")
    assert [a.email_system for a in found] == list(EMAIL_SYSTEMS)
    assert {(a.email, a.statements) for a in found} == {("not-listed", ("CUR-19",))}
    assert all("online deployments only" in a.notes[0] for a in found)


def test_an_older_unnamed_system_is_not_said_to_be_newer_than_the_text() -> None:
    answer = one("crm-2016", deployment="online", email_system="Exchange Server 2010")
    assert answer.statements == ("S17-70",)
    assert not any("newer" in note for note in answer.notes)


def test_2013_without_service_pack_1_online_is_told_what_the_row_names() -> None:
    answer = one("online", deployment="online", email_system="Exchange Server 2013")
    assert answer.email == "not-listed"
    assert any("Exchange Server 2013 SP1" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("edition_id", "statements"),
    [
        ("crm-2016", ("S17-42", "S17-63", "S17-65", "S17-70")),
        ("online", ("CUR-20", "CUR-46", "CUR-47")),
    ],
)
@pytest.mark.parametrize("email_system", ["MSN", "Outlook.com", "Windows Live Mail"])
def test_online_consumer_mail_is_both_untested_and_not_fips_compliant(
    edition_id: str, statements: tuple[str, ...], email_system: str
) -> None:
    answer = one(edition_id, deployment="online", email_system=email_system)
    assert answer.email == answer.appointments_contacts_tasks == "not-supported"
    assert answer.statements == statements


@pytest.mark.parametrize("email_system", ["MSN", "Outlook.com", "Windows Live Mail"])
def test_on_premises_consumer_mail_carries_its_footnote(email_system: str) -> None:
    answer = one("crm-2016", deployment="on-premises", email_system=email_system)
    assert answer.statements[-1] == "S17-47"
    assert any("FIPS" in note and "S17-47" in note for note in answer.notes)


def test_exchange_over_pop3_is_not_listed_and_never_carries_appointments() -> None:
    answer = one(
        "crm-2016", deployment="online", email_system="Exchange Online", protocol="POP3/SMTP"
    )
    assert (answer.email, answer.appointments_contacts_tasks) == ("not-listed", "not-supported")
    assert answer.statements == ("S17-27", "S17-70")


def test_gmail_over_exchange_web_services_is_not_listed() -> None:
    answer = one("online", deployment="online", email_system="Gmail", protocol="EWS")
    assert (answer.email, answer.appointments_contacts_tasks) == ("not-listed", "not-listed")
    assert answer.statements == ("CUR-15",)


def test_a_sign_in_does_not_make_a_protocol_supported() -> None:
    answer = one(
        "online",
        email_system="Exchange Online",
        protocol="IMAP/SMTP",
        authentication="server-to-server",
        same_tenant=True,
    )
    assert answer.email == "not-listed"


def test_a_protocol_alone_leaves_the_rows_that_run_over_it() -> None:
    found = answers(load("online"), protocol="imap/smtp")
    assert [a.email_system for a in found] == ["Gmail", "Yahoo! Mail"]
    assert all_supported(found)


def test_a_protocol_that_no_row_names_is_answered_for_the_rows_of_its_kind() -> None:
    found = answers(load("crm-2016"), deployment="online", protocol="IMAP/SMTP")
    assert [(a.email_system, a.email) for a in found] == [
        ("Gmail", "not-listed"),
        ("Yahoo! Mail", "not-listed"),
    ]


def test_imap_on_premises_tells_which_text_added_it() -> None:
    answer = one("customer-engagement-9", email_system="Gmail", protocol="IMAP/SMTP")
    assert answer.email == "supported"
    assert any("2020-05-19" in note and "IMAP/SMTP" in note for note in answer.notes)


def test_exchange_2010_was_supported_online_with_a_service_pack() -> None:
    answer = one(
        "customer-engagement-2018", deployment="online", email_system="Exchange Server 2010"
    )
    assert answer.email == answer.appointments_contacts_tasks == "supported-with-limits"
    assert answer.notes[0] == "The row demands Service Pack 3."


def test_another_tenant_is_supported_online_with_its_limits_named() -> None:
    answer = one("online", email_system="Exchange Online", same_tenant=False)
    assert answer.statements[-3:] == ("CUR-31", "CUR-32", "CUR-33")
    assert len(answer.notes) == 3


def test_another_way_to_sign_in_cites_its_own_sentence() -> None:
    answer = one(
        "crm-2016",
        deployment="online",
        email_system="Exchange Online",
        authentication="impersonation",
    )
    assert answer.statements[-2:] == ("S17-48", "S17-51")


def test_an_application_of_the_companys_own_within_the_tenant_is_supported_with_limits() -> None:
    answer = one("online", email_system="Exchange Online", authentication="oauth", same_tenant=True)
    assert answer.email == "supported-with-limits"
    assert answer.statements[-1] == "CUR-25"
    assert "community.dynamics.com" in answer.notes[-1]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"deployment": "cloud"}, "on-premises, online"),
        ({"email_system": "Exchange 2013"}, "Exchange Server 2013 SP1"),
        ({"protocol": "MAPI"}, "EWS, POP3/SMTP, IMAP/SMTP"),
        ({"authentication": "ntlm"}, "server-to-server"),
    ],
)
def test_an_unknown_name_is_refused_by_naming_the_known_ones(
    asked: dict[str, str], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        answers(load("online"), **asked)  # type: ignore[arg-type]


def test_an_answer_has_the_published_shape() -> None:
    answer = one("online", email_system="gmail")
    assert list(msgspec.to_builtins(answer)) == [
        "edition",
        "deployment",
        "email_system",
        "email",
        "appointments_contacts_tasks",
        "protocols",
        "statements",
        "notes",
        "source",
    ]


def test_all_supported_needs_an_answer_and_every_answer() -> None:
    gmail = one("online", email_system="Gmail")
    other = one("online", email_system="other")
    across = one("online", email_system="Exchange Online", same_tenant=False)
    assert all_supported([gmail, across])
    assert not all_supported([gmail, other])
    assert not all_supported([])


@given(
    st.sampled_from(EDITIONS),
    st.sampled_from(DEPLOYMENTS),
    st.sampled_from(EMAIL_SYSTEMS),
    st.none() | st.sampled_from(PROTOCOLS),
    st.none() | st.sampled_from(AUTHENTICATIONS),
    st.none() | st.booleans(),
)
def test_every_question_has_one_answer_that_rests_on_its_edition(
    edition_id: str,
    deployment: str,
    email_system: str,
    protocol: str | None,
    authentication: str | None,
    same_tenant: bool | None,
) -> None:
    edition = load(edition_id)
    [answer] = answers(
        edition,
        deployment,
        email_system,
        protocol,
        authentication=authentication,
        same_tenant=same_tenant,
    )
    assert all(statement_id in edition for statement_id in answer.statements)
    if all_supported([answer]):
        row = edition.row(deployment, email_system)
        assert row is not None
        assert set(row.statements) <= set(answer.statements)
        assert protocol is None or protocol in row.protocols
    else:
        assert answer.notes
