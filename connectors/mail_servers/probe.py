"""Looks at one mail server from outside: never a sign-in, never a message.

Which hosts are looked at stands in `probes.py`, how many at most in
`transport/guard/reachability.py`.
"""

import socket
import ssl
import time
from collections.abc import Callable
from ipaddress import ip_address

from msgspec import Struct
from msgspec.structs import replace

from connectors.dns.names import Found, NameNotFound, Names, NoAnswer, NoName
from connectors.mail_servers import encryption
from connectors.mail_servers.certificates import shown
from connectors.mail_servers.conversation import Broken, Conversation, Limit
from connectors.mail_servers.protocols import (
    OPEN_ENDS,
    SPEECHES,
    Speech,
    plain_text,
    schemes_in,
)
from connectors.mail_servers.rows import NAMES_UNANSWERED, ProbeRow
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import Reachability, is_public
from connectors.transport.own_limits import CODE, REMEDY, own_limit
from rules.email_systems import Protocol

PLAIN_PORTS = frozenset({25, 110, 143, 587})
"""Ports on which a server speaks in clear first."""
TLS_PORTS = frozenset({443, 465, 993, 995})
"""Ports on which a server speaks nothing but TLS."""
MOST_ADDRESSES = 3

_UNDERSTOOD = {"garbage": False} | dict.fromkeys(OPEN_ENDS, True)
_REFUSED = "Let this computer speak to the server, or run the audit where it may."
_OUT_OF_TIME = ("there was no time left to wait for it", "Give the run more with `--timeout`.")
_CHAIN_BROKEN = (
    "it does not send the certificates between its own and an authority, so it is not known "
    "whether that is a public one",
    "Let the server send the certificates of its intermediate authorities too.",
)
_OTHER_SUITE = (
    "it prefers a cipher suite of TLS 1.3 that Dataverse does not list, so it is not known whether "
    "it takes one that Dataverse lists",
    "Run `openssl s_client -tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384 -connect HOST:PORT`.",
)
_ELSEWHERE = "Check the server location and port in the profile, and what stands in between."


class Target(Struct, frozen=True):
    """A host and port that profiles name, and what they speak there."""

    host: str
    port: int
    protocol: Protocol

    @property
    def id(self) -> str:
        """Lower-case `host:port`."""
        return f"{self.host}:{self.port}"


class Patience(Struct, frozen=True):
    """For one server: seconds for a connection, for one answer, and for everything together."""

    connect_s: float = 5.0
    step_s: float = 8.0
    whole_s: float = 40.0


class Probe:
    """Looks at servers, one call each; any thread may call. `connections` counts those opened."""

    def __init__(
        self,
        names: Names,
        trust: encryption.Trust,
        patience: Patience | None = None,
        count: Callable[[], None] = lambda: None,
    ) -> None:
        self._names = names
        self._trust = trust
        self._patience = patience or Patience()
        self._count = count

    def look(self, target: Target, reach: Reachability, most_s: float | None = None) -> ProbeRow:
        """What the server shows. No failure of the server or the network is raised.

        `most_s`: the seconds that are left for it, where those are fewer.
        """
        began = time.monotonic()
        whole_s = self._patience.whole_s
        limit = Limit(whole_s if most_s is None else min(whole_s, most_s), self._patience.step_s)
        row = _Look(self, target, reach, limit).row()
        return replace(row, took_ms=int((time.monotonic() - began) * 1000))


class _Look:
    """One server being looked at."""

    def __init__(self, probe: Probe, target: Target, reach: Reachability, limit: Limit) -> None:
        self._probe = probe
        self._target = target
        self._reach = reach
        self._limit = limit
        self._address = ""
        self._waited_s = 0.0
        self._says_where_issuer_is = False
        self._row = ProbeRow(
            id=target.id,
            host=target.host,
            port=target.port,
            protocol=target.protocol.value,
            resolution="unknown",
        )

    def row(self) -> ProbeRow:
        """Everything that could be established."""
        try:
            addresses = self._resolve()
            self._connect(addresses)
            self._talk()
        except _Ended:
            pass
        except Broken as broken:
            self._note(
                greeting=self._row.greeting or plain_text(broken.said) or None,
                understood=_UNDERSTOOD.get(broken.code, self._row.understood),
            )
            remedy = _REFUSED if broken.code in OPEN_ENDS else _ELSEWHERE
            self._give_up(broken.code, broken.words, remedy)
        return self._row

    def _note(self, **columns: object) -> None:
        self._row = replace(self._row, **columns)

    def _give_up(self, code: str, words: str, remedy: str = _ELSEWHERE) -> None:
        self._note(code=code, problem=f"{self._target.id}: {words}.", remedy=remedy)

    def _leave_open(self, broken: Broken) -> None:
        """Note why what the server offers is not known; raises what ends the conversation."""
        if broken.code not in OPEN_ENDS:
            raise broken
        self._note(greeting=self._row.greeting or plain_text(broken.said) or None, understood=True)
        self._give_up(broken.code, broken.words, _REFUSED)

    def _resolve(self) -> tuple[str, ...]:
        host, port = self._target.host, self._target.port
        try:
            found = _literal(host) or self._probe._names.addresses(host)
        except NameNotFound:
            self._note(resolution="not-found")
            self._give_up(
                "name-not-found", "the host's name does not exist", "Correct the profile, or DNS."
            )
            raise _Ended from None
        except NoName as error:
            self._give_up("no-name", str(error), "Correct the server location in the profile.")
            raise _Ended from error
        except NoAnswer as error:
            self._give_up(
                NAMES_UNANSWERED,
                f"the host's name could not be looked up: {error}",
                "Check this computer's name servers, or set `servers` in the section `dns`.",
            )
            raise _Ended from error
        public = any(is_public(ip_address(each.partition("%")[0])) for each in found.addresses)
        self._note(resolution="found", canonical=found.canonical, public=public)
        try:
            reached = self._reach.resolve(
                host, port, lookup=lambda _: found.addresses, own_ports=[port]
            )
        except SourceFailed as refused:
            self._note(code=refused.code, problem=f"{refused.reason}.", remedy=refused.remedy)
            raise _Ended from refused
        self._note(public=reached.public)
        return reached.addresses

    def _connect(self, addresses: tuple[str, ...]) -> None:
        # Only a refusal or silence at every address is no connection. What stops this
        # computer, such as a network that it has no way to, says nothing of the server.
        words, is_proven = "no address was tried", len(addresses) <= MOST_ADDRESSES
        for address in addresses[:MOST_ADDRESSES]:
            self._note(address=address)
            self._address = address
            try:
                self._open().close()
            except OSError as error:
                if (own := own_limit(error)) is not None:
                    self._give_up(CODE, own, REMEDY)
                    raise _Ended from error
                if isinstance(error, TimeoutError) and self._is_out_of_time():
                    self._give_up("deadline", *_OUT_OF_TIME)
                    raise _Ended from error
                words = "nothing answers" if isinstance(error, TimeoutError) else _words(error)
                is_proven &= isinstance(error, TimeoutError | ConnectionRefusedError)
                continue
            self._note(connected=True)
            return
        if is_proven:
            self._note(connected=False)
        self._give_up("no-connection", f"no connection: {words}")
        raise _Ended

    def _is_out_of_time(self) -> bool:
        """Whether the time of the run ended, and not the server's patience: nothing is proven."""
        return self._waited_s < self._probe._patience.connect_s

    def _open(self) -> Conversation:
        self._probe._count()
        seconds = self._waited_s = min(self._limit.left_s(), self._probe._patience.connect_s)
        connection = socket.create_connection((self._address, self._target.port), seconds)
        return Conversation(connection, self._limit)

    def _door(self) -> Conversation:
        try:
            return self._open()
        except OSError as error:
            raise Broken("no-connection", "it takes no second connection") from error

    def _talk(self) -> None:
        speech = SPEECHES.get(self._target.protocol)
        tls_first = speech is None or self._target.port not in PLAIN_PORTS
        if tls_first and self._talk_over_tls(speech):
            return
        if speech is None:
            self._note(encryption="none")
            return
        try:
            self._talk_in_clear(speech)
        except Broken as broken:
            # Whoever waits for the client to begin may be waiting for TLS.
            if tls_first or broken.code != "silent" or broken.said:
                raise
            if not self._talk_over_tls(speech):
                raise

    def _talk_over_tls(self, speech: Speech | None) -> bool:
        """Whether the server speaks TLS from the first byte; what it then shows is noted."""
        with self._door() as server:
            may_be_plain = speech is not None and self._target.port not in TLS_PORTS
            try:
                self._encrypt(server)
            except ssl.SSLError as error:
                if may_be_plain or encryption.is_no_tls(error):
                    return False
                raise Broken("tls", "its TLS cannot be negotiated with at all") from error
            except Broken as broken:
                # Some servers hang up on a client that speaks before it is greeted.
                if may_be_plain and broken.code == "broken-off":
                    return False
                raise
            self._note(encryption="implicit")
            if speech is not None:
                try:
                    self._listen(server, speech, self._greet(server, speech))
                    speech.leave(server)
                except Broken as broken:
                    # Its TLS is seen by now, whatever it says inside.
                    self._leave_open(broken)
        self._compare(self._door)
        return True

    def _talk_in_clear(self, speech: Speech) -> None:
        with self._door() as server:
            greeting = self._greet(server, speech)
            capabilities = self._listen(server, speech, greeting)
            if not any(each.split()[:1] == [speech.starttls] for each in capabilities):
                self._note(encryption="none")
                speech.leave(server)
                return
            speech.turn_to_tls(server)
            try:
                self._encrypt(server)
            except ssl.SSLError as error:
                raise Broken("tls", "its TLS cannot be negotiated with at all") from error
            # What was told in clear counts no longer.
            self._note(encryption="starttls", capabilities=None, schemes=None)
            try:
                self._listen(server, speech)
                speech.leave(server)
            except Broken as broken:
                self._leave_open(broken)

        def door() -> Conversation:
            server = self._door()
            try:
                # SMTP servers expect to be greeted before anything else.
                speech.capabilities(server, speech.greeting(server))
                speech.turn_to_tls(server)
            except BaseException:
                server.close()
                raise
            return server

        self._compare(door)

    def _greet(self, server: Conversation, speech: Speech) -> str:
        greeting = speech.greeting(server)
        self._note(greeting=plain_text(greeting.encode()), understood=True)
        return greeting

    def _listen(self, server: Conversation, speech: Speech, greeting: str = "") -> tuple[str, ...]:
        capabilities = speech.capabilities(server, greeting)
        self._note(capabilities=capabilities, schemes=schemes_in(capabilities))
        return capabilities

    def _encrypt(self, server: Conversation) -> None:
        secured = server.encrypt(self._probe._trust.anything, self._target.host)
        cipher, der = secured.cipher(), secured.getpeercert(binary_form=True)
        self._note(tls_version=secured.version(), cipher=cipher[0] if cipher else None)
        seen = shown(der, self._target.host) if der else None
        if seen is not None:
            self._says_where_issuer_is = seen.says_where_issuer_is
            self._note(
                certificate_names=seen.names,
                issuer=seen.issuer,
                expires_at=seen.expires_at,
                name_matches=seen.name_matches,
            )

    def _compare(self, door: encryption.Door) -> None:
        """Hold the server's TLS against the lists, and its certificate against authorities."""
        host, trust, version = self._target.host, self._probe._trust, self._row.tls_version
        offered = encryption.offered(door, host, version or "")
        self._note(
            accepted_by_dataverse=offered.accepted_by_dataverse,
            outside_fips=offered.outside_fips,
        )
        if self._row.issuer is None:
            return
        public, is_chain_broken = None, False
        try:
            public = trust.publicly(door, host, says_where_issuer_is=self._says_where_issuer_is)
        except encryption.ChainBroken:
            is_chain_broken = True
        self._note(
            trusted_publicly=public,
            trusted_by_configuration=trust.by_configuration(door, host),
        )
        if is_chain_broken:
            self._give_up("chain-broken", *_CHAIN_BROKEN)
        elif offered.accepted_by_dataverse is None and self._prefers_another_suite():
            self._give_up("suite-untried", *_OTHER_SUITE)
        elif None in (public, self._row.trusted_by_configuration, offered.accepted_by_dataverse):
            words = "it broke off while its TLS was looked at"
            self._give_up("broken-off", words, "Run the audit again.")

    def _prefers_another_suite(self) -> bool:
        """Those of TLS 1.3 cannot be offered one by one, so what else it takes stays unseen."""
        is_listed = self._row.cipher in encryption.lists().dataverse.newest
        return self._row.tls_version == "TLSv1.3" and not is_listed


class _Ended(Exception):
    """There is nothing more to look at; the row says why."""


def _literal(host: str) -> Found | None:
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except (OSError, ValueError):
        return None
    return Found((host,), host)


def _words(error: OSError) -> str:
    return (error.strerror or "the connection failed").lower()
