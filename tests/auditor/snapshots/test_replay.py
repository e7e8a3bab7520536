"""A replay judges as the run did: the same findings from the same records, without a server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor.audit import verdicts_of
from auditor.configuration import load, look_up_secrets
from auditor.connections.connection import Connection
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.findings.result import conclude
from auditor.findings.waivers import Waivers
from auditor.model import Audit
from auditor.request import Request
from auditor.snapshots import Header, Snapshot, open_snapshot, recording, verify
from connectors.normalisation.declared import Declarations
from connectors.sources.live import PageSource
from rules.rule import catalogue, thresholds_of
from rules.thresholds import Thresholds
from tests.auditor.snapshots.sources import HEADER


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(contoso(250)) as running:
        yield running


def judged(header: Header, outside: PageSource) -> dict[str, Any]:
    """All that a report shows, as plain values."""
    rules = catalogue()
    request = Request(
        environment=header.environment,
        url=header.url,
        run_id="1",
        started_at=header.started_at,
        as_of=header.as_of,
        rules=rules,
        thresholds=Thresholds(thresholds_of(rules), header.thresholds),
        declarations=header.declarations,
        waivers=header.waivers,
    )
    verdicts, choice = verdicts_of(request, outside)
    with verdicts.kept:
        waivers = Waivers(request.waivers, request.environment, request.as_of)
        found = conclude(request, verdicts, choice, waivers, header.started_at)
        shown = {name: getattr(found, name) for name in Audit.__struct_fields__}
        shown["findings"] = list(found.findings())
        shown["causes"] = list(found.causes())
        shown["mailboxes"] = list(found.mailboxes())
        assert found.extents is not None
        assert found.standings_digest is not None
        assert found.undecided is not None
        shown["extents"] = [(e.rule, e.severity, e.count, e.digest) for e in found.extents()]
        shown["standings_digest"] = found.standings_digest()
        shown["undecided"] = list(found.undecided())
        return {name: msgspec.to_builtins(each, enc_hook=str) for name, each in shown.items()}


def run(tenant: SimulatedTenant, directory: Path) -> tuple[dict[str, Any], Snapshot]:
    """An audit of the tenant, and the snapshot that it left."""
    (directory / "auditor.toml").write_text(configuration_of(tenant, DECLARED))
    configuration = load(directory / "auditor.toml")
    (environment,) = configuration.environments.values()
    header = msgspec.structs.replace(
        HEADER, url=environment.url, declarations=Declarations(values=DECLARED)
    )
    secrets = look_up_secrets(configuration, [environment])
    with (
        Connection(configuration, environment, secrets) as connection,
        recording(directory / "s", header, connection.outside()) as outside,
    ):
        found = judged(header, outside)
    assert verify(directory / "s").untouched
    return found, open_snapshot(directory / "s")


def test_a_replay_finds_what_the_run_found(tenant: SimulatedTenant, tmp_path: Path) -> None:
    found, snapshot = run(tenant, tmp_path)
    assert len(found["findings"]) > 50
    assert judged(snapshot.header, snapshot) == found


def test_a_replay_knows_which_sources_failed(tenant: SimulatedTenant, tmp_path: Path) -> None:
    tenant.faults.denied_tables.add("queues")
    try:
        found, snapshot = run(tenant, tmp_path)
    finally:
        tenant.faults.denied_tables.discard("queues")
    again = judged(snapshot.header, snapshot)
    assert {each["name"]: each["status"] for each in again["sources"]}[
        "dynamics.queues"
    ] == "failed"
    assert again == found
