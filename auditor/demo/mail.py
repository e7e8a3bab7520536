"""The mail side of the simulated tenant: its mail servers and its name server, put together."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from auditor.demo.authority import CertificateAuthority
from auditor.demo.dns import SimulatedNameServer
from auditor.demo.faults import Faults
from auditor.demo.mail_servers import SimulatedMailServers
from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row
from connectors.transport.closing import Closing

_LOCATIONS = ("incomingserverlocation", "outgoingserverlocation")


class SimulatedMail(Closing):
    """Runs an organisation's mail servers and name server, if it has any, until `close`.

    `organisation` is the one given, its profiles pointed to the `locations` of the servers.
    `faults` are those that are switched on when a server is asked.
    """

    def __init__(
        self,
        organisation: Organisation,
        authority: CertificateAuthority,
        directory: Path,
        faults: Callable[[], Faults] = Faults,
    ) -> None:
        self.organisation = organisation
        self.locations: dict[str, str] = {}
        self._servers: SimulatedMailServers | None = None
        self._names: SimulatedNameServer | None = None
        if organisation.zone is None:
            return
        self._servers = SimulatedMailServers(
            organisation.mail_hosts, authority, directory, lambda: faults().mail_servers
        )
        hosts = {**organisation.zone.hosts, **self._servers.addresses}
        zone = msgspec.structs.replace(organisation.zone, hosts=hosts)
        self._names = SimulatedNameServer(zone, lambda: faults().name_server)
        self.locations = self._servers.locations
        self.organisation = located(organisation, self.locations)

    @property
    def name_server(self) -> str | None:
        """The IP:PORT of the name server; None: there is none."""
        return None if self._names is None else self._names.address

    def close(self) -> None:
        """End the servers; harmless when closed before."""
        for each in (self._servers, self._names):
            if each is not None:
                each.close()


def located(organisation: Organisation, locations: dict[str, str]) -> Organisation:
    """Give the organisation with the hosts of mail servers replaced by `host:port`."""

    def moved(row: Row) -> Row:
        own = dict(row.own)
        for column in _LOCATIONS:
            value = own.get(column)
            if isinstance(value, str):
                own[column] = locations.get(value, value)
        return Row(own, row.shared)

    profiles = [moved(row) for row in organisation.rows_of("emailserverprofiles")]
    planted = {
        rule: [locations.get(subject, subject) for subject in subjects]
        for rule, subjects in organisation.planted.items()
    }
    return msgspec.structs.replace(
        organisation,
        tables=organisation.tables | {"emailserverprofiles": profiles},
        planted=planted,
    )
