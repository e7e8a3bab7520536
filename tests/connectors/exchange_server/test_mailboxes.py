"""Mailboxes opened on an Exchange Server: which, how many, and when the server is not believed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connectors.exchange_server import mailboxes
from connectors.exchange_server.folders import NO_MAILBOX, Opened
from connectors.exchange_server.hosts import Place
from connectors.exchange_server.mailboxes import READER, OpenedRow, read
from connectors.exchange_server.servers import BUILDS, ExchangeServers, HostRow
from connectors.sources.readings import EarlierReadings, EmptyAddressBook, Reading
from connectors.sources.source import Progress, SourceState
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport

HOST = "mail.contoso.example:443"
DENIED = Opened("ErrorImpersonateUserDenied")
OPEN = Opened(None, 5, 0)
BROKEN = SourceFailed("cut", "again", "connection-reset")


class Server:
    """Opens mailboxes by address: what is not named opens; an exception is raised."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.versions: set[Any] = set()
        monkeypatch.setattr(mailboxes, "_AT_ONCE", 1)
        monkeypatch.setattr(mailboxes, "speaking", self.speaking)
        monkeypatch.setattr(mailboxes, "opened", self.opened)
        monkeypatch.setattr(mailboxes, "version_of", lambda build: build)

    @contextmanager
    def speaking(self, *asked: Any) -> Iterator[Any]:
        self.versions.add(asked[-1])
        yield "ews"

    def opened(self, ews: Any, address: str) -> Opened:
        self.asked.append(address)
        found = self.answers.get(address, self.answers.get("others", OPEN))
        if isinstance(found, Exception):
            raise found
        return found  # type: ignore[no-any-return]


def servers(**changes: Any) -> ExchangeServers:
    place = Place("mail.contoso.example")
    usual: dict[str, Any] = {
        "transport": Transport(),
        "configured": place,
        "trusted": frozenset({place}),
        "environment_host": "org.example",
        "sign_in": lambda origin: origin,
        "lookup": lambda host: ["198.51.100.7"],
        "mailboxes": 9,
    }
    return ExchangeServers(**usual | changes)


def earlier(*addresses: str, **more: Any) -> EarlierReadings:
    return EarlierReadings(addresses=lambda: addresses, **more)


def rows(own: ExchangeServers, *addresses: str, **more: Any) -> tuple[list[OpenedRow], Progress]:
    progress = Progress()
    (page,) = read(own, progress, earlier(*addresses, **more))
    return list(page.rows), progress


def test_mailboxes_are_opened_with_the_counts_that_they_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(monkeypatch, a=Opened(None, 5, 2), b=Opened("ErrorAccessDenied"))
    found, progress = rows(servers(), "b", "a")
    assert found == [OpenedRow("a", HOST, None, 5, 2), OpenedRow("b", HOST, "ErrorAccessDenied")]
    assert progress.code == ""
    assert server.versions == {None}


def test_several_are_opened_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch)
    monkeypatch.setattr(mailboxes, "_AT_ONCE", 4)
    found, _ = rows(servers(), *"fedcba")
    assert [row.address for row in found] == list("abcdef")
    assert sorted(server.asked) == list("abcdef")


@pytest.mark.parametrize(("most", "asked"), [(0, 0), (2, 2), (9, 3)])
def test_so_many_are_opened_as_the_configuration_says(
    most: int, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(monkeypatch)
    found, progress = rows(servers(mailboxes=most), "a", "b", "c")
    assert len(found) == len(server.asked) == asked
    assert progress.code == ""


def test_never_are_more_opened_than_there_is_a_bound_for(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch)
    monkeypatch.setattr(mailboxes, "MOST_ASKED", 2)
    rows(servers(mailboxes=9), "a", "b", "c")
    assert len(server.asked) == 2


def test_mailboxes_that_exchange_online_lists_are_not_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Online(EmptyAddressBook):
        def lists_online(self, address: str) -> bool:
            return address == "b"

    server = Server(monkeypatch)
    rows(servers(), "a", "b", address_book=Online())
    assert server.asked == ["a"]


def test_the_build_that_was_read_of_the_server_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [
        HostRow("other:443", "other", 443, build="15.0.1.1"),
        HostRow(HOST, "mail.contoso.example", 443),
        HostRow(HOST, "mail.contoso.example", 443, build="15.2.1544.4"),
    ]
    server = Server(monkeypatch)
    reading = Reading(SourceState(BUILDS, "read"), tuple((row, "") for row in told))
    rows(servers(), "a", readings={BUILDS: reading})
    assert server.versions == {(15, 2, 1544, 4)}


def test_without_an_account_nothing_is_opened() -> None:
    with pytest.raises(SourceFailed) as caught:
        rows(servers(sign_in=None), "a")
    assert caught.value.code == "incomplete-sign-in"


def test_three_refusals_to_stand_in_are_a_missing_role(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, others=DENIED)
    with pytest.raises(SourceFailed) as caught:
        rows(servers(), *"abcde")
    assert caught.value.code == "impersonation-denied"
    assert "answered ErrorImpersonateUserDenied for every one" in caught.value.reason
    assert len(server.asked) == 3
    found, _ = rows(servers(), "a", "b")
    assert [row.code for row in found] == [DENIED.code] * 2


def test_refusals_beside_a_mailbox_that_opened_are_those_mailboxes_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(monkeypatch, others=DENIED, d=OPEN)
    found, _ = rows(servers(), *"abcde")
    assert len(found) == len(server.asked) == 5
    other = Server(monkeypatch, others=Opened("ErrorAccessDenied"))
    found, _ = rows(servers(), *"abcde")
    assert len(found) == len(other.asked) == 5


def test_a_server_that_breaks_off_leaves_the_source_partial(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(monkeypatch, c=BROKEN)
    found, progress = rows(servers(), *"abcd")
    assert len(found) == len(server.asked) - 1
    assert progress.code == "broken-off"
    assert progress.reason.startswith(f"{len(found)} of 4 mailboxes were opened")


def test_a_server_that_breaks_off_at_once_fails_the_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Server(monkeypatch, others=BROKEN)
    with pytest.raises(SourceFailed) as caught:
        rows(servers(), "a", "b")
    assert caught.value is BROKEN


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"others": Opened(NO_MAILBOX)}, "no-mailbox-opened"),
        ({"others": Opened(NO_MAILBOX), "b": OPEN}, ""),
        ({"others": Opened("ErrorAccessDenied")}, ""),
    ],
)
def test_a_server_that_knows_nobody_is_not_believed(
    answers: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Server(monkeypatch, **answers)
    _, progress = rows(servers(), "a", "b")
    assert progress.code == code
    assert rows(servers())[1].code == ""


def test_a_probe_opens_a_few_and_says_nothing_of_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch, others=Opened(NO_MAILBOX))
    progress = Progress()
    assert READER.probe is not None
    (page,) = READER.probe(servers(), progress, earlier(*"abcde"))
    assert len(page.rows) == len(server.asked) == 3
    assert progress.code == ""
