"""A server of many environments as a process of its own: each has an address of loopback.

Every one is the same organisation with email addresses of its own. Answers are made once and kept.
What is broken in some of them is asked for by `--broken`.
"""

import argparse
import asyncio
import gzip
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
import trustme

from auditor.demo.authority import write_private
from benchmarks.population import organisation
from benchmarks.serving import TenantServer, called

HOME = "127.0.0.1"
HANGS, HALF = "hangs", "half"
BROKEN = ("refused", "wrong-secret", HANGS, HALF, "gone")
"""What is wrong with the first environments: nobody answers at the port; the secret is another; the
mailboxes never come; the second half of them is refused; the host has no address."""


def address_of(number: int) -> str:
    """The address of a numbered environment."""
    return f"127.1.{number // 200}.{number % 200 + 1}"


class FleetServer(TenantServer):
    """Answers on loopback until the process ends."""

    def __init__(
        self, directory: Path, environments: int, mailboxes: int, latency_s: float, *, broken: bool
    ) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(directory / "authority.pem"))
        addresses = [address_of(number) for number in range(environments)]
        own = authority.issue_cert(HOME, *addresses)
        own.private_key_and_cert_chain_pem.write_to_path(str(directory / "server.pem"))
        listening = socket.create_server(("0.0.0.0", 0), backlog=256)
        self._port = listening.getsockname()[1]
        super().__init__(
            directory,
            organisation(mailboxes, 40),
            listening,
            f"https://{HOME}:{self._port}",
            directory / "server.pem",
            lambda: directory / "none.pem",
        )
        self._latency_s = latency_s
        self._broken = dict(zip(addresses, BROKEN if broken else (), strict=False))
        write_private(directory / "wrong", secrets.token_urlsafe(24).encode())
        self._kept: dict[tuple[str, str], tuple[int, bytes]] = {}
        self.configuration = directory / "auditor.toml"
        write_private(self.configuration, self._configuration(directory, addresses).encode())

    def _configuration(self, directory: Path, addresses: list[str]) -> str:
        environments: dict[str, Any] = {}
        for number, address in enumerate(addresses):
            fault = self._broken.get(address)
            url = f"https://{address}:{self._port}"
            environments[f"e{number:04}"] = {
                "url": {
                    "refused": "https://127.2.0.1:1",
                    "gone": "https://gone.contoso.invalid",
                }.get(fault or "", url),
                "auth": {
                    "method": "client-secret",
                    "tenant": self.state.tenant_id,
                    "client_id": self.state.client_id,
                    "client_secret": "file:wrong" if fault == "wrong-secret" else "file:secret",
                    "authority": url,
                },
            }
        bundle = f"file:{directory / 'authority.pem'}"
        return tomlkit.dumps({"environments": environments, "tls": {"ca_bundle": bundle}})

    def answer(
        self, address: str, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> bytes:
        """What the environment at this address says, broken as it is."""
        time.sleep(self._latency_s)
        fault = self._broken.get(address, "")
        if fault == HANGS and "/mailboxes?" in target:
            time.sleep(3600)
        if fault == HALF and "second-half" in target:
            return b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"
        is_kept = method == "GET" and "/api/data/" in target and "authorization" in headers
        key = (target, "" if not is_kept else "GET")
        if not is_kept or key not in self._kept:
            plain = {k: v.replace(address, HOME) for k, v in headers.items()}
            plain.pop("accept-encoding", None)
            asked = body.replace(address.encode(), HOME.encode())
            status, answer = asyncio.run(
                called(self.application, method, target.replace(address, HOME), plain, asked)
            )
            content = answer.partition(b"\r\n\r\n")[2]
            if not is_kept:
                return _packed(status, self._of(address, content))
            self._kept[key] = (status, content)
        status, content = self._kept[key]
        content = self._of(address, content)
        if fault == HALF and "/mailboxes?" in target and b'"value":[' in content:
            content = self._half(address, content)
        return _packed(status, content)

    def _of(self, address: str, content: bytes) -> bytes:
        """What the organisation at this address says."""
        number = address.replace(".", "-").encode()
        own = content.replace(b"contoso.example", b"c" + number + b".example")
        return own.replace(HOME.encode(), address.encode())

    def _half(self, address: str, content: bytes) -> bytes:
        page = msgspec.json.decode(content)
        page["value"] = page["value"][: len(page["value"]) // 2]
        more = f"https://{address}:{self._port}/api/data/v9.2/mailboxes?second-half=1"
        page["@odata.nextLink"] = more
        return msgspec.json.encode(page)


def _packed(status: int, body: bytes) -> bytes:
    compressed = gzip.compress(body, 1)
    head = f"HTTP/1.1 {status} Answer\r\ncontent-type: application/json\r\n"
    head += f"content-encoding: gzip\r\ncontent-length: {len(compressed)}\r\n\r\n"
    return head.encode() + compressed


def main() -> None:
    """Serve until killed; the first line on standard output is the configuration's path."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--environments", type=int, required=True)
    parser.add_argument("--mailboxes", type=int, required=True)
    parser.add_argument("--latency-ms", type=int, default=0)
    parser.add_argument("--broken", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        server = FleetServer(
            Path(directory),
            asked.environments,
            asked.mailboxes,
            asked.latency_ms / 1000,
            broken=asked.broken,
        )
        sys.stdout.write(f"{server.configuration}\n")
        sys.stdout.flush()
        server.serve()


if __name__ == "__main__":
    main()
