"""The server of the simulated tenant: HTTPS on loopback, in a thread of this process."""

import asyncio
import contextlib
import secrets
import socket
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from auditor.demo import discovery, exchange_admin, graph, sign_in, web_api
from auditor.demo.authority import (
    CertificateAuthority,
    digest_for_channel_binding,
    write_private,
)
from auditor.demo.ews import PATH, ByAddress, ExchangeServer, ExchangeWebServices
from auditor.demo.faults import Faults, FaultyApplication
from auditor.demo.listeners import LoopbackListeners
from auditor.demo.mail import SimulatedMail
from auditor.demo.organisation import Organisation
from auditor.demo.profiles import pointed_to
from auditor.demo.rows import stable_id
from auditor.demo.state import RecordedRequest, TenantState
from auditor.demo.windows_sign_in import WindowsSignIn
from connectors.transport.closing import Closing

_EXCHANGE_PORT = 2443
_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 20.0


class TenantNotStarted(Exception):
    """The server could not be started: says why and what to do."""


class SimulatedTenant(Closing):
    """A tenant that answers on loopback from construction until `close`.

    Port 0 takes any free one. `faults` may be changed at any time. `exchange_servers` are by the
    host that profiles name, None: those that the organisation has; each gets a port of its own,
    and the profiles are pointed there.
    """

    def __init__(
        self,
        organisation: Organisation,
        port: int = 0,
        faults: Faults | None = None,
        exchange_servers: Mapping[str, ExchangeServer] | None = None,
    ) -> None:
        if exchange_servers is None:
            boxes = organisation.exchange_mailboxes
            exchange_servers = {
                host: ExchangeServer(build, mailboxes={} if number else boxes)
                for number, (host, build) in enumerate(organisation.exchange_builds.items())
            }
        self._private = tempfile.TemporaryDirectory(prefix="simulated-tenant-")
        directory = Path(self._private.name)
        self._authority = CertificateAuthority(directory)
        names = ("localhost", *exchange_servers)
        server_file = self._authority.issue_server(names=names)
        self._client_file: Path | None = None
        self._lock = threading.Lock()
        try:
            self._socket = socket.create_server(("127.0.0.1", port))
        except OSError as error:
            self._private.cleanup()
            raise TenantNotStarted(
                f"Port {port} cannot be used: {error.strerror}. Choose another, or 0 for any."
            ) from None
        self.port: int = self._socket.getsockname()[1]
        # With a name server a host keeps its name, and has the same port in every run.
        named = organisation.zone is not None
        listeners = LoopbackListeners()
        self._exchange_sockets = {
            host: listeners.listen(_EXCHANGE_PORT if named else 0) for host in exchange_servers
        }
        if organisation.zone is not None:
            known = {host: each.getsockname()[0] for host, each in self._exchange_sockets.items()}
            zone = msgspec.structs.replace(organisation.zone, hosts=known)
            organisation = msgspec.structs.replace(organisation, zone=zone)
        self._hosts_are_named = named
        if exchange_servers:
            organisation = pointed_to(organisation, self.exchange_addresses)
        self._mail = SimulatedMail(
            organisation, self._authority, directory, lambda: self.state.faults
        )
        organisation = self._mail.organisation
        self.state = TenantState(
            organisation=organisation,
            base_url=f"https://127.0.0.1:{self.port}",
            directory=directory,
            client_id=stable_id("application", organisation.name),
            client_secret=secrets.token_urlsafe(24),
            binding_digest=digest_for_channel_binding(server_file),
            faults=faults or Faults(),
            client_certificate=self._issue_client_once,
        )
        online = organisation.deployment == "online"
        self._secret_file = directory / "secret"
        secret = self.state.client_secret if online else organisation.password
        write_private(self._secret_file, secret.encode())
        self.password_file = directory / "password"
        """A private file with the password of the Windows account."""
        write_private(self.password_file, organisation.password.encode())
        self._windows = WindowsSignIn(
            directory,
            (organisation.username, organisation.password),
            self.state.binding_digest,
        )
        self._exchange = {
            self._exchange_sockets[host].getsockname(): ExchangeWebServices(
                server,
                (organisation.username, organisation.password),
                self._windows.refuse,
                lambda token: self.state.tokens.grant_of(token) is not None,
            )
            for host, server in exchange_servers.items()
        }
        self._connections: dict[asyncio.Transport, Any] = {}
        self._server = uvicorn.Server(self._configure(server_file))
        self._thread = threading.Thread(target=self._run, name="simulated tenant", daemon=True)
        self._thread.start()
        self._wait_until_started()

    @property
    def url(self) -> str:
        """The organisation's address."""
        return self.state.url

    @property
    def authority_url(self) -> str:
        """The address of the token authority, without the tenant."""
        return self.state.base_url

    @property
    def exchange_addresses(self) -> dict[str, str]:
        """Where each Exchange Server really answers, by the host that it stands for."""
        found = {}
        for host, bound in self._exchange_sockets.items():
            address, port = bound.getsockname()
            found[host] = f"https://{host if self._hosts_are_named else address}:{port}{PATH}"
        return found

    @property
    def name_server(self) -> str | None:
        """The IP:PORT of the tenant's name server; None: it has none, nor mail servers."""
        return self._mail.name_server

    @property
    def mail_locations(self) -> dict[str, str]:
        """The server location, `host:port`, of each mail server by the host it stands for."""
        return self._mail.locations

    @property
    def tenant_id(self) -> str:
        """The tenant of an online organisation; empty on-premises."""
        return self.state.tenant_id

    @property
    def ca_bundle(self) -> Path:
        """The PEM file of the authority that signed the server's certificate."""
        return self._authority.bundle

    @property
    def client_id(self) -> str:
        """The application that audits."""
        return self.state.client_id

    @property
    def client_secret(self) -> str:
        """Its secret: a new one for each tenant that is started."""
        return self.state.client_secret

    @property
    def client_certificate(self) -> Path:
        """Its certificate and key, as one PEM file."""
        return self._issue_client_once()

    @property
    def secret_file(self) -> Path:
        """A private file with the secret of the caller: the application's, or the account's."""
        return self._secret_file

    @property
    def username(self) -> str:
        """The Windows account of an on-premises organisation."""
        return self.state.organisation.username

    @property
    def password(self) -> str:
        """The password of that account."""
        return self.state.organisation.password

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request so far, in order of arrival."""
        return self.state.requests

    @property
    def faults(self) -> Faults:
        """The faults that are switched on."""
        return self.state.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self.state.faults = faults

    def expire_tokens(self) -> None:
        """Let every token issued so far expire at once."""
        self.state.tokens.expire_all()

    def close(self) -> None:
        """End the server and remove its private files; harmless when closed before."""
        self._server.should_exit = True
        self._thread.join(_STOP_TIMEOUT_S)
        for bound in (self._socket, *self._exchange_sockets.values()):
            bound.close()
        self._mail.close()
        self._private.cleanup()

    def _configure(self, server_file: Path) -> uvicorn.Config:
        windows, connections = self._windows, self._connections

        class Protocol(H11Protocol):
            """Knows which connections are open, and forgets the sign-in of one that ends."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                connections[transport] = transport.get_extra_info("socket")
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.pop(self.transport, None)
                windows.forget((self.client, self.server))
                super().connection_lost(exc)

        return uvicorn.Config(
            _Recorder(
                FaultyApplication(
                    ByAddress(Starlette(routes=self._routes()), self._exchange),
                    lambda: self.state.faults,
                    self.expire_tokens,
                ),
                self.state.requests,
            ),
            http=Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            ssl_certfile=server_file,
            # NTLM signs the connection in, so an idle one must outlive the client's pauses.
            timeout_keep_alive=120,
            timeout_graceful_shutdown=1,
        )

    def _routes(self) -> list[BaseRoute]:
        if self.state.organisation.deployment == "on-premises":
            return web_api.routes(self.state, self._windows.refuse)
        refuse = web_api.refuse_without_bearer(self.state)
        return [
            *web_api.routes(self.state, refuse),
            *sign_in.routes(self.state),
            *discovery.routes(self.state),
            *graph.routes(self.state),
            *exchange_admin.routes(self.state),
        ]

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        await self._server.serve(sockets=[self._socket, *self._exchange_sockets.values()])
        # An orderly end of TLS waits for the peer; a stopped tenant waits for nobody.
        for connection in tuple(self._connections.values()):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for _ in range(100):
            await asyncio.sleep(0.01)
            if not self._connections:
                break

    def _wait_until_started(self) -> None:
        for _ in range(int(_START_TIMEOUT_S * 100)):
            if self._server.started or not self._thread.is_alive():
                break
            self._thread.join(0.01)
        if not self._server.started:
            self.close()
            raise TenantNotStarted(f"The simulated tenant did not answer on port {self.port}.")

    def _issue_client_once(self) -> Path:
        with self._lock:
            if self._client_file is None:
                self._client_file = self._authority.issue_client()
            return self._client_file


class _Recorder:
    """Notes every request, whatever becomes of it."""

    def __init__(self, application: ASGIApp, requests: list[RecordedRequest]) -> None:
        self._application = application
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        self._requests.append(RecordedRequest(scope["method"], scope["path"], query))
        await self._application(scope, receive, send)
