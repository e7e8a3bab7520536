"""Speaks to an Exchange Server through exchangelib, in the auditor's own session.

The library gets a session with the same trust, read-only guard, sign-in with its memory of refused
passwords, and limits as everything else. One attempt each: nothing is repeated, so that no account
is locked.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from xml.parsers import expat

from connectors.exchange_server.answers import build_in, judge, wire_headers
from connectors.exchange_server.builds import build_of
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.failures import network_failure, past_deadline
from connectors.transport.guard.reads import WriteRefused
from connectors.transport.http import SignIn, Transport
from connectors.transport.pending import in_time

if TYPE_CHECKING:
    import requests

    from connectors.transport.guard.session import ExclusiveSession

_Result = TypeVar("_Result")
_MOST_BYTES = 4 * 1024 * 1024
_TIMEOUT_S = 60.0
MOST_ANSWERS = 50
"""For the version, or one mailbox: a server that says that there is more has no end otherwise."""


class Ews:
    """The library's protocol for one server.

    `heard` is the last answer that it got, since what the library raises is seldom what the
    server said.
    """

    def __init__(self, protocol: Any, place: str, transport: Transport) -> None:
        self.protocol = protocol
        self._place = place
        self._transport = transport
        self.heard: Answer | None = None
        self._answers = 0
        self._is_whole = True

    def begin(self) -> None:
        """What is heard from now on belongs together. Raises `SourceFailed`: `deadline`."""
        self.check_time()
        self._answers, self._is_whole = 0, True

    def in_time(self, call: "Callable[[], _Result]") -> "_Result":
        """What a call of the library gives, before the deadline. Raises `SourceFailed`, and more.

        The library waits for every byte of a header anew.
        """
        return in_time(call, self._transport.policy, self._place)

    def check_whole(self) -> None:
        """Return where all that was heard is whole XML. Raises `SourceFailed`: `spoiled-answer`.

        The library makes the best of what is not, so that a folder may be missing that is there.
        """
        if not self._is_whole:
            raise self.spoiled()

    def spoiled(self) -> SourceFailed:
        """What an answer stands for that cannot be what the server meant."""
        return SourceFailed(
            f"{self._place}: the answer of Exchange Web Services is damaged or says what cannot be",
            "Run the audit again; if it stays, look at proxies on the way.",
            "spoiled-answer",
            url=self._place,
        )

    def check_time(self) -> None:
        """Return where the run's time is not over. Raises `SourceFailed`: `deadline`."""
        remaining_s = self._transport.policy.remaining_s()
        if remaining_s is not None and remaining_s <= 0:
            raise past_deadline(self._place)

    def failure(self, error: Exception) -> SourceFailed:
        """What an error of the library stands for, by the answer itself."""
        if isinstance(error, SourceFailed):
            return error
        if self.heard is None:
            return network_failure(error, self._place)
        failure = judge(self.heard, self._place, self._transport.redaction)
        if failure is not None:
            return failure
        if build_in(self.heard) is not None:
            return self.spoiled()
        return SourceFailed(
            f"{self._place}: what answers is no Exchange Web Services: no version came with its "
            f"answer (status {self.heard.status})",
            "Check the address, and whether a proxy or a sign-in page answers in the server's "
            "place.",
            "not-ews",
            url=self._place,
            status=self.heard.status,
        )

    def hear(self, response: "requests.Response", **settings: Any) -> "requests.Response":
        """Keep an answer, read within bounds before the library looks at it.

        Raises `SourceFailed`.
        """
        self._answers += 1
        if self._answers > MOST_ANSWERS:
            response.close()
            raise self.spoiled()
        consumed = bool(getattr(response, "_content_consumed", False))
        body = response.content if consumed else self._read(response)
        # The library goes through an answer in pieces, and left to itself they are single bytes.
        in_one = partial(type(response).iter_content, response, _MOST_BYTES)
        response.iter_content = in_one  # type: ignore[method-assign]
        self.heard = Answer(
            status=response.status_code,
            headers=wire_headers(response.headers),
            body=body,
            url=self._place,
            received_at=datetime.now(UTC),
            requests=1,
        )
        self._is_whole = self._is_whole and _is_whole_xml(body)
        return response

    def _read(self, response: "requests.Response") -> bytes:
        from connectors.transport.receiving import read_body

        policy = self._transport.policy
        began = policy.clock()

        def check_time() -> None:
            self.check_time()
            if policy.clock() - began > policy.body_timeout_s:
                raise network_failure(TimeoutError(), self._place)

        try:
            body = read_body(response, _MOST_BYTES, self._place, check_time)
        except SourceFailed:
            response.close()
            raise
        response._content = body
        response._content_consumed = True  # type: ignore[attr-defined]
        return body


@contextmanager
def speaking(
    url: str, sign_in: SignIn, transport: Transport, source: str, version: Any = None
) -> Iterator[Ews]:
    """Exchange Web Services at an address. `version` None: the library asks for it first."""
    # The library takes a second to load, and few runs need it.
    from exchangelib.configuration import Configuration
    from exchangelib.protocol import FailFast, Protocol
    from exchangelib.transport import NOAUTH

    # What it logs holds whole requests, with what signs them in.
    logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)
    policy = transport.policy
    remaining_s = policy.remaining_s()
    # Made by its own class alone: the cache of its metaclass would outlive the run.
    protocol = type.__call__(
        Protocol,
        config=Configuration(
            service_endpoint=url,
            auth_type=NOAUTH,
            retry_policy=FailFast(),
            max_connections=1,
            version=version,
        ),
    )
    ews = Ews(protocol, transport.redaction.address(url), transport)
    ews.check_time()
    protocol.TIMEOUT = min(
        _TIMEOUT_S, policy.read_timeout_s, _TIMEOUT_S if remaining_s is None else remaining_s
    )
    protocol.create_session = lambda: _session(url, sign_in, transport, source, ews.hear)
    try:
        yield ews
    finally:
        protocol.close()


def server_build(url: str, sign_in: SignIn, transport: Transport, source: str) -> str:
    """The build that the server at the EWS address tells once signed in, such as `15.2.1544.4`.

    The name of the schema version that comes with the build is never looked at. Raises
    `SourceFailed`.
    """
    with speaking(url, sign_in, transport, source) as ews:
        try:
            build = ews.in_time(lambda: ews.protocol.version.build)
            numbers = (
                build.major_version,
                build.minor_version,
                build.major_build,
                build.minor_build,
            )
            told = ".".join(str(int(each)) for each in numbers)
            if build_of(told) is None:
                raise ews.spoiled()
            return told
        except WriteRefused:
            raise
        except Exception as error:
            # The library reads the version of the answers that it expects, and of no other.
            build = ews.heard and build_in(ews.heard)
            if build and not isinstance(error, SourceFailed):
                return build
            raise ews.failure(error) from error


def _is_whole_xml(body: bytes) -> bool:
    """Whether it is XML to its end, without definitions, of which Exchange makes none."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True


def _session(
    url: str,
    sign_in: SignIn,
    transport: Transport,
    source: str,
    hear: "Callable[..., requests.Response]",
) -> "ExclusiveSession":
    session = transport.session("ews", source)
    session.headers.update(
        {
            "Content-Type": "text/xml; charset=utf-8",
            "Accept": "text/xml",
            "Accept-Encoding": "gzip",
            "User-Agent": "server-side-sync-auditor",
        }
    )
    session.proxies.update(transport.policy.proxies(url))
    session.auth = sign_in
    session.hooks["response"].append(hear)
    session.session_id = 0  # type: ignore[attr-defined]
    session.usage_count = 0  # type: ignore[attr-defined]
    return session
