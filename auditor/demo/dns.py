"""The name server of the simulated tenant: it knows the tenant's own names, and refuses others."""

import contextlib
import selectors
import socket
import struct
import threading
from collections.abc import Callable, Mapping, Sequence

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import msgspec

from connectors.transport.closing import Closing

_LONGEST_S = 5.0
_TTL_S = 60


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """What the name server tells, by name in lower case without a dot at the end.

    `hosts` lead to addresses and `missing` do not exist; `exchangers` take the mail of a domain and
    `aliases` lead on. Every other name is refused, so that nothing is told of real ones.
    """

    hosts: Mapping[str, str] = {}
    missing: Sequence[str] = ()
    exchangers: Mapping[str, str] = {}
    aliases: Mapping[str, str] = {}


class SimulatedNameServer(Closing):
    """Answers on loopback over UDP and TCP from construction until `close`.

    `failing` tells how, a key of `FAILING`, where it does.
    """

    def __init__(self, zone: Zone, failing: Callable[[], str] = lambda: "") -> None:
        self._zone = zone
        self._failing = failing
        self._stopped = threading.Event()
        self._udp, self._tcp = _two_sockets()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._udp, selectors.EVENT_READ)
        self._selector.register(self._tcp, selectors.EVENT_READ)
        self.questions: list[str] = []
        self._thread = threading.Thread(target=self._run, name="simulated dns", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """The IP:PORT that the configuration names."""
        return f"127.0.0.1:{self._udp.getsockname()[1]}"

    def close(self) -> None:
        """End the server; harmless when closed before."""
        self._stopped.set()
        self._thread.join()
        self._udp.close()
        self._tcp.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            for key, _ in self._selector.select(0.1):
                with contextlib.suppress(OSError, struct.error):
                    if key.fileobj is self._udp:
                        wire, asker = self._udp.recvfrom(4096)
                        answer = self._answer(wire)
                        if answer:
                            self._udp.sendto(answer, asker)
                    else:
                        self._answer_over_tcp()

    def _answer_over_tcp(self) -> None:
        connection, _ = self._tcp.accept()
        with connection:
            connection.settimeout(_LONGEST_S)
            (length,) = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))
            answer = self._answer(connection.recv(length, socket.MSG_WAITALL))
            connection.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, wire: bytes) -> bytes:
        try:
            query = dns.message.from_wire(wire)
            question = query.question[0]
        except (dns.exception.DNSException, IndexError):
            return b""
        name = question.name.to_text(omit_final_dot=True).lower()
        self.questions.append(f"{name} {dns.rdatatype.to_text(question.rdtype)}")
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if failing := self._failing():
            return FAILING[failing](response)
        response.set_rcode(self._fill(response, question.name, name, question.rdtype))
        return response.to_wire()

    def _fill(
        self,
        response: dns.message.Message,
        owner: dns.name.Name,
        name: str,
        kind: dns.rdatatype.RdataType,
    ) -> dns.rcode.Rcode:
        zone = self._zone
        if name in zone.missing:
            return dns.rcode.NXDOMAIN
        if name not in {*zone.hosts, *zone.exchangers, *zone.aliases}:
            return dns.rcode.REFUSED
        text = None
        if name in zone.aliases:
            kind, text = dns.rdatatype.CNAME, f"{zone.aliases[name]}."
        elif kind == dns.rdatatype.A and name in zone.hosts:
            text = zone.hosts[name]
        elif kind == dns.rdatatype.MX and name in zone.exchangers:
            text = f"10 {zone.exchangers[name]}."
        if text is not None:
            kind_text = dns.rdatatype.to_text(kind)
            response.answer.append(dns.rrset.from_text(owner, _TTL_S, "IN", kind_text, text))
        return dns.rcode.NOERROR


def _silent(response: dns.message.Message) -> bytes:
    return b""


def _fails(response: dns.message.Message) -> bytes:
    response.set_rcode(dns.rcode.SERVFAIL)
    return response.to_wire()


def _refuses(response: dns.message.Message) -> bytes:
    response.set_rcode(dns.rcode.REFUSED)
    return response.to_wire()


def _babbles(response: dns.message.Message) -> bytes:
    return response.to_wire()[:2] + b"\xff" * 40


def _answers_another(response: dns.message.Message) -> bytes:
    response.id ^= 1
    return response.to_wire()


def _cuts_short(response: dns.message.Message) -> bytes:
    """Over TCP too, so that the rest is nowhere."""
    response.flags |= dns.flags.TC
    return response.to_wire()[:-1]


def _leads_on(response: dns.message.Message) -> bytes:
    """An alias, and nothing of what it leads to."""
    response.flags &= ~dns.flags.RA
    owner = response.question[0].name
    response.answer.append(dns.rrset.from_text(owner, _TTL_S, "IN", "CNAME", "elsewhere.invalid."))
    return response.to_wire()


def _leads_in_a_circle(response: dns.message.Message) -> bytes:
    owner = response.question[0].name
    alias = dns.rrset.from_text(owner, _TTL_S, "IN", "CNAME", owner.to_text())
    response.answer.append(alias)
    return response.to_wire()


FAILING: Mapping[str, Callable[[dns.message.Message], bytes]] = {
    "silent": _silent,
    "failure": _fails,
    "refusal": _refuses,
    "no message": _babbles,
    "an answer to another question": _answers_another,
    "an answer that is cut short": _cuts_short,
    "an alias alone": _leads_on,
    "an alias of itself": _leads_in_a_circle,
}
"""What a failing name server answers in the place of its answer, by the name of the fault.

That a name does not exist is not among them: a name server that says so is believed.
"""


def _two_sockets() -> tuple[socket.socket, socket.socket]:
    """UDP and TCP at the same port, whichever is free for both."""
    for _ in range(20):
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            tcp.close()
            udp.close()
            continue
        return udp, tcp
    raise OSError("no port is free for both UDP and TCP")
