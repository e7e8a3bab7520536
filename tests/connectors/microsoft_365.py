"""A signed-in client of Microsoft 365 whose answers are canned, and readers read to the end."""

import json
from collections.abc import Iterable
from typing import Any

import requests
import responses

from connectors.exchange_online.client import ExchangeOnline
from connectors.graph.client import Graph
from connectors.sources.live import LiveServers, read_whole
from connectors.sources.readings import EarlierReadings, EmptyAddressBook, Reading
from connectors.sources.source import Reader
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy
from tests.waiting import until_nothing_is_asked_ahead

GRAPH = "https://graph.microsoft.com"
EXCHANGE = "https://outlook.office365.com"
TENANT = "11111111-2222-4333-8444-555555555555"


class SignedIn:
    """Adds a token and never has a fresher one."""

    resource = GRAPH

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = "Bearer token-for-tests"
        return request

    def renew(self, refused: requests.PreparedRequest) -> bool:
        return False


def transport(pauses: list[float] | None = None) -> Transport:
    """One whose clock stands still: a server that seems slow is asked another way."""
    noted = pauses if pauses is not None else []
    return Transport(NetworkPolicy(retries=2, sleep=noted.append, clock=lambda: 0.0))


def graph(pauses: list[float] | None = None, *, inbox_rules: int = 0) -> Graph:
    return Graph(GRAPH, transport(pauses), SignedIn(), inbox_rules=inbox_rules)


def exchange(*, cmdlets: bool = True) -> ExchangeOnline:
    return ExchangeOnline(EXCHANGE, TENANT, transport(), SignedIn(), cmdlets=cmdlets)


class Accounts(EmptyAddressBook):
    """An address book of these accounts, each with its address and id."""

    def __init__(self, accounts: Iterable[tuple[str, str]]) -> None:
        self._accounts = accounts

    def without_mailbox(self) -> Iterable[tuple[str, str]]:
        return self._accounts

    def sampled(self) -> Iterable[tuple[str, str]]:
        return self._accounts


def read(
    reader: Reader,
    client: object,
    readings: dict[str, Reading] | None = None,
    accounts: Iterable[tuple[str, str]] = (),
) -> Reading:
    """Everything that the source gave, and how it ended; `accounts` are those to be asked for."""
    earlier = EarlierReadings(readings=readings or {}, address_book=Accounts(accounts))
    found = read_whole(LiveServers(lambda section: client, lambda source: 0), reader, earlier)
    until_nothing_is_asked_ahead()
    return found


def rows(reading: Reading) -> list[Any]:
    return [row for row, _ in reading.records]


def gives_the_rows_of_its_cmdlet(
    reader: Reader, url: str, row: dict[str, Any], cmdlet: dict[str, Any]
) -> None:
    """Asserts that the rows of the cmdlet come as they are, and that it is what was asked for."""
    responses.post(url, json={"value": [row]})
    reading = read(reader, exchange())
    assert (reading.state.status, reading.state.columns) == ("read", reader.columns)
    (found,) = rows(reading)
    assert {name: getattr(found, name) for name in row} == row
    asked = json.loads(responses.calls[0].request.body or "")["CmdletInput"]
    assert asked == cmdlet


def names_what_it_needs(reader: Reader, url: str, permission: str, role: str) -> None:
    """Asserts that a refusal fails the source, and that its remedy names permission and role."""
    responses.post(url, json={"error": {"code": "Forbidden"}}, status=403)
    state = read(reader, exchange()).state
    assert state.status == "failed"
    assert f"{permission} of" in state.remedy
    assert role in state.remedy
