"""How requests meet the network: the policy, and where connections lead."""

import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from connectors.transport import shutdown
from connectors.transport.errors import SourceFailed
from connectors.transport.redaction import KNOWN

# The service-protection limit of Dataverse ("Service protection API limits").
MOST_CONCURRENT = 52
_PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


class NetworkPolicy(Struct, frozen=True, kw_only=True):
    """Every limit on the network, for one environment.

    `ca_bundle` is a PEM file that adds to the trusted authorities. `proxy` stands for the
    environment's proxy variables when None. `deadline` is a value of `clock`, None for no limit.
    `retries` counts the attempts after the first; `longest_wait_s` is the longest pause that a
    server may ask for; `body_timeout_s` bounds the reading of one body however slowly it drips.
    Once `stopped` is set no time remains.
    """

    ca_bundle: Path | None = None
    proxy: str | None = None
    connect_timeout_s: float = 15.0
    read_timeout_s: float = 120.0
    body_timeout_s: float = 600.0
    retries: int = 4
    longest_wait_s: float = 600.0
    max_concurrent: int = 8
    max_body_bytes: int = 256 * 1024 * 1024
    deadline: float | None = None
    stopped: threading.Event = shutdown.STOPPING
    sleep: Callable[[float], object] = shutdown.sleep
    clock: Callable[[], float] = time.monotonic

    @property
    def concurrent(self) -> int:
        """Requests in flight at most: at least one, never above the service's own limit."""
        return max(1, min(self.max_concurrent, MOST_CONCURRENT))

    def remaining_s(self) -> float | None:
        """Seconds until the deadline, None without one; negative past it or when told to stop."""
        if self.stopped.is_set() or shutdown.STOPPING.is_set():
            return -1.0
        return None if self.deadline is None else self.deadline - self.clock()

    def proxies(self, url: str) -> dict[str, str]:
        """The proxy for an address; hosts of `NO_PROXY` are asked directly.

        Raises `SourceFailed` with code `proxy-failed` where the environment names a proxy of a kind
        that is not spoken here, such as SOCKS.
        """
        from requests.utils import get_environ_proxies, select_proxy, should_bypass_proxies

        if self.proxy is not None:
            return {} if should_bypass_proxies(url, None) else {"https": self.proxy}
        found = dict(get_environ_proxies(url))
        used = select_proxy(url, found)
        KNOWN.learn_address(used)
        if used is not None and not _is_http_proxy(used):
            raise _unfit_proxy(used)
        return found


def _is_http_proxy(proxy: str) -> bool:
    try:
        return urlsplit(proxy if "://" in proxy else f"http://{proxy}").scheme in ("http", "https")
    except ValueError:
        return False


def _unfit_proxy(proxy: str) -> SourceFailed:
    scheme, found, _ = proxy.partition("://")
    kind = f" of the kind {scheme}" if found and scheme.isalnum() else ""
    names = [name for name in _PROXY_VARIABLES if os.environ.get(name) == proxy]
    named = f"the environment variable {names[0]}" if names else "the system's settings"
    return SourceFailed(
        f"{named} names a proxy{kind}, which cannot be used",
        "Set HTTPS_PROXY or `[network] proxy` to a proxy that speaks HTTP, or unset the variable.",
        "proxy-failed",
    )


class _OnItsWay(threading.local):
    """What to call in this thread once a request has left, and once its whole answer came."""

    sent: Callable[[], None] = staticmethod(lambda: None)
    received: Callable[[], None] = staticmethod(lambda: None)


ON_ITS_WAY = _OnItsWay()


class Pins:
    """Host names with the only addresses that connections to them may lead to."""

    def __init__(self) -> None:
        self._addresses: dict[str, tuple[str, ...]] = {}

    def pin(self, host: str, addresses: Iterable[str]) -> None:
        """Lead every connection to the host that is made from now on to these, in turn.

        Raises `SourceFailed` with code `unusable-address` where a request would name another host.
        """
        name = _connected_name(host)
        if name is None:
            raise SourceFailed(
                f"{host}: this is no name or address of a host, so nothing was sent",
                "Correct the server location in the profile, or the address in the configuration.",
                "unusable-address",
                url=host,
            )
        self._addresses[name] = tuple(addresses)

    def addresses(self, host: str) -> tuple[str, ...]:
        """Where connections to the host lead; nothing for one that is not pinned."""
        return self._addresses.get(host.lower(), ())


def _connected_name(host: str) -> str | None:
    """What a connection for an address with this host is made to; None: not to that host.

    A name beyond ASCII is encoded on the way, and a code such as %69 is read.
    """
    import requests

    address = f"[{host}]" if ":" in host else host
    try:
        prepared = requests.Request("GET", f"https://{address}/").prepare().url
        name = urlsplit(prepared or "").hostname or ""
    except (requests.RequestException, ValueError):
        return None
    is_same = name == host.lower() if host.isascii() else "%" not in host
    return name.rstrip(".") if is_same and name else None
