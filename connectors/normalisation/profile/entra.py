"""What Microsoft Entra tells of the account or application that a profile signs in as."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import UNSET

from connectors.graph import applications, conditional_access, security_defaults
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.unknowns import undeclared
from connectors.sources.readings import Reading, Readings
from connectors.sources.source import not_configured
from rules.evidence import Evidence
from rules.unknown import Unknown

EXCHANGE_ONLINE_APP_ID = "00000002-0000-0ff1-ce00-000000000000"
_APPLICATIONS = frozenset({"All", "Office365", EXCHANGE_ONLINE_APP_ID})
_NARROWING = (
    "authenticationFlows",
    "clientApplications",
    "devices",
    "insiderRiskLevels",
    "locations",
    "platforms",
    "servicePrincipalRiskLevels",
    "signInRiskLevels",
    "userRiskLevels",
)


def secret_days_left(readings: Readings, client_id: str) -> Established:
    """Whole days until the application's credential runs out; 0 or less: it has.

    Which of several credentials a profile uses is not told: the first to run out counts, and
    where one has run out and another has not, the fact is unknown.
    """
    reading = readings.get(applications.SOURCE)
    evidence: tuple[Evidence, ...] = (Evidence(applications.SOURCE, client_id, "endDateTime"),)
    if reading is None or not reading.state.whole:
        state = reading.state if reading else not_configured(applications.SOURCE, "graph")
        return Established(state.unknown(), evidence)
    wanted = _guid(client_id)
    rows = [each for each in reading.records if _guid(each[0].appId) == wanted]
    if wanted is None or not rows:
        return Established(
            _open("The tenant that was read has no such application.", evidence), evidence
        )
    row, read_at = rows[0]
    ends = sorted(
        credential.endDateTime
        for credentials in (row.passwordCredentials, row.keyCredentials)
        if credentials and credentials is not UNSET
        for credential in credentials
        if credential.endDateTime
    )
    evidence = tuple(
        Evidence(applications.SOURCE, row.id, "endDateTime", each, read_at) for each in ends
    )
    if not ends:
        nothing = (Evidence(applications.SOURCE, row.id, "endDateTime", None, read_at),)
        return Established(_open("The application has no credential on record.", nothing), nothing)
    try:
        days = [_days_between(read_at, each) for each in ends]
    except ValueError:
        return Established(_open("The end of a credential cannot be read.", evidence), evidence)
    if min(days) <= 0 < max(days):
        why = "One credential of the application has run out, another has not."
        return Established(_open(why, evidence), evidence)
    return Established((min(days) if min(days) > 0 else max(days)), evidence)


def account_demands_multi_factor(readings: Readings) -> Established:
    """Whether Entra demands multi-factor authentication of every account for Exchange Online.

    True where security defaults or a policy for all accounts without any exception say so. That
    nothing demands it cannot be read here: an account may also be told so on its own.
    """
    state_evidence: tuple[Evidence, ...] = ()
    for source, decide in (
        (security_defaults.SOURCE, _by_defaults),
        (conditional_access.SOURCE, _by_policies),
    ):
        reading = readings.get(source)
        if reading is None or not reading.state.whole:
            continue
        evidence = decide(reading)
        if evidence:
            return Established(True, evidence)
        state_evidence += (Evidence(source, "", "state"),)
    return Established(
        undeclared("multi_factor_authentication"),
        state_evidence or (Evidence(conditional_access.SOURCE, "", "state"),),
    )


def _by_defaults(reading: Reading) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(reading.state.name, "", "isEnabled", True, read_at)
        for row, read_at in reading.records
        if row.isEnabled is True
    )


def _by_policies(reading: Reading) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(reading.state.name, row.id, "state", row.state, read_at)
        for row, read_at in reading.records
        if row.state == "enabled" and _demands(row.grantControls) and _meets_all(row.conditions)
    )


def _demands(controls: Any) -> bool:
    """Whether there is no way round multi-factor authentication among the controls."""
    if not isinstance(controls, Mapping):
        return False
    built_in = [str(each) for each in controls.get("builtInControls") or ()]
    strength = bool(controls.get("authenticationStrength"))
    others = [each for each in built_in if each != "mfa"]
    others += list(controls.get("customAuthenticationFactors") or ())
    others += list(controls.get("termsOfUse") or ())
    demanded = strength or "mfa" in built_in
    return demanded and (controls.get("operator") == "AND" or not others)


def _meets_all(conditions: Any) -> bool:
    """Whether the policy meets every account at Exchange Online, wherever it signs in from."""
    if not isinstance(conditions, Mapping):
        return False
    people, places = conditions.get("users"), conditions.get("applications")
    if not isinstance(people, Mapping) or not isinstance(places, Mapping):
        return False
    if any(conditions.get(name) for name in _NARROWING):
        return False
    clients = conditions.get("clientAppTypes") or ["all"]
    return (
        "All" in (people.get("includeUsers") or ())
        and not any(value for name, value in people.items() if name.startswith("exclude"))
        and not _APPLICATIONS.isdisjoint(places.get("includeApplications") or ())
        and not places.get("excludeApplications")
        and not places.get("applicationFilter")
        and "all" in clients
    )


def _open(reason: str, evidence: tuple[Evidence, ...]) -> Unknown:
    return Unknown(
        reason=reason,
        remedy="See the certificates and secrets of the application in the Entra admin centre.",
        evidence=evidence,
    )


def _guid(value: Any) -> str | None:
    try:
        return str(uuid.UUID(value))
    except (ValueError, TypeError, AttributeError):
        return None


def _days_between(start: str, end: str) -> int:
    """Whole days, rounded down; times in ISO 8601 with a zone. Raises ValueError."""
    moments = [datetime.fromisoformat(each) for each in (start, end)]
    if any(each.tzinfo is None for each in moments):
        raise ValueError("a time without zone")
    return (moments[1] - moments[0]).days
