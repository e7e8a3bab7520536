"""The credential of a profile's application, and what Entra demands of every account."""

from typing import Any

import pytest

from connectors.graph import applications, conditional_access, security_defaults
from connectors.graph.applications import ApplicationRow, Credential
from connectors.graph.conditional_access import PolicyRow
from connectors.graph.security_defaults import SecurityDefaultsRow
from connectors.normalisation.profile.entra import (
    EXCHANGE_ONLINE_APP_ID,
    account_demands_multi_factor,
    secret_days_left,
)
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.unknown import Unknown

APP = "11111111-2222-4333-8444-555555555555"
READ_AT = "2026-11-23T12:00:00Z"
EVERYONE: dict[str, Any] = {
    "users": {"includeUsers": ["All"], "excludeUsers": []},
    "applications": {"includeApplications": ["All"]},
    "clientAppTypes": ["all"],
}
MFA: dict[str, Any] = {"operator": "OR", "builtInControls": ["mfa"]}


def reading(source: str, *rows: object) -> dict[str, Reading]:
    whole = SourceState(source, "read")
    return {source: Reading(whole, tuple((row, READ_AT) for row in rows))}


def days(*ends: str) -> Any:
    row = ApplicationRow("1", APP, [Credential(end) for end in ends], None)
    return secret_days_left(reading(applications.SOURCE, row), APP.upper())[0]


@pytest.mark.parametrize(
    ("ends", "left"),
    [
        (["2026-12-03T12:00:00Z"], 10),
        (["2026-12-03T11:59:59Z"], 9),
        (["2026-11-23T11:00:00Z"], -1),
        (["2026-11-23T18:00:00.1234567Z"], 0),
        (["2027-11-23T12:00:00Z", "2026-11-30T12:00:00Z"], 7),
        (["2026-11-01T12:00:00Z", "2026-11-13T12:00:00Z"], -10),
    ],
)
def test_the_first_credential_to_run_out_counts(ends: list[str], left: int) -> None:
    assert days(*ends) == left


@pytest.mark.parametrize(
    "ends",
    [[], ["soon"], ["2026-12-01T00:00:00"], ["2026-11-01T12:00:00Z", "2027-11-01T12:00:00Z"]],
)
def test_an_end_that_cannot_be_told_is_open(ends: list[str]) -> None:
    assert isinstance(days(*ends), Unknown)


def test_an_application_of_another_tenant_is_open() -> None:
    found, evidence = secret_days_left(reading(applications.SOURCE), APP)
    assert isinstance(found, Unknown)
    assert evidence


def test_a_source_that_was_not_read_is_the_cause() -> None:
    found, _ = secret_days_left({}, APP)
    assert isinstance(found, Unknown)
    assert found.cause is not None
    assert (found.cause.name, found.cause.code) == (applications.SOURCE, "not-configured")


def demanded(policy: PolicyRow) -> Any:
    return account_demands_multi_factor(reading(conditional_access.SOURCE, policy))[0]


@pytest.mark.parametrize(
    "controls",
    [
        MFA,
        {"operator": "AND", "builtInControls": ["mfa", "compliantDevice"]},
        {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": "1"}},
    ],
)
def test_a_policy_without_a_way_round_demands_it(controls: dict[str, Any]) -> None:
    assert demanded(PolicyRow("1", "All", "enabled", EVERYONE, controls)) is True
    exchange = EVERYONE | {"applications": {"includeApplications": [EXCHANGE_ONLINE_APP_ID]}}
    assert demanded(PolicyRow("1", "Mail", "enabled", exchange, controls)) is True


@pytest.mark.parametrize(
    ("state", "conditions", "controls"),
    [
        ("disabled", {}, {}),
        ("enabledForReportingButNotEnforced", {}, {}),
        ("enabled", {"users": {"includeUsers": ["All"], "excludeUsers": ["1"]}}, {}),
        ("enabled", {"users": {"includeUsers": ["All"], "excludeGroups": ["1"]}}, {}),
        ("enabled", {"users": {"includeGroups": ["1"]}}, {}),
        ("enabled", {"applications": {"includeApplications": ["another"]}}, {}),
        ("enabled", {"locations": {"includeLocations": ["All"]}}, {}),
        ("enabled", {"signInRiskLevels": ["high"]}, {}),
        ("enabled", {"clientAppTypes": ["browser"]}, {}),
        ("enabled", {}, {"builtInControls": ["mfa", "compliantDevice"]}),
        ("enabled", {}, {"builtInControls": ["compliantDevice"]}),
        ("enabled", {}, {"builtInControls": ["block"]}),
    ],
)
def test_a_policy_with_any_exception_leaves_the_account_open(
    state: str, conditions: dict[str, Any], controls: dict[str, Any]
) -> None:
    found = demanded(PolicyRow("1", "x", state, EVERYONE | conditions, MFA | controls))
    assert isinstance(found, Unknown)


def test_security_defaults_demand_it_of_everybody() -> None:
    on = reading(security_defaults.SOURCE, SecurityDefaultsRow(True))
    off = reading(security_defaults.SOURCE, SecurityDefaultsRow(False))
    assert account_demands_multi_factor(on)[0] is True
    assert isinstance(account_demands_multi_factor(off)[0], Unknown)


def test_what_no_policy_tells_is_asked_as_a_declaration() -> None:
    found, evidence = account_demands_multi_factor({})
    assert isinstance(found, Unknown)
    assert found.cause is not None
    assert found.cause.kind == "declaration"
    assert evidence
