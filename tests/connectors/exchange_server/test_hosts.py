"""Places are told from addresses, and a silent name server from a name that does not exist."""

import pytest

from connectors.dns.names import Found, NameNotFound, Names, NoAnswer
from connectors.exchange_server.hosts import Place, lookup_by, place_of
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import Reachability


class Answering(Names):
    def __init__(self, outcome: Found | Exception) -> None:
        super().__init__()
        self._outcome = outcome

    def addresses(self, host: str) -> Found:
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("https://Mail.Contoso.example/EWS/Exchange.asmx", Place("mail.contoso.example", 443)),
        ("mail.contoso.example:8443", Place("mail.contoso.example", 8443)),
        ("https://[fd12::1]:444/ews", Place("fd12::1", 444)),
        ("mail.contoso.example.", Place("mail.contoso.example", 443)),
    ],
)
def test_a_place_is_told_from_what_names_it(text: str, place: Place) -> None:
    assert place_of(text) == place


def test_an_address_of_ipv6_stands_in_brackets_again() -> None:
    assert Place("fd12::1", 444).url == "https://[fd12::1]:444/EWS/Exchange.asmx"


@pytest.mark.parametrize("text", ["", "https://"])
def test_what_names_no_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="names no host"):
        place_of(text)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (NameNotFound("mail"), "name-not-resolved"),
        (NoAnswer("no name server answered in time"), "names-unanswered"),
        (Found(("10.0.0.1",), "mail"), "address-not-allowed"),
    ],
)
def test_each_way_in_which_a_name_leads_nowhere_has_its_code(
    outcome: Found | Exception, code: str
) -> None:
    with pytest.raises(SourceFailed) as caught:
        Reachability().resolve("mail.contoso.example", 443, lookup=lookup_by(Answering(outcome)))
    assert caught.value.code == code


def test_the_addresses_that_the_name_servers_give_are_kept() -> None:
    lookup = lookup_by(Answering(Found(("203.0.112.7",), "mail")))
    assert Reachability().resolve("mail", 443, lookup=lookup).addresses == ("203.0.112.7",)
