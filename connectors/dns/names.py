"""Looks names up: at the name servers of the configuration, else as the system does.

What asks name servers takes a while to load, so that is left to the first question.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from msgspec import Struct

from connectors.columnar.addresses import ascii_domain
from connectors.transport.guard.reachability import NOT_THERE

if TYPE_CHECKING:
    import dns.message
    import dns.name
    import dns.nameserver
    import dns.resolver

LIFETIME_S = 5.0
"""For one lookup with all its repetitions."""
SYSTEM_LIFETIME_S = 20.0
"""The same where the system looks up: it asks two name servers twice, five seconds each."""
MOST_SILENCES = 8
"""So many lookups without an answer, from the first on: then the name servers are gone."""
MOST_ANSWERS = 50
"""Records of one answer that are looked at."""


class NameNotFound(Exception):
    """The name does not exist, or has no record of the kind asked for."""


class NoAnswer(Exception):
    """No name server told whether the name exists: says which way that failed."""


class NoName(NoAnswer):
    """The text is no name that a name server could be asked for."""


class Found(Struct, frozen=True):
    """The addresses of a host, and the name that its aliases lead to (lower case, no dot)."""

    addresses: tuple[str, ...]
    canonical: str


class Names:
    """Lookups in the domain name system. Safe to share between threads.

    `servers` are IP[:PORT]; empty: the system's own way, its host file included. `remaining_s`
    gives the seconds for all lookups together, None without a limit.
    """

    def __init__(
        self,
        servers: Sequence[str] = (),
        lifetime_s: float | None = None,
        remaining_s: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._lifetime_s = lifetime_s or LIFETIME_S
        self._system_lifetime_s = lifetime_s or SYSTEM_LIFETIME_S
        self._remaining_s = remaining_s
        self._resolver: dns.resolver.Resolver | None = None
        self._servers = tuple(servers)
        self._has_answered = False
        self._silences = 0

    def addresses(self, host: str) -> Found:
        """The addresses of a host, IPv4 first. Raises `NameNotFound` or `NoAnswer`."""
        if not self._servers:
            return self._of_the_system(host)
        found: list[str] = []
        canonical = host
        unanswered: NoAnswer | None = None
        for kind in ("A", "AAAA"):
            try:
                answer = self._ask(host, kind)
            except NameNotFound:
                continue
            except NoAnswer as error:
                unanswered = error
                continue
            canonical = _text(answer.canonical_name)
            found += [record.to_text() for record in list(answer)[:MOST_ANSWERS]]
        if not found:
            raise unanswered or NameNotFound(host)
        return Found(tuple(found), canonical)

    def mail_exchangers(self, domain: str) -> tuple[str, ...]:
        """The hosts that take the domain's mail, most preferred first.

        A domain that says it takes none has none. Raises `NameNotFound` or `NoAnswer`.
        """
        answer = self._ask(domain, "MX")
        records = sorted(list(answer)[:MOST_ANSWERS], key=lambda record: record.preference)
        return tuple(host for record in records if (host := _text(record.exchange)))

    def _ask(self, name: str, kind: str) -> "dns.resolver.Answer":
        import dns.exception
        import dns.name
        import dns.resolver

        try:
            whole = dns.name.from_text(_spelt(name))
            return self._resolved(whole, kind)
        except dns.resolver.NXDOMAIN as error:
            raise NameNotFound(name) from error
        except dns.resolver.NoAnswer as error:
            if _is_whole(error.kwargs["response"]):
                raise NameNotFound(name) from error
            raise NoAnswer("the name server's answer is incomplete") from error
        except dns.resolver.LifetimeTimeout as error:
            raise NoAnswer("no name server answered in time") from error
        except dns.resolver.NoNameservers as error:
            raise NoAnswer("the name servers refused to answer, or failed") from error
        except UnicodeError as error:
            raise NameNotFound(name) from error
        except dns.exception.DNSException as error:
            if isinstance(
                error, dns.name.LabelTooLong | dns.name.NameTooLong | dns.name.EmptyLabel
            ):
                raise NameNotFound(name) from error
            raise NoAnswer(
                f"the name server's answer cannot be used ({type(error).__name__})"
            ) from error
        except OSError as error:
            raise NoAnswer(f"the name server cannot be reached ({error.strerror})") from error

    def _resolved(self, name: "dns.name.Name", kind: str) -> "dns.resolver.Answer":
        import dns.resolver

        self._check_silences()
        try:
            answer = self._own_resolver().resolve(
                name, kind, lifetime=self._most_s(self._lifetime_s), search=False
            )
        except dns.resolver.LifetimeTimeout:
            self._silences += 1
            raise
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers):
            self._has_answered = True
            raise
        self._has_answered = True
        return answer

    def _check_silences(self) -> None:
        if not self._has_answered and self._silences >= MOST_SILENCES:
            raise NoAnswer(f"no name server answered any of {self._silences} lookups in time")

    def _most_s(self, lifetime_s: float) -> float:
        """The seconds for one lookup. Raises `NoAnswer` where none are left."""
        remaining_s = self._remaining_s()
        if remaining_s is None:
            return lifetime_s
        if remaining_s <= 0:
            raise NoAnswer("the time for lookups was over")
        return min(lifetime_s, remaining_s)

    def _of_the_system(self, host: str) -> Found:
        """What the system gives, which knows no time limit: it is asked in a thread of its own."""
        self._check_silences()
        told: SimpleQueue[Found | Exception] = SimpleQueue()

        def ask() -> None:
            try:
                told.put(_of_the_system(host))
            except Exception as error:
                told.put(error)

        most_s = self._most_s(self._system_lifetime_s)
        threading.Thread(target=ask, daemon=True, name="lookup").start()
        try:
            found = told.get(timeout=most_s)
        except Empty:
            self._silences += 1
            raise NoAnswer("the system's name servers did not answer in time") from None
        if isinstance(found, Exception):
            raise found
        self._has_answered = True
        return found

    def _own_resolver(self) -> "dns.resolver.Resolver":
        import dns.resolver

        if self._resolver is None:
            own = dns.resolver.Resolver(configure=not self._servers)
            if self._servers:
                own.nameservers = [_name_server(each) for each in self._servers]
            self._resolver = own
        return self._resolver


def _of_the_system(host: str) -> Found:
    spelt = _spelt(host)
    try:
        found = socket.getaddrinfo(spelt, None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
    except ValueError as error:
        # A text that is no name, such as one that holds a NUL.
        raise NameNotFound(host) from error
    except socket.gaierror as error:
        if error.errno in NOT_THERE:
            raise NameNotFound(host) from error
        raise NoAnswer(f"the system's name servers gave no answer ({error.strerror})") from error
    canonical = next((each[3] for each in found if each[3]), host)
    addresses = dict.fromkeys(str(each[4][0]) for each in found)
    return Found(tuple(addresses)[:MOST_ANSWERS], canonical.lower().rstrip("."))


def _is_whole(answer: "dns.message.QueryMessage") -> bool:
    """Whether an answer without a record of the kind says that there is none.

    An alias whose target it says nothing of, records of other names, and a referral to other name
    servers say nothing.
    Source: RFC 2308 "Negative Caching of DNS Queries", section 2.2.
    """
    import dns.flags
    import dns.rdatatype

    end = answer.resolve_chaining()
    for found in answer.authority:
        if found.rdtype == dns.rdatatype.SOA and end.canonical_name.is_subdomain(found.name):
            return True
    is_final = bool(answer.flags & (dns.flags.AA | dns.flags.RA))
    return is_final and not answer.answer and not answer.authority


def _spelt(name: str) -> str:
    """The name as name servers know it.

    One that only an older standard takes is not asked for: it may exist, or stand for another.
    """
    spelt = ascii_domain(name)
    if not spelt.isascii():
        raise NoName(f"{name[:60]!r} is no domain name of today's standard")
    return spelt


def _name_server(text: str) -> "dns.nameserver.Nameserver":
    import dns.nameserver

    try:
        host, port = str(ipaddress.ip_address(text.strip("[]"))), 53
    except ValueError:
        head, _, tail = text.rpartition(":")
        host, port = head.strip("[]"), int(tail)
    return dns.nameserver.Do53Nameserver(host, port)


def _text(name: "dns.name.Name") -> str:
    return name.to_text(omit_final_dot=True).lower().removesuffix(".")
