"""Looks at one mail server from outside: never a sign-in, never a message.

Its addresses are found and connected to here; what it shows then stands in `talk.py`, which hosts
are looked at in `probes.py`, and how many at most in `transport/guard/reachability.py`.
"""

import socket
import time
from collections.abc import Callable
from ipaddress import ip_address

from msgspec import Struct
from msgspec.structs import replace

from connectors.dns.names import Found, NameNotFound, Names, NoAnswer, NoName
from connectors.mail_servers import encryption
from connectors.mail_servers.conversation import Broken, Conversation, Limit
from connectors.mail_servers.rows import NAMES_UNANSWERED, Ended, Noted, ProbeRow, Target
from connectors.mail_servers.talk import Talk, broke
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import Reachability, is_public
from connectors.transport.own_limits import CODE, REMEDY, own_limit

MOST_ADDRESSES = 3

_OUT_OF_TIME = ("there was no time left to wait for it", "Give the run more with `--timeout`.")


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
        self._noted = Noted(target)

    def row(self) -> ProbeRow:
        """Everything that could be established."""
        try:
            addresses = self._resolve()
            self._connect(addresses)
            Talk(self._target, self._probe._trust, self._door, self._noted).run()
        except Ended:
            pass
        except Broken as broken:
            broke(self._noted, broken)
        return self._noted.row

    def _resolve(self) -> tuple[str, ...]:
        host, port = self._target.host, self._target.port
        try:
            found = _literal(host) or self._probe._names.addresses(host)
        except NameNotFound:
            self._noted.note(resolution="not-found")
            self._noted.give_up(
                "name-not-found", "the host's name does not exist", "Correct the profile, or DNS."
            )
            raise Ended from None
        except NoName as error:
            self._noted.give_up(
                "no-name", str(error), "Correct the server location in the profile."
            )
            raise Ended from error
        except NoAnswer as error:
            self._noted.give_up(
                NAMES_UNANSWERED,
                f"the host's name could not be looked up: {error}",
                "Check this computer's name servers, or set `servers` in the section `dns`.",
            )
            raise Ended from error
        public = any(is_public(ip_address(each.partition("%")[0])) for each in found.addresses)
        self._noted.note(resolution="found", canonical=found.canonical, public=public)
        try:
            reached = self._reach.resolve(
                host, port, lookup=lambda _: found.addresses, own_ports=[port]
            )
        except SourceFailed as refused:
            self._noted.note(code=refused.code, problem=f"{refused.reason}.", remedy=refused.remedy)
            raise Ended from refused
        self._noted.note(public=reached.public)
        return reached.addresses

    def _connect(self, addresses: tuple[str, ...]) -> None:
        # Only a refusal or silence at every address is no connection. What stops this
        # computer, such as a network that it has no way to, says nothing of the server.
        words, is_proven = "no address was tried", len(addresses) <= MOST_ADDRESSES
        for address in addresses[:MOST_ADDRESSES]:
            self._noted.note(address=address)
            self._address = address
            try:
                self._open().close()
            except OSError as error:
                if (own := own_limit(error)) is not None:
                    self._noted.give_up(CODE, own, REMEDY)
                    raise Ended from error
                if isinstance(error, TimeoutError) and self._is_out_of_time():
                    self._noted.give_up("deadline", *_OUT_OF_TIME)
                    raise Ended from error
                words = "nothing answers" if isinstance(error, TimeoutError) else _words(error)
                is_proven &= isinstance(error, TimeoutError | ConnectionRefusedError)
                continue
            self._noted.note(connected=True)
            return
        if is_proven:
            self._noted.note(connected=False)
        self._noted.give_up("no-connection", f"no connection: {words}")
        raise Ended

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


def _literal(host: str) -> Found | None:
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except (OSError, ValueError):
        return None
    return Found((host,), host)


def _words(error: OSError) -> str:
    return (error.strerror or "the connection failed").lower()
