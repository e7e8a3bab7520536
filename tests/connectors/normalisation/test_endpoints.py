"""Where profiles lead: the servers that are handed to the readers that ask them."""

import pytest

from connectors.normalisation.endpoints import named_servers
from connectors.sources.named_servers import NamedServer
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.email_systems import Protocol
from rules.option_sets import Deployment
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
