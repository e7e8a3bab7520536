"""One attempt: a request goes out, and its whole answer comes back within the policy's bounds.

What an answer means, and whether there is another attempt, is decided in `http.py`.
"""

import http.client
import logging
from datetime import UTC, datetime
from hashlib import sha256

import requests
import urllib3

from connectors.transport.answers import Answer
from connectors.transport.compression import without_mark
from connectors.transport.errors import SourceFailed
from connectors.transport.failures import network_failure, past_deadline
from connectors.transport.guard.reads import origin
from connectors.transport.guard.session import ExclusiveSession
from connectors.transport.network import ON_ITS_WAY, NetworkPolicy
from connectors.transport.receiving import inflated, receive
from connectors.transport.redaction import Redaction, SearchedBody
from connectors.transport.request import Request

log = logging.getLogger(__name__)

_MOST_REFUSAL_BYTES = 1024 * 1024


class Attempts:
    """Sends requests under a policy, each once. Safe to share between threads."""

    def __init__(self, policy: NetworkPolicy, redaction: Redaction) -> None:
        self._policy = policy
        self._redaction = redaction
        self._proxies: dict[str, dict[str, str]] = {}

    def under(self, policy: NetworkPolicy) -> "Attempts":
        """The same under another policy that differs in no proxy."""
        found = Attempts(policy, self._redaction)
        found._proxies = self._proxies
        return found

    @staticmethod
    def prepared(request: Request, place: str) -> requests.PreparedRequest:
        """The request as it is sent; `place` is its address without secrets.

        Raises `SourceFailed` with code `not-https` or `unusable-address`, and what its sign-in
        raises.
        """
        if not request.url.lower().startswith("https://"):
            raise SourceFailed(
                f"{place}: only https addresses are asked",
                "Write the address with https:// in the configuration.",
                "not-https",
                url=place,
            )
        headers = {
            "Accept": request.accept,
            "Accept-Encoding": "gzip",
            "User-Agent": "server-side-sync-auditor",
            **request.headers,
        }
        asked = requests.Request(
            request.method, request.url, headers=headers, data=request.body, auth=request.auth
        )
        try:
            # Not by the session: it has nothing to add, and to look takes as long as all the rest.
            return asked.prepare()
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
            what = "header" if isinstance(error, requests.exceptions.InvalidHeader) else "address"
            raise SourceFailed(
                f"{place}: no request can be made with this {what}",
                "Correct the address or the name in the record or configuration that it is from.",
                "unusable-address",
                url=place,
            ) from error

    def outcome(
        self,
        session: ExclusiveSession,
        prepared: requests.PreparedRequest,
        place: str,
        end_bytes: int,
    ) -> Answer | SourceFailed:
        """The whole answer, or why there is none.

        `place` is the address without secrets, `end_bytes` as in `Request`.
        """
        policy = self._policy
        remaining_s = policy.remaining_s()
        most_s = float("inf") if remaining_s is None else max(0.001, remaining_s)
        started = policy.clock()
        try:
            response = session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                proxies=self._proxies_for(prepared.url or ""),
                timeout=(min(policy.connect_timeout_s, most_s), min(policy.read_timeout_s, most_s)),
            )
            answer = self._read(response, place, started, end_bytes)
        except SourceFailed as failure:
            return failure
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
            UnicodeError,
        ) as error:
            remaining_s = policy.remaining_s()
            if remaining_s is not None and remaining_s <= 0:
                return past_deadline(place)
            return network_failure(error, place)
        log.debug(
            "%s %s: %d, %d bytes, %.2f s",
            prepared.method,
            place,
            answer.status,
            len(answer.sent or answer.body),
            policy.clock() - started,
        )
        return answer

    def _proxies_for(self, url: str) -> dict[str, str]:
        """As the policy says; the variables of the system are looked through once for a host."""
        host = origin(url)
        if host not in self._proxies:
            self._proxies[host] = self._policy.proxies(url)
        return self._proxies[host]

    def _read(
        self, response: requests.Response, place: str, started: float, end_bytes: int
    ) -> Answer:
        policy = self._policy

        def check_time() -> None:
            remaining_s = policy.remaining_s()
            if remaining_s is not None and remaining_s <= 0:
                raise past_deadline(place)
            if policy.clock() - started > policy.body_timeout_s:
                raise network_failure(TimeoutError(), place)

        refused = response.status_code >= 300
        most_bytes = policy.max_body_bytes
        if refused:
            # Small, and wanted whole: it says why.
            most_bytes, end_bytes = min(most_bytes, _MOST_REFUSAL_BYTES), 0
        sent = body = b""
        searched = SearchedBody(self._redaction.told)
        try:
            sent = receive(response, most_bytes, place, check_time)
            ON_ITS_WAY.received()
            body = inflated(response, sent, most_bytes, place, end_bytes, searched.add)
        except SourceFailed as failure:
            response.close()
            # What the status says counts more than a broken page that goes with it.
            if not refused or failure.code == "deadline":
                raise
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=without_mark(body),
            url=response.url or place,
            received_at=datetime.now(UTC),
            requests=0,
            digest=sha256(sent).hexdigest(),
            sent=sent if sent is not body else b"",
            is_cut=bool(end_bytes) and sent is not body,
            may_repeat_secret=searched.holds_one,
        )
