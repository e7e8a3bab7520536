"""The source of probes: which hosts are looked at, within which bounds, and how it ends."""

import json
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.columnar.page import Page
from connectors.dns.names import Found
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.dynamics.tables.organization_detail import OrganizationDetailRow
from connectors.dynamics.tables.organizations import OrganizationRow
from connectors.mail_servers.probes import READER, MailServers, targets, trusted_by
from connectors.mail_servers.rows import PROBE, ProbeRow, Target
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.endpoints import named_servers
from connectors.normalisation.mail_servers.facts import mail_servers
from connectors.normalisation.organization import organization
from connectors.normalisation.profile.profiles import profiles
from connectors.normalisation.tenants_read import TenantsRead
from connectors.sources.named_servers import NamedServer
from connectors.sources.readings import EarlierReadings, Reading, Readings
from connectors.sources.source import Progress, SourceState, Status
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import Reachability
from rules.email_systems import Protocol
from rules.facts import EmailServerProfile
from rules.option_sets import Deployment
from rules.unknown import Unknown
from tests.connectors.mail_servers.probing import QUICK, FixedNames

AT = "2026-11-23T12:00:00Z"
PROFILES = "dynamics.emailserverprofiles"
POP3_SMTP = 1


def profile(number: int, **columns: object) -> ProfileRow:
    fields: dict[str, Any] = {
        "emailserverprofileid": f"id-{number}",
        "name": f"Profile {number}",
        "statecode": 0,
        "servertype": POP3_SMTP,
        "usesamesettingsforoutgoingconnections": False,
        "useautodiscover": False,
        "incomingportnumber": None,
        "outgoingportnumber": None,
        "incomingserverlocation": f"pop{number:03}.contoso.example",
        "outgoingserverlocation": f"smtp{number:03}.contoso.example",
        "incomingusessl": True,
        "outgoingusessl": True,
    }
    return ProfileRow(**(fields | columns))


def before(
    *rows: ProfileRow,
    status: Status = "read",
    version: str = "9.2.0.0",
    deployment: Deployment | None = None,
) -> EarlierReadings:
    detail = OrganizationDetailRow(OrganizationVersion=version, TenantId="a" * 8)
    state = SourceState(PROFILES, status, code="forbidden", reason="No.", remedy="Grant it.")
    names = READER.after
    readings = {
        PROFILES: Reading(state, tuple((row, AT) for row in rows)),
        names[1]: Reading(SourceState(names[1], "read"), ((detail, AT),)),
        names[2]: Reading(
            SourceState(names[2], "read"), ((OrganizationRow(organizationid="o"), AT),)
        ),
    }
    return EarlierReadings(readings=readings, servers=lambda: named_servers(readings, deployment))


class Noted:
    """A probe that looks at nothing and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Target, Reachability]] = []
        self._lock = threading.Lock()

    def look(self, target: Target, reach: Reachability, most_s: float | None = None) -> ProbeRow:
        with self._lock:
            self.asked.append((target, reach))
        return ProbeRow(
            id=target.id,
            host=target.host,
            port=target.port,
            protocol=target.protocol.value,
            resolution="unknown",
        )


def read(client: MailServers, given: EarlierReadings) -> tuple[Page, Progress]:
    progress = Progress()
    (page,) = READER.read(client, progress, given)
    return page, progress


def servers(probe: object, reach: Reachability | None = None, **more: Any) -> MailServers:
    return MailServers(lambda count: probe, reach or Reachability(), **more)  # type: ignore[arg-type, return-value]


def test_each_host_and_port_of_active_profiles_is_looked_at_once() -> None:
    probe = Noted()
    page, progress = read(
        servers(probe),
        before(
            profile(1),
            profile(2, incomingserverlocation="pop001.contoso.example"),
            profile(3, statecode=1),
            profile(4, incomingserverlocation=None, outgoingserverlocation="mx.example:2525"),
        ),
    )
    assert [row.id for row in page.rows] == [
        "mx.example:2525",
        "pop001.contoso.example:995",
        "smtp001.contoso.example:587",
        "smtp002.contoso.example:587",
    ]
    assert len(probe.asked) == 4
    assert progress.code == ""


def test_each_host_and_port_counts_once_and_only_of_active_profiles() -> None:
    imap = NamedServer("mail.example", 993, Protocol.IMAP)
    unused = NamedServer("old.example", 995, Protocol.POP3, is_used=False)
    assert [each.id for each in targets([imap, unused, imap])] == ["mail.example:993"]


def test_at_most_two_hundred_hosts_are_looked_at() -> None:
    page, progress = read(servers(Noted()), before(*map(profile, range(150))))
    assert len({row.host for row in page.rows}) == 200
    assert progress.code == "too-many-hosts"
    assert progress.reason == "The profiles name 300 mail servers; 200 were looked at."


@pytest.mark.parametrize("status", ["failed", "not-configured"])
def test_without_profiles_it_fails_for_their_reason(status: Status) -> None:
    with pytest.raises(SourceFailed) as caught:
        read(servers(Noted()), before(status=status))
    assert caught.value.code == "forbidden"
    assert "No." in caught.value.reason


def test_profiles_that_were_not_all_read_leave_it_partial() -> None:
    page, progress = read(servers(Noted()), before(profile(1), status="partial"))
    assert len(page.rows) == 2
    assert progress.code == "forbidden"


def test_private_networks_are_asked_on_premises_only() -> None:
    for deployment, private in ((Deployment.ONLINE, False), (Deployment.ON_PREMISES, True)):
        probe = Noted()
        read(servers(probe), before(profile(1), deployment=deployment))
        assert {reach.private for _, reach in probe.asked} == {private}


def test_past_the_deadline_nothing_more_is_begun() -> None:
    client = servers(Noted(), remaining_s=lambda: 0.0)
    page, progress = read(client, before(*map(profile, range(100))))
    assert len(page.rows) < 200
    assert progress.code == "deadline"


@pytest.mark.parametrize(
    "location",
    [
        "127.0.0.1", "localhost", "169.254.169.254", "[::1]", "10.0.0.5", "metadata.example",
        "https://127.0.0.1/EWS/Exchange.asmx", "2130706433", "0.0.0.0",
    ],
)  # fmt: skip
def test_a_profile_that_names_an_inner_address_gets_nothing(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors.mail_servers import probe as module

    def connect(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(module.socket, "create_connection", connect)

    class Inner(FixedNames):
        def addresses(self, host: str) -> Found:
            return Found({"metadata.example": ("169.254.169.254",)}.get(host, ("127.0.0.1",)), host)

    client = MailServers(
        lambda count: module.Probe(Inner(), trusted_by(None), QUICK, count),  # type: ignore[arg-type]
        Reachability(),
    )
    page, _ = read(
        client,
        before(profile(1, incomingserverlocation=location, outgoingserverlocation=location)),
    )
    assert page.rows
    assert {row.connected for row in page.rows} == {None}
    assert {row.code for row in page.rows} == {"address-not-allowed"}
    assert client.connections == 0


class Blocked(Noted):
    """A probe of servers none of which takes a connection, or whose names nobody tells."""

    def __init__(self, open_host: str = "", **columns: Any) -> None:
        super().__init__()
        self._open_host = open_host
        self._columns = columns

    def look(self, target: Target, reach: Reachability, most_s: float | None = None) -> ProbeRow:
        row = super().look(target, reach)
        if target.host == self._open_host:
            return replace(row, resolution="found", connected=True)
        return replace(row, **self._columns)


CLOSED = {"resolution": "found", "connected": False, "code": "no-connection", "problem": "closed."}
UNANSWERED = {"resolution": "unknown", "code": "names-unanswered", "problem": "unanswered."}


def profiles_of(readings: Readings) -> Iterable[EmailServerProfile]:
    systems = EmailSystems(readings, {}, {}, AT)
    return profiles(
        readings,
        organization(readings),
        systems,
        lambda owner: (True, False),
        AlertIndex(None, 0),
        TenantsRead(readings, None),
    ).values()


def told(probe: Noted, *rows: ProfileRow) -> tuple[Progress, dict[str, Any]]:
    """How the reading ended, and whether each server connects."""
    given = before(*rows)
    page, progress = read(servers(probe), given)
    state = SourceState(PROBE, "partial" if progress.code else "read", code=progress.code)
    readings = {
        **given.readings,
        PROBE: Reading(state, tuple((row, AT) for row in page.rows)),
    }
    found = mail_servers(readings, profiles_of(readings))
    return progress, {each.host: each.connects for each in found}


def test_a_computer_that_reaches_none_of_many_is_to_blame_itself() -> None:
    progress, connects = told(Blocked(**CLOSED), profile(1), profile(2))
    assert progress.code == "no-way-out"
    assert "from this computer" in progress.reason
    assert all(isinstance(each, Unknown) for each in connects.values())
    causes = {each.cause for each in connects.values() if isinstance(each, Unknown)}
    assert {each.code for each in causes if each} == {"no-way-out"}


@pytest.mark.parametrize("open_host", ["", "smtp001.contoso.example"])
def test_one_provider_that_is_down_is_told_as_that(open_host: str) -> None:
    rows = (profile(1), profile(2)) if open_host else (profile(1),)
    progress, connects = told(Blocked(open_host, **CLOSED), *rows)
    assert progress.code == ""
    assert connects["pop001.contoso.example"] is False


def test_name_servers_that_tell_nothing_leave_the_source_partial() -> None:
    progress, connects = told(Blocked(**UNANSWERED), profile(1))
    assert progress.code == "names-unanswered"
    assert "name servers" in progress.remedy
    assert all(isinstance(each, Unknown) for each in connects.values())
    progress, _ = told(Blocked("pop001.contoso.example", **UNANSWERED), profile(1))
    assert progress.code == ""


def test_an_unusable_bundle_is_told(tmp_path: Path) -> None:
    odd = tmp_path / "odd.pem"
    odd.write_text(json.dumps({}))
    for path in (odd, tmp_path / "missing.pem"):
        with pytest.raises(SourceFailed) as caught:
            trusted_by(path)
        assert caught.value.code == "unusable-ca-bundle"


def test_mail_servers_take_no_more_than_half_of_what_the_run_has_left() -> None:
    asked: list[float] = []

    class Timed(Noted):
        def look(
            self, target: Target, reach: Reachability, most_s: float | None = None
        ) -> ProbeRow:
            assert most_s is not None
            asked.append(most_s)
            return super().look(target, reach)

    read(servers(Timed(), remaining_s=lambda: 10.0), before(profile(1)))
    assert asked
    assert all(0 < each <= 5 for each in asked)
