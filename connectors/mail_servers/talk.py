"""What one mail server that takes connections shows: what it says, its TLS, its certificate."""

import ssl

from connectors.mail_servers import encryption
from connectors.mail_servers.certificates import shown
from connectors.mail_servers.conversation import Broken, Conversation
from connectors.mail_servers.protocols import (
    OPEN_ENDS,
    SPEECHES,
    Speech,
    plain_text,
    schemes_in,
)
from connectors.mail_servers.rows import Noted, Target

PLAIN_PORTS = frozenset({25, 110, 143, 587})
"""Ports on which a server speaks in clear first."""
TLS_PORTS = frozenset({443, 465, 993, 995})
"""Ports on which a server speaks nothing but TLS."""

_UNDERSTOOD = {"garbage": False} | dict.fromkeys(OPEN_ENDS, True)
_REFUSED = "Let this computer speak to the server, or run the audit where it may."
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


def broke(noted: Noted, broken: Broken) -> None:
    """Note that the conversation ended early, and what came last."""
    noted.note(
        greeting=noted.row.greeting or plain_text(broken.said) or None,
        understood=_UNDERSTOOD.get(broken.code, noted.row.understood),
    )
    if broken.code in OPEN_ENDS:
        noted.give_up(broken.code, broken.words, _REFUSED)
    else:
        noted.give_up(broken.code, broken.words)


class Talk:
    """One server being talked to; `door` makes a new connection to it, or raises `Broken`."""

    def __init__(
        self, target: Target, trust: encryption.Trust, door: encryption.Door, noted: Noted
    ) -> None:
        self._target = target
        self._trust = trust
        self._door = door
        self._noted = noted
        self._says_where_issuer_is = False

    def run(self) -> None:
        """Note what it shows. Raises `Broken` where it ends that early."""
        speech = SPEECHES.get(self._target.protocol)
        tls_first = speech is None or self._target.port not in PLAIN_PORTS
        if tls_first and self._talk_over_tls(speech):
            return
        if speech is None:
            self._noted.note(encryption="none")
            return
        try:
            self._talk_in_clear(speech)
        except Broken as broken:
            # Whoever waits for the client to begin may be waiting for TLS.
            if tls_first or broken.code != "silent" or broken.said:
                raise
            if not self._talk_over_tls(speech):
                raise

    def _leave_open(self, broken: Broken) -> None:
        """Note why what the server offers is not known; raises what ends the conversation."""
        if broken.code not in OPEN_ENDS:
            raise broken
        broke(self._noted, broken)

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
            self._noted.note(encryption="implicit")
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
                self._noted.note(encryption="none")
                speech.leave(server)
                return
            speech.turn_to_tls(server)
            try:
                self._encrypt(server)
            except ssl.SSLError as error:
                raise Broken("tls", "its TLS cannot be negotiated with at all") from error
            # What was told in clear counts no longer.
            self._noted.note(encryption="starttls", capabilities=None, schemes=None)
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
        self._noted.note(greeting=plain_text(greeting.encode()), understood=True)
        return greeting

    def _listen(self, server: Conversation, speech: Speech, greeting: str = "") -> tuple[str, ...]:
        capabilities = speech.capabilities(server, greeting)
        self._noted.note(capabilities=capabilities, schemes=schemes_in(capabilities))
        return capabilities

    def _encrypt(self, server: Conversation) -> None:
        secured = server.encrypt(self._trust.anything, self._target.host)
        cipher, der = secured.cipher(), secured.getpeercert(binary_form=True)
        self._noted.note(tls_version=secured.version(), cipher=cipher[0] if cipher else None)
        seen = shown(der, self._target.host) if der else None
        if seen is not None:
            self._says_where_issuer_is = seen.says_where_issuer_is
            self._noted.note(
                certificate_names=seen.names,
                issuer=seen.issuer,
                expires_at=seen.expires_at,
                name_matches=seen.name_matches,
            )

    def _compare(self, door: encryption.Door) -> None:
        """Hold the server's TLS against the lists, and its certificate against authorities."""
        host, trust, version = self._target.host, self._trust, self._noted.row.tls_version
        offered = encryption.offered(door, host, version or "")
        self._noted.note(
            accepted_by_dataverse=offered.accepted_by_dataverse,
            outside_fips=offered.outside_fips,
        )
        if self._noted.row.issuer is None:
            return
        public, is_chain_broken = None, False
        try:
            public = trust.publicly(door, host, says_where_issuer_is=self._says_where_issuer_is)
        except encryption.ChainBroken:
            is_chain_broken = True
        self._noted.note(
            trusted_publicly=public,
            trusted_by_configuration=trust.by_configuration(door, host),
        )
        if is_chain_broken:
            self._noted.give_up("chain-broken", *_CHAIN_BROKEN)
        elif offered.accepted_by_dataverse is None and self._prefers_another_suite():
            self._noted.give_up("suite-untried", *_OTHER_SUITE)
        elif None in (
            public,
            self._noted.row.trusted_by_configuration,
            offered.accepted_by_dataverse,
        ):
            words = "it broke off while its TLS was looked at"
            self._noted.give_up("broken-off", words, "Run the audit again.")

    def _prefers_another_suite(self) -> bool:
        """Those of TLS 1.3 cannot be offered one by one, so what else it takes stays unseen."""
        is_listed = self._noted.row.cipher in encryption.lists().dataverse.newest
        return self._noted.row.tls_version == "TLSv1.3" and not is_listed
