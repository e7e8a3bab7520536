"""Opens what the configuration names: one transport for an environment, a client for a section."""

import threading
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from msgspec import structs

from auditor.configuration import Auth, Configuration, Environment, Secrets
from auditor.connections import mail_lookups
from auditor.connections.microsoft_365 import open_exchange_online, open_graph
from connectors.dns.names import Names
from connectors.dynamics.client import Dynamics
from connectors.dynamics.tables import mailboxes
from connectors.dynamics.wanted import SubjectPattern
from connectors.exchange_server.hosts import lookup_by, place_of
from connectors.exchange_server.servers import ExchangeServers
from connectors.mail_servers.probes import MailServers
from connectors.mail_servers.rows import PROBE
from connectors.odata.decoder_process import Decoding
from connectors.sign_in.methods import sign_in
from connectors.sign_in.settings import AuthSettings, Prompt
from connectors.sources.live import LiveServers, PageSource
from connectors.sources.source import Reader
from connectors.transport.closing import Closing
from connectors.transport.errors import SourceFailed
from connectors.transport.http import SignIn, Transport
from connectors.transport.journal import Journal
from connectors.transport.limits import Limits
from connectors.transport.network import NetworkPolicy
from connectors.transport.redaction import Redaction
from connectors.transport.refusals import Refusals
from connectors.transport.sessions import Trust
from rules.option_sets import Deployment

SHARE_OF_OPTIONAL = 0.5
"""How much of the time that a run may take is for sources that are not Dynamics 365 itself."""
SHARE_BEFORE_MAILBOXES = 0.6
"""How much of it is over before mailboxes are read at the latest: without them all is nothing."""


class Connection(Closing):
    """The servers of one environment, opened when they are first asked for.

    `timeout_s` is the whole run's deadline from now on, None for none. `refusals`, `limits` and
    `trust` are shared by the environments of a run: no refused secret is tried twice, their
    requests together stay within bounds, and the trusted authorities are loaded once. `prompt`
    shows a person what a device-code sign-in asks of them. `wanted` names the mailboxes to ask for;
    nothing: all. `decoding` decodes a part of what large tables answer. `failure` is what keeps the
    environment from being set up: every section that is configured fails with it. `journal` keeps
    answers of large listings, and gives those of the run that is gone on with. `stopped` ends it
    early where it is one of several runs of this process.
    """

    def __init__(
        self,
        configuration: Configuration,
        environment: Environment,
        secrets: Secrets,
        *,
        timeout_s: float | None = None,
        refusals: Refusals | None = None,
        limits: Limits | None = None,
        trust: Trust | None = None,
        prompt: Prompt | None = None,
        wanted: tuple[SubjectPattern, ...] = (),
        decoding: Decoding | None = None,
        failure: SourceFailed | None = None,
        journal: Journal | None = None,
        stopped: threading.Event | None = None,
    ) -> None:
        self._failure = failure
        self._journal = journal
        self._wanted = wanted
        self._decoding = decoding
        self._environment = environment
        self._secrets = secrets
        self._prompt = prompt
        self._began = time.monotonic()
        policy = NetworkPolicy(
            ca_bundle=configuration.ca_bundle,
            proxy=secrets.reveal(configuration.network.proxy),
            deadline=None if timeout_s is None else self._began + timeout_s,
        )
        if stopped is not None:
            policy = structs.replace(policy, stopped=stopped, sleep=stopped.wait)
        self._policy = policy
        # One for all sources, so that name servers that are gone are found out once.
        optional = structs.replace(policy, deadline=self._share(SHARE_OF_OPTIONAL))
        self._names = Names(configuration.dns.servers, remaining_s=optional.remaining_s)
        self._redaction = Redaction()
        self._redaction.learn_address(policy.proxy)
        self._refusals = refusals
        self._trust = trust
        # Environments of one tenant share what its services allow.
        tenant = environment.auth.tenant or environment.name
        self._slot = None if limits is None else partial(limits.slot, tenant)
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._transport: Transport | None = None
        self._before_mailboxes: Dynamics | None = None
        self._opened: dict[str, Callable[[], Any]] = {
            "dynamics": self._dynamics,
            "graph": self._graph,
            "exchange_online": self._exchange_online,
            "exchange_online.cmdlets": self._cmdlets,
        }
        if environment.graph is not None and environment.graph.inbox_rules:
            self._opened["graph.inbox_rules"] = self._graph
        if environment.exchange_server is not None:
            self._opened["exchange_server"] = self._exchange_server
            if environment.exchange_server.mailboxes:
                self._opened["exchange_server.mailboxes"] = self._exchange_server
        if mail_lookups.probes(environment):
            self._opened["mail_servers"] = lambda: mail_lookups.open_mail_servers(
                self._names,
                environment,
                structs.replace(policy, deadline=self._share(SHARE_OF_OPTIONAL)),
            )
        if mail_lookups.looks_up(configuration, environment):
            self._opened["dns"] = lambda: mail_lookups.open_lookups(
                self._names, environment, self._optional_network()
            )

    def close(self) -> None:
        """Close every idle connection."""
        if self._transport is not None:
            self._transport.close()

    @property
    def deployment(self) -> Deployment | None:
        """What the configuration says of where the organisation runs; None: nothing."""
        named = self._environment.deployment
        return Deployment(named) if named else None

    def outside(self) -> PageSource:
        """The servers as the place that records come from."""
        return LiveServers(self._open_for, self.requests_of, self._redaction)

    def requests_of(self, source: str) -> int:
        """How many requests a source took; of mail servers, how many connections."""
        probes = self._clients.get("mail_servers")
        if source == PROBE and isinstance(probes, MailServers):
            return probes.connections
        return self._transport.requests_of(source) if self._transport is not None else 0

    def open(self, section: str) -> Any:
        """The client of a section of the configuration; None where it is left out.

        Raises `SourceFailed`, the same one each time.
        """
        opened = self._opened.get(section)
        if opened is None:
            return None
        if self._failure is not None:
            raise self._failure
        with self._lock:
            if section not in self._clients:
                try:
                    self._clients[section] = opened()
                except SourceFailed as failure:
                    self._clients[section] = failure
            client = self._clients[section]
        if isinstance(client, SourceFailed):
            raise client
        return client

    def _open_for(self, reader: Reader) -> Any:
        client = self.open(reader.section)
        if not isinstance(client, Dynamics) or reader.source == mailboxes.TABLE.source:
            return client
        with self._lock:
            if self._before_mailboxes is None:
                deadline = self._share(SHARE_BEFORE_MAILBOXES)
                self._before_mailboxes = client.until(deadline)
            return self._before_mailboxes

    def _share(self, share: float) -> float | None:
        """The moment at which a share of the run's time is over; None: it has no limit."""
        deadline = self._policy.deadline
        return None if deadline is None else deadline - (1 - share) * (deadline - self._began)

    def _optional_network(self) -> Transport:
        return self._network().until(self._share(SHARE_OF_OPTIONAL))

    def _network(self) -> Transport:
        if self._transport is None:
            self._transport = Transport(
                self._policy,
                self._refusals,
                self._slot,
                self._redaction,
                self._journal,
                self._trust,
            )
        return self._transport

    def _dynamics(self) -> Dynamics:
        environment = self._environment
        transport = self._network()
        signed = sign_in(
            self._settings(environment.auth), environment.url, transport, prompt=self._prompt
        )
        return Dynamics(
            environment.url,
            transport,
            signed,
            environment.api_version,
            self._wanted,
            self._decoding,
        )

    def _exchange_server(self) -> ExchangeServers:
        environment, section = self._environment, self._environment.exchange_server
        assert section is not None
        transport = self._optional_network()
        configured = place_of(section.url)
        trusted = frozenset(map(place_of, section.hosts)) or frozenset({configured})
        auth = section.auth
        settings = self._settings(auth) if auth is not None else None

        def signed_in(resource: str) -> SignIn:
            assert settings is not None
            hosts = tuple(place.origin for place in trusted)
            return sign_in(settings, resource, transport, hosts=hosts, prompt=self._prompt)

        return ExchangeServers(
            transport=transport,
            configured=configured,
            trusted=trusted,
            environment_host=urlsplit(environment.url).hostname or "",
            method=auth.method if auth is not None else "",
            sign_in=cache(signed_in) if settings is not None else None,
            private=(environment.mail_servers is not None and environment.mail_servers.private)
            or None,
            lookup=lookup_by(self._names),
            mailboxes=section.mailboxes,
        )

    def _graph(self) -> Any:
        return open_graph(self._environment, self._settings, self._optional_network(), self._prompt)

    def _exchange_online(self) -> Any:
        return open_exchange_online(
            self._environment, self._settings, self._optional_network(), self._prompt
        )

    def _cmdlets(self) -> Any:
        section = self._environment.exchange_online
        return self._exchange_online() if section is not None and section.cmdlets else None

    def _settings(self, auth: Auth) -> AuthSettings:
        return auth_settings(auth, self._secrets)


def auth_settings(auth: Auth, secrets: Secrets) -> AuthSettings:
    """A sign-in of the configuration with its secrets read."""
    reveal = secrets.reveal
    return AuthSettings(
        method=auth.method,
        tenant=auth.tenant,
        client_id=auth.client_id,
        client_secret=reveal(auth.client_secret),
        authority=auth.authority,
        certificate=reveal(auth.certificate),
        certificate_password=reveal(auth.certificate_password),
        username=auth.username,
        password=reveal(auth.password),
    )
