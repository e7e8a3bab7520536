"""Looks at mail servers on this computer with the probe, and says where it reads them wrongly.

`python tools/look_at_mail_servers.py --word Exim SMTP:24587:starttls SMTP:24465:implicit`: what is
spoken at each port, and how it must be found encrypted; the word must stand in what greets, or one
of several with `|` between. `IMAP:24993:implicit:TLSv1.2` names the version of TLS too, and
`IMAP:24993:implicit:TLSv1.3:suite-untried` why what else it takes must stay open.
"""

import argparse
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from connectors.mail_servers.rows import ProbeRow
from rules.email_systems import Protocol
from tests.connectors.mail_servers.probing import look

START_S = 20.0


def main(arguments: list[str]) -> int:
    """0: every server is read as it is; 1: one is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--word", default="")
    parser.add_argument("servers", nargs="+", metavar="PROTOCOL:PORT:ENCRYPTION[:TLS]")
    asked = parser.parse_args(arguments)
    wrong = 0
    for text in asked.servers:
        protocol, port, *way = text.split(":")
        wait_for(int(port))
        row = look(int(port), Protocol(protocol))
        faults = faults_of(row, asked.word, *way)
        wrong += bool(faults)
        told = "; ".join(faults) or "read as it is"
        sys.stdout.write(f"{text}: {told} ({row.greeting!r}, {row.tls_version})\n")
    return 1 if wrong else 0


def faults_of(
    row: ProbeRow, word: str, encryption: str, version: str = "TLSv1.3", open_for: str | None = None
) -> list[str]:
    """What the probe told of the server that is not so."""
    encrypted = encryption != "none"
    is_known = encrypted and open_for is None
    expected: dict[str, object] = {
        "code": open_for,
        "connected": True,
        "understood": True,
        "encryption": encryption,
        "tls_version": version if encrypted else None,
        "accepted_by_dataverse": True if is_known else None,
        "outside_fips": not True if is_known else None,
        "trusted_publicly": False if encrypted else None,
    }
    found = [
        f"{name} is {getattr(row, name)!r}, not {value!r}"
        for name, value in expected.items()
        if getattr(row, name) != value
    ]
    if not any(each in (row.greeting or "").lower() for each in word.lower().split("|")):
        found.append(f"the greeting does not name {word}")
    return found + ([] if row.capabilities else ["no capabilities were read"])


def wait_for(port: int) -> None:
    """Until the server takes connections. Raises OSError where it does not."""
    end = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
