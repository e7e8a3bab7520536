"""Keeping the demo tenant up as a process of its own, for any other command to use."""

import shlex
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import tomlkit

from auditor.demo.contoso import DECLARED, DEFAULT_MAILBOXES, contoso
from auditor.demo.server import SimulatedTenant
from auditor.process.files import write_atomically
from auditor.process.program import program

DEFAULT_CONFIGURATION = Path("auditor-demo.toml")
_MOST_ASKED = 2000
"""Mailboxes opened on an Exchange Server, and asked for Inbox rules, at most."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Files(NamedTuple):
    """Where a configuration finds what it must not hold itself."""

    secret: Path
    password: Path
    authority: Path

    @classmethod
    def beside(cls, configuration: Path, tenant: SimulatedTenant) -> "Files":
        """Copies that outlive the tenant, so that its configuration can be used whenever.

        Once the tenant is gone they open nothing. Raises FileNotWritten.
        """
        place = configuration.absolute()
        found = cls(*(place.with_suffix(end) for end in (".secret", ".password", ".pem")))
        originals = (tenant.secret_file, tenant.password_file, tenant.ca_bundle)
        for copy, original in zip(found, originals, strict=True):
            write_atomically(copy, original.read_bytes())
        return found


def configuration_of(
    tenant: SimulatedTenant,
    declared: Mapping[str, Any] | None = None,
    exchange_method: str = "ntlm",
    files: "Files | None" = None,
) -> str:
    """Give the configuration (TOML) that audits a running tenant; secrets stay in files.

    `exchange_method` is how the auditor signs in to the tenant's Exchange Servers; `files` are
    the tenant's own where None.
    """
    files = files or Files(tenant.secret_file, tenant.password_file, tenant.ca_bundle)
    auth: dict[str, str] = {"method": "ntlm", "username": tenant.username}
    secret = f"file:{files.secret}"
    if tenant.tenant_id:
        auth = {
            "method": "client-secret",
            "tenant": tenant.tenant_id,
            "client_id": tenant.client_id,
            "client_secret": secret,
            "authority": tenant.authority_url,
        }
    else:
        auth["password"] = secret
    environment: dict[str, Any] = {"url": tenant.url, "auth": auth}
    if tenant.tenant_id:
        environment["graph"] = {"url": tenant.authority_url, "inbox_rules": _MOST_ASKED}
        environment["exchange_online"] = {"url": tenant.authority_url, "cmdlets": True}
    exchange = tenant.exchange_addresses.values()
    if exchange:
        environment["exchange_server"] = {
            "url": next(iter(exchange)),
            "hosts": [urlsplit(address).netloc for address in exchange],
            "auth": {
                "method": exchange_method,
                "username": tenant.username,
                "password": f"file:{files.password}",
            },
        }
        if tenant.state.organisation.exchange_mailboxes:
            environment["exchange_server"]["mailboxes"] = _MOST_ASKED
    if tenant.name_server:
        environment["mail_servers"] = {"probe": True}
    if declared:
        environment["declared"] = dict(declared)
    name = tenant.state.organisation.name.lower()
    whole: dict[str, Any] = {
        "environments": {name: environment},
        "tls": {"ca_bundle": f"file:{files.authority}"},
    }
    if tenant.tenant_id:
        whole["discovery"] = {"url": tenant.authority_url}
    if tenant.name_server:
        whole["dns"] = {"servers": [tenant.name_server]}
    head = "# Written by the simulated tenant; its secrets open nothing else.\n"
    return head + tomlkit.dumps(whole)


def serve(
    scale: int = DEFAULT_MAILBOXES,
    port: int = 0,
    config_path: Path = DEFAULT_CONFIGURATION,
) -> int:
    """Serve the demo organisation until SIGINT or SIGTERM, and give 130 or 143.

    The first line on standard output is the path of the configuration, once the server answers.
    Must run in the main thread. Raises TenantNotStarted or FileNotWritten.
    """
    stopped = threading.Event()
    received: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        received.append(number)
        stopped.set()

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        with SimulatedTenant(contoso(scale), port) as tenant:
            files = Files.beside(config_path, tenant)
            write_atomically(config_path, configuration_of(tenant, DECLARED, files=files))
            sys.stdout.write(f"{config_path.absolute()}\n{_how_to_use(config_path)}")
            sys.stdout.flush()
            # A wait without end would hold signals back on Windows.
            while not stopped.wait(0.5):
                continue
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 + received[0]


def _how_to_use(config: Path) -> str:
    """That it runs, what to do with it, and how to end it; below the path of the configuration."""
    named, name = shlex.quote(str(config)), program()
    files = shlex.quote(str(config.with_suffix(""))) + ".*"
    return (
        "The simulated tenant is up. In another terminal, in this directory:\n"
        f"  {name} run --config {named}\n"
        f'  {name} why "Max Stale" --config {named}\n'
        f"  {name} doctor --config {named}\n"
        "Its records keep their dates: after an hour its mailboxes count as stale.\n"
        f"Ctrl+C ends it. The files {files} stay; without the tenant they open nothing.\n"
    )
