"""A real Dovecot on high ports, from a configuration of a test's own."""

import contextlib
import os
import pwd
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from tests.ports import free_port
from tests.real_programs import program_of

_START_S = 60.0


class Ports(Struct, frozen=True):
    """Where it listens: POP3 and IMAP in clear with STARTTLS, and over TLS."""

    pop3: int
    imap: int
    pop3s: int
    imaps: int


PARTS = ("/usr/lib/dovecot/pop3-login", "/usr/lib/dovecot/imap-login")
"""What its packages bring beside the program itself, which alone speaks neither protocol."""
PACKAGES = ("dovecot-core", "dovecot-imapd", "dovecot-pop3d")


@contextlib.contextmanager
def running(directory: Path, certificate: Path) -> Iterator[Ports]:
    """Dovecot, started in `directory` and ended afterwards; skips where there can be none."""
    ports = _free_ports()
    configuration = directory / "dovecot.conf"
    configuration.write_text(_text(directory, certificate, ports), "utf-8")
    process = subprocess.Popen(
        [program_of("dovecot", PACKAGES, PARTS), "-F", "-c", str(configuration)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for port in (ports.pop3, ports.imap, ports.pop3s, ports.imaps):
            _wait_for(port, directory / "log")
        yield ports
    finally:
        process.terminate()
        process.wait(_START_S)


def _free_ports() -> Ports:
    found: set[int] = set()
    while len(found) < len(Ports.__struct_fields__):
        found.add(free_port())
    return Ports(*found)


def _wait_for(port: int, log: Path) -> None:
    end = time.monotonic() + _START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                told = log.read_text("utf-8") if log.exists() else "nothing"
                raise AssertionError(f"Dovecot did not start; its log says: {told}") from None
            time.sleep(0.05)


def _text(directory: Path, certificate: Path, ports: Ports) -> str:
    own = pwd.getpwuid(os.getuid()).pw_name
    login = "dovenull" if own == "root" else own
    service = "dovecot" if own == "root" else own
    return f"""
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/log
protocols = pop3 imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
default_login_user = {login}
default_internal_user = {service}
mail_location = maildir:{directory}/mail
auth_mechanisms = plain login
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={directory}/mail
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {ports.pop3}
  }}
  inet_listener pop3s {{
    port = {ports.pop3s}
    ssl = yes
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {ports.imap}
  }}
  inet_listener imaps {{
    port = {ports.imaps}
    ssl = yes
  }}
}}
"""
