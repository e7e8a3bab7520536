"""Exchange Online, Get-AcceptedDomain: what is asked for, and what a refusal tells."""

import pytest
import responses

from connectors.exchange_online.accepted_domains import READER
from tests.connectors.microsoft_365 import (
    EXCHANGE,
    TENANT,
    exchange,
    gives_the_rows_of_its_cmdlet,
    names_what_it_needs,
    read,
)

URL = f"{EXCHANGE}/adminapi/v2.0/{TENANT}/AcceptedDomain"
ROW = {"DomainName": "contoso.example", "DomainType": "Authoritative"}


@responses.activate
def test_what_the_cmdlet_gives_is_read() -> None:
    cmdlet = {"CmdletName": "Get-AcceptedDomain", "Parameters": {"ResultSize": "Unlimited"}}
    gives_the_rows_of_its_cmdlet(READER, URL, ROW, cmdlet)


@responses.activate
def test_a_refusal_names_permission_and_role() -> None:
    names_what_it_needs(READER, URL, "Exchange.ManageAsAppV2", "View-Only Configuration")


@responses.activate
def test_a_value_of_another_kind_fails_it() -> None:
    responses.post(URL, json={"value": [ROW | {"DomainName": {}}]})
    state = read(READER, exchange()).state
    assert (state.status, state.code) == ("failed", "unexpected-shape")


@responses.activate
@pytest.mark.parametrize("name", ["", "cont\ufffdso.example"])
def test_a_domain_whose_name_cannot_be_read_leaves_the_listing_short(name: str) -> None:
    responses.post(URL, json={"value": [ROW, ROW | {"DomainName": name}]})
    state = read(READER, exchange()).state
    assert (state.status, state.code) == ("partial", "rows-without-key")
