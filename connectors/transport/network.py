"""How requests meet the network: the policy, the trusted authorities, and the lowest layer."""

import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
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
from connectors.transport.guard import Guard, Purpose
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
    sleep: Callable[[float], None] = shutdown.sleep
    clock: Callable[[], float] = time.monotonic

    @property
    def concurrent(self) -> int:
        """Requests in flight at most: at least one, never above the service's own limit."""
        return max(1, min(self.max_concurrent, MOST_CONCURRENT))

    def remaining_s(self) -> float | None:
        """Seconds until the deadline, None without one; negative past it or when told to stop."""
        if shutdown.STOPPING.is_set():
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


def trusted_context(ca_bundle: Path | None) -> ssl.SSLContext:
    """TLS that trusts the system's authorities, the public ones, and those of the bundle.

    Raises `SourceFailed` with code `unusable-ca-bundle`.
    """
    # Not `create_default_context`: where SSLKEYLOGFILE is set it writes down what decrypts every
    # token, and fails where that file cannot be opened.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_bundle is not None:
        try:
            context.load_verify_locations(os.fspath(ca_bundle))
        except (OSError, ssl.SSLError) as error:
            words = error.strerror if isinstance(error, FileNotFoundError) else "not a PEM bundle"
            raise SourceFailed(
                f"the CA bundle {ca_bundle} cannot be used: {words}",
                "Point `[tls] ca_bundle` at a readable file of PEM certificates.",
                "unusable-ca-bundle",
            ) from error
    return context


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
        """Lead every connection to the host that is made from now on to these, in turn."""
        self._addresses[host.lower()] = tuple(addresses)

    def addresses(self, host: str) -> tuple[str, ...]:
        """Where connections to the host lead; nothing for one that is not pinned."""
        return self._addresses.get(host.lower(), ())


def _pools(pins: Pins) -> dict[str, type[HTTPConnectionPool]]:
    class Pinned(_TlsConnection):
        def _new_conn(self) -> socket.socket:
            name = self.host
            addresses = pins.addresses(name) or (name,)
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

    class Pool(HTTPConnectionPool):
        ConnectionCls = _Connection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Pinned

    return {"http": Pool, "https": TlsPool}


class GuardedAdapter(HTTPAdapter):
    """The lowest layer: every request of every library passes the guard here and is counted.

    `purpose` and `on_request` belong to the one exchange in hand; an adapter serves one exchange
    at a time.
    """

    def __init__(self, context: ssl.SSLContext, guard: Guard, pins: Pins | None = None) -> None:
        self._context = context
        self._guard = guard
        self._pools = _pools(pins or Pins())
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
