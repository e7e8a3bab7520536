"""The lowest layer: sessions whose requests all pass the guard, over connections of our own.

Tested in `tests/connectors/transport/test_network.py`.
"""

import contextlib
import socket
import ssl
from collections.abc import Callable, Mapping
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from connectors.transport.guard.reads import Guard, Purpose
from connectors.transport.network import ON_ITS_WAY, Pins


class _Connection(HTTPConnection):
    def getresponse(self) -> Any:
        ON_ITS_WAY.sent()
        return super().getresponse()


class _TlsConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        ON_ITS_WAY.sent()
        return super().getresponse()


class _PinnedConnection(_TlsConnection):
    def __init__(self, *args: Any, pins: Pins, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pins = pins

    def _new_conn(self) -> socket.socket:
        name = self.host
        # A connection to a proxy leads where the administrator says, whatever profiles name.
        pinned = () if self.proxy is not None else self._pins.addresses(name)
        addresses = pinned or (name,)
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
