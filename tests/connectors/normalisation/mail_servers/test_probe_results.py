"""What probes saw, fact by fact: seen, not seen, and why not."""

from typing import Any

import pytest

from connectors.mail_servers.rows import PROBE, ProbeRow
from connectors.normalisation.mail_servers.probe_results import Probes, outside_fips
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState, Status
from rules.evidence import Evidence
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"
ID = "mail.contoso.example:995"
HIDDEN = Unknown("Hidden.", "Show it.")


def row(**columns: Any) -> ProbeRow:
    usual: dict[str, Any] = {"resolution": "found", "host": "mail.contoso.example", "port": 995}
    return ProbeRow(id=ID, protocol="POP3", **usual | columns)


def probes(*rows: ProbeRow, status: Status = "read") -> Probes:
    state = SourceState(PROBE, status, code="gone", reason="It was not read.", remedy="Read it.")
    return Probes({PROBE: Reading(state, tuple((each, AT) for each in rows))})


def test_a_row_is_found_by_its_host_and_port() -> None:
    assert probes(row()).row(ID) == (row(), AT)
    assert probes(row()).row("mail.contoso.example:110") is None
    assert Probes({}).row(ID) is None


def test_a_host_that_was_not_looked_at_is_open_by_the_state_of_the_source() -> None:
    whole = probes().unseen()
    assert (whole.reason, whole.cause) == (
        "The mail server was not among those that were looked at.",
        None,
    )
    for own, code in ((probes(status="partial"), "gone"), (Probes({}), "not-configured")):
        found = own.unseen()
        assert found.cause is not None
        assert (found.cause.name, found.cause.code) == (PROBE, code)


def test_what_a_row_leaves_open_says_why_with_what_was_seen() -> None:
    found = probes(row()).unknown(row())
    assert found.reason == f"{ID}: its answers do not show this."
    assert found.remedy == "Look at the mail server itself."
    assert found.cause is None
    assert [each.field for each in found.evidence] == ["resolution", "connected", "greeting"]
    told = row(problem=f"{ID}: it refused.", remedy="Open the port.", code="refused")
    found = probes(told).unknown(told)
    assert (found.reason, found.remedy) == (f"{ID}: it refused.", "Open the port.")
    assert found.cause is None


@pytest.mark.parametrize("code", ["names-unanswered", "no-way-out"])
def test_what_is_wrong_around_this_computer_is_one_cause(code: str) -> None:
    told = row(problem=f"{ID}: no name server answers.", code=code)
    found = probes(told).unknown(told)
    assert found.reason == "No name server answers."
    assert found.cause is not None
    assert (found.cause.kind, found.cause.name, found.cause.code) == ("source", PROBE, code)


def test_evidence_is_the_values_of_columns() -> None:
    own = probes(row(certificate_names=("a.example", "b.example"), connected=True))
    assert own.evidence(ID, "certificate_names", "connected", "cipher") == (
        Evidence(PROBE, ID, "certificate_names", "a.example, b.example", AT),
        Evidence(PROBE, ID, "connected", True, AT),
        Evidence(PROBE, ID, "cipher", None, AT),
    )
    assert own.evidence("other:995", "connected") == ()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"encryption": "none"}, True),
        ({"encryption": "none", "outside_fips": False}, True),
        ({"encryption": "implicit", "outside_fips": True}, True),
        ({"encryption": "starttls", "outside_fips": False}, False),
        ({"encryption": "implicit"}, HIDDEN),
        ({}, HIDDEN),
    ],
)
def test_without_encryption_nothing_approved_was_accepted(columns: Any, expected: Any) -> None:
    assert outside_fips(row(**columns), HIDDEN) is expected
