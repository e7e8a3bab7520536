"""What was read of one Exchange Server: its build, and what else asking it showed."""

from typing import Any

import pytest

from connectors.exchange_server.servers import BUILDS, HostRow
from connectors.normalisation.exchange_servers import ReadBuild, read_build, server_facts
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.evidence import Evidence

AT = "2026-11-23T12:00:00Z"
ID = "mail.contoso.example:443"


def readings(host: str = "mail.contoso.example", **columns: Any) -> dict[str, Reading]:
    other = HostRow(id="other.example:443", host="other.example", port=443, build="15.0.847.32")
    row = HostRow(id=f"{host}:443", host=host, port=443, **columns)
    return {BUILDS: Reading(SourceState(BUILDS, "read"), ((other, AT), (row, AT)))}


@pytest.mark.parametrize(
    ("learned", "field"), [(None, "build"), ("X-OWA-Version", "X-OWA-Version")]
)
def test_a_build_is_shown_by_what_told_it(learned: str | None, field: str) -> None:
    found = read_build(readings(build="15.2.1544.4", learned=learned), ID)
    evidence = (Evidence(BUILDS, ID, field, "15.2.1544.4", AT),)
    assert found == ReadBuild((15, 2, 1544, 4), evidence, None)


@pytest.mark.parametrize("nothing", [{}, readings(host="third.example", build="15.2.1544.4")])
def test_a_server_that_was_not_asked_has_neither_build_nor_reason(nothing: Any) -> None:
    assert read_build(nothing, ID) == ReadBuild()
    assert server_facts(nothing, ID) == ({}, ())


@pytest.mark.parametrize("build", [None, "", "soon"])
def test_a_server_that_gave_none_keeps_it_for_accounts(build: str | None) -> None:
    found = read_build(readings(build=build), ID)
    assert found.build is None
    assert found.reason is not None
    assert found.reason.reason == (
        f"The Exchange Server at {ID} gives its build only to accounts that have signed in."
    )
    assert found.reason.remedy.startswith("Name the host under `hosts`")
    assert found.evidence == found.reason.evidence == (Evidence(BUILDS, ID, "build", None, AT),)


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("It refused", "It refused."),
        ("It refused.", "It refused."),
        (None, "It could not be read."),
    ],
)
def test_a_server_that_failed_says_why(reason: str | None, says: str) -> None:
    found = read_build(readings(code="refused", reason=reason, remedy="Look."), ID)
    assert found.build is None
    assert found.reason is not None
    assert found.reason.reason == says
    assert found.reason.remedy.startswith("Look. Or: Declare the build")


def facts(**columns: Any) -> dict[str, Any]:
    return server_facts(readings(**columns), columns.get("host", ID.split(":")[0]) + ":443")[0]


def test_what_was_shown_is_given_and_nothing_else() -> None:
    assert facts() == {}
    assert facts(host_found=False) == {"host_found": False}
    assert facts(host_found=True, public=True, connects=True, schemes="ntlm, negotiate") == {
        "host_found": True,
        "resolves_publicly": True,
        "is_internal": False,
        "connects": True,
        "tls_offered": True,
        "authentication_schemes": ("ntlm", "negotiate"),
    }


@pytest.mark.parametrize(
    ("host", "public", "internal"),
    [
        ("mail.contoso.example", True, False),
        ("mail.contoso.example", False, True),
        ("localhost", False, False),
        ("127.0.0.1", False, False),
    ],
)
def test_a_server_is_internal_where_it_is_neither_public_nor_this_computer(
    host: str, public: bool, internal: bool
) -> None:
    assert facts(host=host, public=public)["is_internal"] is internal


def test_who_takes_no_connection_shows_nothing_of_tls() -> None:
    assert facts(connects=False) == {"connects": False}
    assert facts(schemes="") == {"authentication_schemes": ()}


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ({"connects": True, "schemes": "ntlm"}, [("connects", True), ("schemes", "ntlm")]),
        ({"connects": False}, [("connects", False)]),
        ({"host_found": False}, [("host_found", False)]),
        ({}, [("host_found", None)]),
    ],
)
def test_the_evidence_is_what_was_shown(columns: Any, shown: list[tuple[str, Any]]) -> None:
    _, evidence = server_facts(readings(**columns), ID)
    assert [(each.field, each.value) for each in evidence] == shown
    assert {(each.source, each.record, each.read_at) for each in evidence} == {(BUILDS, ID, AT)}
