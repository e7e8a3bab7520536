"""Where profiles lead: the servers that are handed to the readers that ask them."""

import pytest
from msgspec import UNSET

from connectors.normalisation.endpoints import (
    Endpoint,
    Endpoints,
    blank_is_none,
    host_in,
    named_servers,
)
from connectors.normalisation.records import Record, values_of
from connectors.sources.named_servers import NamedServer
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.email_systems import Protocol
from rules.option_sets import Deployment
from rules.unknown import Unknown
from tests.auditor.rows import profile
from tests.connectors.dynamics.readings import READ_AT

PROFILES = "dynamics.emailserverprofiles"
DETAIL, ORGANIZATIONS = "dynamics.organization-detail", "dynamics.organizations"
OWN = {"usesamesettingsforoutgoingconnections": False, "useautodiscover": False}


def named(*rows, deployment=None):
    """What the profiles name, where nothing of the organisation was read."""
    readings = {name: Reading(SourceState(name, "failed")) for name in (DETAIL, ORGANIZATIONS)}
    readings[PROFILES] = Reading(SourceState(PROFILES, "read"), tuple((r, READ_AT) for r in rows))
    return named_servers(readings, deployment)


def test_both_directions_of_a_profile_name_a_server_with_its_port_and_protocol():
    found = named(
        profile(
            **OWN,
            servertype=1,
            incomingserverlocation="POP.example",
            incomingportnumber=0,
            outgoingserverlocation="smtp.example:25",
        )
    )
    assert found.servers == (
        NamedServer("pop.example", 995, Protocol.POP3),
        NamedServer("smtp.example", 25, Protocol.SMTP),
    )


def test_an_outgoing_direction_that_shares_the_settings_names_the_same_server():
    shared = {**OWN, "usesamesettingsforoutgoingconnections": True}
    found = named(profile(**shared, servertype=0, incomingserverlocation="https://ews.example/"))
    assert found.servers == (NamedServer("ews.example", 443, Protocol.EWS),) * 2


@pytest.mark.parametrize(
    "unclear",
    [
        {"servertype": 9},
        {"incomingserverlocation": None},
        {"incomingserverlocation": "pop.example:port"},
    ],
)
def test_a_direction_that_leaves_host_port_or_protocol_open_names_none(unclear):
    columns = {**OWN, "servertype": 1, "incomingserverlocation": "pop.example", **unclear}
    found = named(profile(**columns, outgoingserverlocation=None))
    assert found.servers == ()


def test_which_settings_are_in_force_must_be_known():
    found = named(profile(usesamesettingsforoutgoingconnections=None, servertype=1))
    assert len(found.servers) == 1


def test_a_server_of_an_inactive_profile_is_not_used():
    active, inactive = (named(profile(servertype=1, statecode=state)) for state in (0, 1))
    assert {each.is_used for each in active.servers} == {True}
    assert {each.is_used for each in inactive.servers} == {False}


@pytest.mark.parametrize(
    ("deployment", "on_premises"),
    [(Deployment.ON_PREMISES, True), (Deployment.ONLINE, False), (None, False)],
)
def test_servers_may_stand_in_private_networks_where_it_is_certainly_on_premises(
    deployment, on_premises
):
    assert named(deployment=deployment).on_premises is on_premises


@pytest.mark.parametrize("location", ["POP.example.", "https://pop.example./", "pop.example.:995"])
def test_a_final_dot_names_the_same_host(location):
    columns = {**OWN, "servertype": 1, "outgoingserverlocation": None}
    found = named(profile(**columns, incomingserverlocation=location))
    assert {each.host for each in found.servers} == {"pop.example"}


EWS, POP3, IMAP, SMTP = Protocol.EWS, Protocol.POP3, Protocol.IMAP, Protocol.SMTP
WEB = "https://mail.contoso.example/EWS"
HOST = "mail.contoso.example"


def endpoint(direction="incoming", **columns):
    values = values_of(profile(**{**OWN, **columns}))
    state = SourceState(PROFILES, "read")
    return Endpoints(Record(PROFILES, "p-1", READ_AT, values, state)).of(direction)


def same(found, expected):
    return isinstance(found, Unknown) if expected is Unknown else found == expected


@pytest.mark.parametrize(
    ("kind", "direction", "location", "port", "expected"),
    [
        (0, "incoming", None, None, EWS),
        (2, "outgoing", None, None, EWS),
        (3, "incoming", None, None, EWS),
        (1, "incoming", None, None, POP3),
        (1, "outgoing", None, None, SMTP),
        (4, "incoming", None, None, IMAP),
        (4, "outgoing", None, None, SMTP),
        (9, "incoming", WEB, None, Unknown),
        (1, "incoming", WEB, None, EWS),
        (1, "incoming", WEB.replace("https", "HTTP"), None, EWS),
        (1, "incoming", UNSET, None, Unknown),
        (0, "incoming", "pop.contoso.example", None, POP3),
        (0, "incoming", "pop3.contoso.example", None, POP3),
        (0, "incoming", "imap.contoso.example", None, IMAP),
        (0, "outgoing", "smtp.contoso.example", None, SMTP),
        (0, "incoming", HOST, 110, POP3),
        (0, "incoming", HOST, 143, IMAP),
        (0, "incoming", HOST, 25, SMTP),
        (0, "incoming", HOST, 443, EWS),
        (0, "incoming", HOST, 0, EWS),
        (0, "incoming", HOST, 8443, Unknown),
        (0, "incoming", f"{HOST}:8443", None, Unknown),
        (0, "incoming", f"{HOST}:443", None, EWS),
        (1, "incoming", HOST, 8443, POP3),
        (1, "incoming", HOST, 143, POP3),
    ],
)
def test_the_protocol_is_that_of_the_kind_unless_the_location_names_another(
    kind, direction, location, port, expected
):
    columns = {f"{direction}serverlocation": location, f"{direction}portnumber": port}
    assert same(endpoint(direction, servertype=kind, **columns).protocol, expected)


@pytest.mark.parametrize(
    ("kind", "location", "port", "expected"),
    [
        (0, "pop.contoso.example", None, EWS),
        (0, HOST, 110, Unknown),
        (0, WEB, None, EWS),
        (0, UNSET, None, EWS),
        (1, WEB, None, SMTP),
        (1, "pop.contoso.example", 995, SMTP),
    ],
)
def test_an_outgoing_direction_that_follows_keeps_the_protocol_of_its_kind(
    kind, location, port, expected
):
    found = endpoint(
        "outgoing",
        servertype=kind,
        usesamesettingsforoutgoingconnections=True,
        incomingserverlocation=location,
        incomingportnumber=port,
    )
    assert isinstance(found, Endpoint)
    assert found.follows is True
    assert found.columns["location"] == "incomingserverlocation"
    assert same(found.protocol, expected)


def test_a_direction_of_its_own_follows_none():
    for direction in ("incoming", "outgoing"):
        found = endpoint(direction, servertype=1)
        assert (found.follows, found.columns["port"]) == (False, f"{direction}portnumber")


@pytest.mark.parametrize(
    ("location", "column", "auto_discover", "port"),
    [
        (HOST, None, False, None),
        (HOST, 0, False, None),
        (HOST, 8443, False, 8443),
        (HOST, 8443, True, None),
        (HOST, 8443, None, Unknown),
        (HOST, 0, None, None),
        (HOST, UNSET, False, Unknown),
        (f"{HOST}:995", 8443, False, 995),
        (f"{HOST}:995", None, True, 995),
        (f"https://{HOST}:8443/x", None, False, 8443),
        (f"{HOST}:99999", None, False, Unknown),
        (None, 8443, False, 8443),
        (UNSET, 8443, False, Unknown),
    ],
)
def test_a_port_in_the_location_counts_before_the_column(location, column, auto_discover, port):
    found = endpoint(
        servertype=1,
        useautodiscover=auto_discover,
        incomingserverlocation=location,
        incomingportnumber=column,
    )
    assert same(found.port, port)


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("MAIL.contoso.example", HOST),
        (f"https://{HOST}./x", HOST),
        ("https://[2001:db8::1]:443/x", "2001:db8::1"),
        ("https://[Broken", "https://[broken"),
        (None, None),
    ],
)
def test_a_host_is_in_lower_case_without_its_final_dot(location, host):
    assert host_in(location) == host


def test_blanks_alone_are_no_text():
    hidden = Unknown("Hidden.", "Show it.")
    assert [blank_is_none(each) for each in (" a ", "  ", "", None, hidden)] == [
        "a",
        None,
        None,
        None,
        hidden,
    ]
    assert host_in(hidden) is hidden
