"""How requests meet the network: the policy, and the lowest layer."""

import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter
from requests.utils import (
    get_environ_proxies,
    select_proxy,
    should_bypass_proxies,
)
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from connectors.transport import shutdown
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import Guard, Purpose
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


class _Connection(HTTPConnection):
    def getresponse(self) -> Any:
        ON_ITS_WAY.sent()
        return super().getresponse()


class _TlsConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        ON_ITS_WAY.sent()
        return super().getresponse()


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
    address = f"[{host}]" if ":" in host else host
    try:
        prepared = requests.Request("GET", f"https://{address}/").prepare().url
        name = urlsplit(prepared or "").hostname or ""
    except (requests.RequestException, ValueError):
        return None
    is_same = name == host.lower() if host.isascii() else "%" not in host
    return name.rstrip(".") if is_same and name else None


class _PinnedConnection(_TlsConnection):
    def __init__(self, *args: Any, pins: Pins, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pins = pins

    def _new_conn(self) -> socket.socket:
        name = self.host
        addresses = self._pins.addresses(name) or (name,)
        try:
            for address in addresses[:-1]:
                self._dns_host = address
                with contextlib.suppress(OSError, HTTPError):
                    return super()._new_conn()
            self._dns_host = addresses[-1]
            return super()._new_conn()
        finally:
            # The certificate is compared with the name, whatever it led to.
            self._dns_host = name


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    def __init__(self, *args: Any, pins: Pins, **kwargs: Any) -> None:
        self.ConnectionCls = partial(_PinnedConnection, pins=pins)  # type: ignore[assignment]
        super().__init__(*args, **kwargs)


class GuardedAdapter(HTTPAdapter):
    """The lowest layer: every request of every library passes the guard here and is counted.

    `purpose` and `on_request` belong to the one exchange in hand; an adapter serves one exchange
    at a time.
    """

    def __init__(self, context: ssl.SSLContext, guard: Guard, pins: Pins | None = None) -> None:
        self._context = context
        self._guard = guard
        self._pools = {"http": _Pool, "https": partial(_TlsPool, pins=pins or Pins())}
        self.purpose: Purpose = "read"
        self.on_request: Callable[[], None] = lambda: None
        super().__init__(pool_connections=4, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool with this adapter's authorities."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Give the proxy's pool with this adapter's authorities."""
        if proxy.lower().startswith("https:"):
            kwargs["proxy_ssl_context"] = self._context
        made = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        made.pool_classes_by_scheme = self._pools
        return made

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Always verify, against the context alone: neither a caller nor a variable changes it."""
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = None
        conn.ca_cert_dir = None

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send what the guard permits. Raises `WriteRefused` before anything leaves."""
        body = request.body
        if body is not None and not isinstance(body, (bytes, str)):
            body = b"a body that cannot be judged"
        self._guard.permit(
            request.method or "", request.url or "", body, self.purpose, request.headers
        )
        self.on_request()
        return super().send(
            request, stream=stream, timeout=timeout, verify=True, cert=cert, proxies=proxies
        )


class ExclusiveSession(requests.Session):
    """A session for one exchange at a time: no cookies, no netrc, no redirects of its own."""

    def __init__(self, context: ssl.SSLContext, guard: Guard, pins: Pins | None = None) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.guarded = GuardedAdapter(context, guard, pins)
        self.adapters.clear()
        self.mount("https://", self.guarded)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None, always: the transport judges redirects itself."""
        return None
