"""The tenant of each mail domain of Exchange Online: which are asked for, and when it ends."""

from typing import Any

import pytest

from connectors.dns import tenants
from connectors.dns.mail_domains import SOURCE as MAIL_DOMAINS
from connectors.dns.rows import MailDomainRow, TenantRow
from connectors.sources.readings import EarlierReadings, Reading
from connectors.sources.source import Progress, SourceState, Status
from connectors.transport.errors import SourceFailed

ONLINE = "contoso-example.mail.protection.outlook.com"
REFUSED = SourceFailed("refused", "look", "refused")
LATE = SourceFailed("late", "more time", "deadline")


class Authority:
    """Answers in turn: a failure is raised, anything else is a tenant."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def tenant_of(self, domain: str) -> TenantRow:
        self.asked.append(domain)
        found = self.answers.pop(0)
        if isinstance(found, SourceFailed):
            raise found
        return TenantRow(domain=domain, tenant_id=found)


def read(
    authority: Any, *exchangers: str, status: Status = "read"
) -> tuple[list[TenantRow], Progress]:
    rows = [
        MailDomainRow(domain=f"d{at}.example", addresses=1, resolution="found", exchangers=(each,))
        for at, each in enumerate(exchangers)
    ]
    state = SourceState(MAIL_DOMAINS, status, code="short", reason="why", remedy="how")
    reading = Reading(state, tuple((row, "") for row in rows))
    progress = Progress()
    (page,) = tenants.read(authority, progress, EarlierReadings(readings={MAIL_DOMAINS: reading}))
    return list(page.rows), progress


def test_only_domains_of_exchange_online_are_asked_for() -> None:
    authority = Authority("t0", "t2")
    rows, progress = read(authority, ONLINE, "aspmx.l.google.com", ONLINE)
    assert authority.asked == ["d0.example", "d2.example"]
    assert [each.tenant_id for each in rows] == ["t0", "t2"]
    assert progress.code == ""


@pytest.mark.parametrize("status", ["failed", "not-configured"])
def test_without_mail_domains_nothing_is_asked(status: Status) -> None:
    authority = Authority()
    with pytest.raises(SourceFailed) as caught:
        read(authority, ONLINE, status=status)
    assert caught.value.reason == "Which mail domains there are is not known: why"
    assert (caught.value.code, caught.value.remedy) == ("short", "how")
    assert authority.asked == []


def test_domains_that_were_not_all_read_shorten_this_source_too() -> None:
    rows, progress = read(Authority("t0"), ONLINE, status="partial")
    assert len(rows) == 1
    assert (progress.code, progress.reason, progress.remedy) == ("short", "why", "how")


def test_one_domain_that_fails_is_a_problem_of_its_own() -> None:
    rows, progress = read(Authority("t0", REFUSED, "t2"), ONLINE, ONLINE, ONLINE)
    assert [(each.tenant_id, each.problem) for each in rows] == [
        ("t0", None),
        (None, "refused"),
        ("t2", None),
    ]
    assert progress.code == "refused"


@pytest.mark.parametrize("failure", [REFUSED, LATE])
def test_an_authority_that_fails_at_once_fails_the_source(failure: SourceFailed) -> None:
    with pytest.raises(SourceFailed) as caught:
        read(Authority(failure), ONLINE, ONLINE)
    assert caught.value is failure


def test_after_three_failures_in_a_row_it_is_not_asked_again() -> None:
    authority = Authority("t0", REFUSED, REFUSED, "t3", REFUSED, REFUSED, REFUSED, "t7")
    rows, _ = read(authority, *[ONLINE] * 8)
    assert len(authority.asked) == 7
    assert [each.problem for each in rows] == [
        None,
        "refused",
        "refused",
        None,
        "refused",
        "refused",
    ]


def test_past_the_deadline_it_is_not_asked_again() -> None:
    authority = Authority("t0", LATE, "t2")
    rows, progress = read(authority, *[ONLINE] * 3)
    assert ([each.domain for each in rows], len(authority.asked)) == (["d0.example"], 2)
    assert progress.code == "deadline"
