"""Answers that are to be kept go into the journal, and those that it has are not asked for."""

import gzip
from typing import Any

import pytest
import responses

from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, Transport
from connectors.transport.journal import KeptAnswer, decided_once, kept_answer
from connectors.transport.network import NetworkPolicy

URL = "https://contoso.example/api/mailboxes"
BODY = b'\xef\xbb\xbf{"value":["' + b"x" * 9000 + b'"],"@odata.nextLink":"more"}'


class Kept:
    """A journal in memory; what is kept is found from then on."""

    def __init__(self) -> None:
        self.answers: dict[str, KeptAnswer] = {}
        self.notes: dict[str, bytes] = {}

    def found(self, request: Request) -> Answer | None:
        found = self.answers.get(request.url)
        return None if found is None else found.answer(request)

    def keep(self, request: Request, answer: Answer) -> None:
        self.answers[request.url] = kept_answer(answer)

    def noted(self, name: str) -> bytes | None:
        return self.notes.get(name)

    def note(self, name: str, content: bytes) -> None:
        self.notes[name] = content


def server(body: bytes = BODY, **headers: str) -> responses.RequestsMock:
    mock = responses.RequestsMock(assert_all_requests_are_fired=False)
    mock.get(URL, body=body, content_type="application/json", headers=headers)
    return mock


@pytest.mark.parametrize("end_bytes", [0, 100])
@pytest.mark.parametrize("is_compressed", [False, True])
def test_what_was_answered_once_is_the_same_answer_again(
    is_compressed: bool, end_bytes: int
) -> None:
    journal = Kept()
    transport = Transport(journal=journal)
    asked = Request(URL, source="dynamics.mailboxes", end_bytes=end_bytes, is_kept=True)
    sent = {"body": gzip.compress(BODY), "Content-Encoding": "gzip"} if is_compressed else {}
    with server(**sent) as mock:  # type: ignore[arg-type]
        first = transport.ask(asked)
        again = transport.ask(asked)
        assert len(mock.calls) == 1
    assert again.body == first.body
    assert (again.sent, again.is_cut) == (first.sent, first.is_cut)
    assert (again.digest, again.received_at) == (first.digest, first.received_at)
    assert again.requests == 0
    assert transport.requests_of("dynamics.mailboxes") == 1


def test_other_answers_and_refusals_are_not_kept() -> None:
    journal = Kept()
    transport = Transport(NetworkPolicy(retries=0), journal=journal)
    with server():
        transport.ask(Request(URL))
    assert journal.answers == {}
    with server() as mock:
        mock.replace(responses.GET, URL, status=503)
        with pytest.raises(SourceFailed):
            transport.ask(Request(URL, is_kept=True))
    assert journal.answers == {}


@pytest.mark.parametrize("end_bytes", [0, 10])
def test_an_answer_that_repeats_a_secret_is_not_kept(end_bytes: int) -> None:
    journal = Kept()
    transport = Transport(journal=journal)
    transport.redaction.learn('Tr0ub4dor"&3-of-the-auditor')
    body = b'{"value":["' + b"x" * 900 + b'Tr0ub4dor\\"&3-of-the-auditor","' + b"x" * 900 + b'"]}'
    asked = Request(URL, end_bytes=end_bytes, is_kept=True)
    with server(gzip.compress(body), **{"Content-Encoding": "gzip"}):
        transport.ask(asked)
    assert journal.answers == {}
    with server(gzip.compress(BODY), **{"Content-Encoding": "gzip"}):
        transport.ask(asked)
    assert len(journal.answers) == 1


def test_what_was_decided_once_stays() -> None:
    journal = Kept()

    def undecided() -> Any:
        raise AssertionError

    for value in (("a", "b"), None):
        journal.notes.clear()
        assert decided_once(None, "ranges", tuple, lambda value=value: value) == value
        assert decided_once(journal, "ranges", tuple, lambda value=value: value) == value
        assert decided_once(journal, "ranges", tuple, undecided) == value
