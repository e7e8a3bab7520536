"""What every contender shares: the server's description, a token, the queries, its own memory."""

import contextlib
import re
import resource
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import requests

from benchmarks.server import Server
from connectors.dynamics.table import Table
from connectors.dynamics.tables.mailboxes import TABLE as MAILBOXES
from connectors.dynamics.tables.queues import TABLE as QUEUES
from connectors.dynamics.tables.systemusers import TABLE as USERS
from connectors.sources.source import columns_of

LARGE_TABLES = (USERS, QUEUES, MAILBOXES)
PAGE_SIZE = 5000


def token(server: Server) -> str:
    """An access token, asked for without any library for sign-in."""
    answer = requests.post(
        f"{server.url}/{server.tenant_id}/oauth2/v2.0/token",
        data={
            "grant_type": "client_credentials",
            "client_id": server.client_id,
            "client_secret": Path(server.client_secret_file).read_text(),
            "scope": f"{server.url}/.default",
        },
        verify=server.ca_bundle,
        timeout=30,
    )
    answer.raise_for_status()
    found: str = answer.json()["access_token"]
    return found


def headers(server: Server) -> dict[str, str]:
    """The headers that the program sends with a query, and the token."""
    return {
        "Authorization": f"Bearer {token(server)}",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "OData-MaxVersion": "4.0",
        "OData-Version": "4.0",
        "If-None-Match": "null",
        "Prefer": f"odata.maxpagesize={PAGE_SIZE}",
    }


def address(server: Server, table: Table) -> str:
    """The address of the first page of a table with the columns that the program reads."""
    return (
        f"{server.url}/api/data/v9.2/{table.entity_set}?$select={','.join(columns_of(table.row))}"
    )


def trust(server: Server) -> ssl.SSLContext:
    """TLS that trusts the server's authority."""
    return ssl.create_default_context(cafile=server.ca_bundle)


def place(server: Server) -> tuple[str, int]:
    """The server's host and port."""
    parts = urlsplit(server.url)
    return parts.hostname or "", parts.port or 443


def peak_mib() -> float:
    """The most memory that this process had resident, or since that was forgotten."""
    # The figure of getrusage may be that of the process that started this one.
    found = _peak_mib_of("self")
    if found is not None:
        return found
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def processor_s() -> float:
    """The processor time of this process, and of those that it started and that have ended."""
    took = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in took)


def forget_peak() -> float:
    """Forget the peak where the system lets it be forgotten, and give the present one."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")
    return peak_mib()


@contextlib.contextmanager
def watching_children() -> Iterator[dict[str, float]]:
    """The peak memory (MiB) of each process that this one starts within the block, by its number.

    Empty where the system does not tell of processes in files.
    """
    peaks: dict[str, float] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            for children in Path("/proc/self/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    for child in children.read_text().split():
                        peaks[child] = _peak_mib_of(child) or peaks.get(child, 0.0)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        over.set()
        watcher.join()


def _peak_mib_of(process: str) -> float | None:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found is not None else None
