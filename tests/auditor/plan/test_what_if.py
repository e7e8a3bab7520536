"""What changes in memory change: the same as if the servers had told those values."""

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.audit import audit
from auditor.demo.contoso import DECLARED, contoso
from auditor.differences import Difference
from auditor.model import Finding
from auditor.plan.asked import Asked, profile_names
from auditor.plan.changed import Changed
from auditor.plan.what_if import what_if
from auditor.usage import UsageProblem
from rules.rule import catalogue
from tests.auditor.random_organisations import made
from tests.auditor.recorded import NOW, READ_AT, Recorded, Told, recorded, request

PROFILES = "dynamics.emailserverprofiles"
MAILBOXES = "dynamics.mailboxes"
REQUEST = request(catalogue(), DECLARED)


@pytest.fixture(scope="module")
def outside() -> Recorded:
    return recorded(contoso(now=NOW))


def asked(
    outside: Recorded, *sets: str, moves: tuple[str, ...] = (), day: str | None = None
) -> Difference:
    later = REQUEST if day is None else replace(REQUEST, as_of=datetime.date.fromisoformat(day))
    edits = Asked(sets, moves).edits(profile_names(outside))
    return what_if(REQUEST, later, outside, edits, lambda: READ_AT)


def words(difference: Difference, change: Any) -> set[tuple[str, str]]:
    return {(each.rule, each.subject.name) for each in difference.of(change)}


def test_a_setting_that_repairs_clears_its_finding_and_nothing_else(outside: Recorded) -> None:
    found = asked(outside, "profile:Exchange Online (fixed address).useautodiscover=yes")
    assert words(found, "fixed") == {("auto-discover-off", "Exchange Online (fixed address)")}
    assert len(found.findings) == 1
    assert not found.new_failures
    (subject,) = found.subjects or ()
    (setting,) = subject.settings
    assert (setting.field, setting.before.value, setting.after.value) == (  # type: ignore[union-attr]
        "useautodiscover",
        False,
        True,
    )


def test_a_label_stands_for_its_number(outside: Recorded) -> None:
    by_label, by_number = (
        asked(outside, f"profile:Exchange Online (one account).incomingcredentialretrieval={each}")
        for each in ("server to server authentication", "2")
    )
    assert by_label.findings == by_number.findings
    assert ("credentials-in-profile", "Exchange Online (one account)") in words(by_label, "fixed")


def test_a_setting_that_breaks_is_a_new_failure(outside: Recorded) -> None:
    found = asked(outside, "profile:Microsoft Exchange Online.statecode=inactive")
    assert ("inactive-profile-in-use", "Microsoft Exchange Online") in words(found, "new")
    assert found.new_failures


def test_mailboxes_move_to_another_profile(outside: Recorded) -> None:
    found = asked(outside, moves=("mailbox:Gus Unprofiled=profile:Microsoft Exchange Online",))
    assert ("mailbox-without-profile", "Gus Unprofiled") in words(found, "fixed")


def test_another_day_alone_may_be_asked_for(outside: Recorded) -> None:
    assert asked(outside, day="2031-01-01").new.as_of == "2031-01-01"


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("profile:*.useautodiscover=perhaps", "it is yes or no"),
        ("profile:*.incomingcredentialretrieval=99", "2 (Server to Server Authentication)"),
        ("profile:*.incomingportnumber=70000", "from 1 to 65,535, or empty"),
        ("profile:*.nothing=1", "there is no column of a profile 'nothing'"),
        ("mailbox:*.incomingemailstatus=1", "is written by Dynamics 365 itself"),
        ("mailbox:*.emailserverprofile=Nowhere", "there is no profile 'Nowhere'"),
        ("profile:Nobody.statecode=0", "no profile that was read"),
        ("tenant.EwsEnabled=yes", "the source exchange_online.organization is needed"),
        ("queue:*.name=x", "--set takes"),
        ("profile.name=x", "--set takes"),
        ("organization:x.name=x", "--set takes"),
        ("profile:*.statecode", "--set takes"),
        ("organization.performactsyncafter=tomorrow", "a time such as"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(outside: Recorded, text: str, tells: str) -> None:
    with pytest.raises(UsageProblem) as refusal:
        asked(outside, text)
    assert tells in str(refusal.value)


def test_all_up_to_the_last_dot_before_the_first_equals_sign_is_the_subject(
    outside: Recorded,
) -> None:
    found = asked(outside, "mailbox:*.example.processanddeleteemails=yes")
    assert not found.of("fixed")
    assert any(each.rule == "delete-after-processing" for each in found.of("new"))


def test_a_column_that_was_not_answered_is_not_invented(outside: Recorded) -> None:
    older = outside.without(PROFILES, "useautodiscover")
    with pytest.raises(UsageProblem, match="was not answered"):
        asked(older, "profile:*.useautodiscover=yes")


few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(
    st.integers(0, 2**32),
    st.sampled_from(
        [
            ("profile:*.useautodiscover=no", PROFILES, "useautodiscover", False),
            ("profile:*.incomingcredentialretrieval=2", PROFILES, "incomingcredentialretrieval", 2),
            ("mailbox:*.actdeliverymethod=none", MAILBOXES, "actdeliverymethod", 2),
            (
                "organization.requireapprovalforuseremail=no",
                "dynamics.organizations",
                "requireapprovalforuseremail",
                False,
            ),
        ]
    ),
)
def test_changed_records_are_judged_as_if_the_server_had_told_them(
    seed: int, change: tuple[str, str, str, Any]
) -> None:
    text, source, column, value = change
    organisation = made(seed)
    told = organisation.outside.told[source]
    if not told.rows or any(type(getattr(row, column)) is not type(value) for row in told.rows):
        return
    edits = Asked((text,), ()).edits({})
    changed = audit(organisation.request, Changed(organisation.outside, edits), lambda: READ_AT)
    rows = [replace(row, **{column: value}) for row in told.rows]
    other = organisation.outside.but(source, Told(rows, told.state))
    expected = audit(organisation.request, other, lambda: READ_AT)
    assert _findings(changed) == _findings(expected)


def _findings(of: Any) -> list[Finding]:
    return list(of.findings())
