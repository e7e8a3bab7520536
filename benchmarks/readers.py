"""Ways to read whole tables, from next to nothing to what the program does."""

import gc
import importlib
import importlib.util
import socket
import time
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec
import requests

from benchmarks import session
from benchmarks.server import Server
from connectors.dynamics import privileges, ranges
from connectors.dynamics.table import Table
from connectors.sources.source import Progress

Tables = Sequence[Table]
RANGES = (1, 2, 4, 8)


class Took(msgspec.Struct):
    """What one reading took: seconds from the first request to the last row, rows, pages."""

    seconds: float
    rows: int
    pages: int


def floor(server: Server, tables: Tables) -> Took:
    """The bytes alone: a bare TLS socket, the answer's length, and the bytes inflated."""
    words = "".join(f"{name}: {value}\r\n" for name, value in session.headers(server).items())
    host, port = session.place(server)
    plain = socket.create_connection((host, port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = session.trust(server).wrap_socket(plain, server_hostname=host)
    stream = connection.makefile("rb")
    took = Took(0, 0, 0)
    started = time.perf_counter()
    for table in tables:
        following: str | None = session.address(server, table)
        while following is not None:
            target = following.removeprefix(server.url)
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n{words}\r\n".encode())
            length = 0
            while (line := stream.readline().strip()) != b"":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            body = zlib.decompress(stream.read(length), 31)
            took.pages += 1
            at = body.rfind(b'"@odata.nextLink":"', max(0, len(body) - 20_000))
            following = body[at + 19 : body.index(b'"', at + 19)].decode() if at > 0 else None
    took.seconds = time.perf_counter() - started
    connection.close()
    # Nothing was decoded: every page but the last of a table is full.
    took.rows = -1
    return took


def requests_json(server: Server, tables: Tables) -> Took:
    """What anybody would write: `requests` and `.json()`, one page after the other."""
    took = Took(0, 0, 0)
    with requests.Session() as http:
        http.headers.update(session.headers(server))
        started = time.perf_counter()
        for table in tables:
            following: str | None = session.address(server, table)
            while following is not None:
                answer = http.get(following, timeout=60, verify=server.ca_bundle)
                answer.raise_for_status()
                content = answer.json()
                took.rows += len(content["value"])
                took.pages += 1
                following = content.get("@odata.nextLink")
        took.seconds = time.perf_counter() - started
    return took


def connector(server: Server, tables: Tables) -> Took:
    """This program's reader: typed rows, and the next page asked for before one is decoded."""
    from auditor.configuration import load, look_up_secrets
    from auditor.connections.connection import Connection
    from auditor.process.memory import for_many_records

    configuration = load(server.configuration)
    (environment,) = configuration.environments.values()
    secrets = look_up_secrets(configuration, [environment])
    took = Took(0, 0, 0)
    with for_many_records(), Connection(configuration, environment, secrets) as connection:
        dynamics = connection.open("dynamics")
        _ = dynamics.api
        # An audit has loaded every reader before the first one begins.
        _ = privileges.needed()
        started = time.perf_counter()
        for table in tables:
            progress = Progress()
            for page in table.read(dynamics, progress, None):  # type: ignore[arg-type]
                took.rows += len(page.rows)
                took.pages += 1
            if progress.code:
                raise SystemExit(f"{table.source} was not read whole: {progress.reason}")
        took.seconds = time.perf_counter() - started
    return took


def sdk(server: Server, tables: Tables) -> Took:
    """The official SDK for Python (PowerPlatform-Dataverse-Client)."""
    import os

    from connectors.sources.source import columns_of

    os.environ["REQUESTS_CA_BUNDLE"] = server.ca_bundle
    client_module: Any = importlib.import_module("PowerPlatform.Dataverse.client")
    known = session.token(server)

    class Token:
        token = known
        expires_on = int(time.time()) + 3000

    class Credential:
        def get_token(self, *scopes: str, **options: Any) -> Any:
            return Token

    client = client_module.DataverseClient(server.url, Credential())
    took = Took(0, 0, 0)
    started = time.perf_counter()
    for table in tables:
        for page in client.records.list_pages(
            table.logical_name, select=list(columns_of(table.row)), page_size=session.PAGE_SIZE
        ):
            took.rows += len(list(page))
            took.pages += 1
    took.seconds = time.perf_counter() - started
    return took


def sdk_is_installed() -> bool:
    """Whether the official SDK can be measured."""
    try:
        return importlib.util.find_spec("PowerPlatform.Dataverse.client") is not None
    except ModuleNotFoundError:
        return False


def ranged(server: Server, tables: Tables, most: int) -> Took:
    """This program's reader with at most so many ranges side by side."""
    ranges.MOST_SIDE_BY_SIDE = most
    return connector(server, tables)


READERS: dict[str, Callable[[Server, Tables], Took]] = {
    "floor": floor,
    "requests-json": requests_json,
    "sdk": sdk,
    "connector": connector,
    **{f"ranges-{most}": partial(ranged, most=most) for most in RANGES},
}


def measured(name: str, server: Server, tables: Tables) -> Took:
    """One reading, with nothing left over from before it."""
    gc.collect()
    return READERS[name](server, tables)
