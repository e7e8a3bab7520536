"""One look at a server on loopback, whatever name it is called by."""

from pathlib import Path

from connectors.dns.names import Found
from connectors.mail_servers.encryption import Trust
from connectors.mail_servers.probe import Patience, Probe
from connectors.mail_servers.rows import ProbeRow, Target
from connectors.transport.guard.reachability import Reachability
from rules.email_systems import Protocol
from tests.connectors.mail_servers.servers import HOST

ON_LOOPBACK = Reachability(loopback=True)
QUICK = Patience(connect_s=1, step_s=1, whole_s=6)
"""With servers that keep a probe waiting."""
PATIENT = Patience(connect_s=60, step_s=60, whole_s=120)
"""With servers that answer, however late a busy machine lets them."""


class FixedNames:
    """Every name leads to loopback, or as the test says."""

    def __init__(self, *addresses: str, error: Exception | None = None) -> None:
        self._addresses = addresses or ("127.0.0.1",)
        self._error = error

    def addresses(self, host: str) -> Found:
        if self._error is not None:
            raise self._error
        return Found(self._addresses, host)


def look(
    port: int,
    protocol: Protocol = Protocol.POP3,
    *,
    ca_bundle: Path | None = None,
    public: Path | None = None,
    names: FixedNames | None = None,
    reach: Reachability = ON_LOOPBACK,
    patience: Patience = PATIENT,
) -> ProbeRow:
    trust = Trust(ca_bundle, str(public) if public else None)
    probe = Probe(names or FixedNames(), trust, patience)  # type: ignore[arg-type]
    return probe.look(Target(HOST, port, protocol), reach)
