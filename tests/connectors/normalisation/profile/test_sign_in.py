"""How a profile signs in: its application's secret, and what shows which direction decided."""

import pytest
from msgspec import UNSET

from connectors.graph.applications import SOURCE as APPLICATIONS
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.unknown import Unknown
from tests.connectors.normalisation.profile.one_profile import ON_SITE, ONLINE_HOST, SOURCE, fact


def by_application(**changes):
    """A profile that signs in as an application of Entra."""
    return fact(**{"incomingcredentialretrieval": 7, "oauthclientid": "a-1", **changes})


def test_an_application_is_none_where_the_column_is_empty_or_not_in_this_version():
    assert by_application(oauthclientid=None).application_secret_days_left is None
    assert by_application(oauthclientid="").application_secret_days_left is None
    absent = by_application(oauthclientid=UNSET, state={"absent": ("oauthclientid",)})
    assert absent.application_secret_days_left is None


@pytest.mark.parametrize("retrieval", [0, 1, 2, 3, 4, 5])
def test_a_client_id_that_no_direction_signs_in_with_is_no_application(retrieval):
    left_over = by_application(incomingcredentialretrieval=retrieval)
    assert left_over.application_secret_days_left is None


def test_a_managed_identity_has_no_credential_that_runs_out():
    assert by_application(managed_identity="m-1").application_secret_days_left is None
    assert isinstance(by_application().application_secret_days_left, Unknown)
    older = by_application(managed_identity=UNSET, state={"absent": ("_managedidentityid_value",)})
    assert "application" in older.application_secret_days_left.reason


def test_an_application_that_was_not_told_is_not_none():
    for state in ({}, {"columns": ("servertype", "incomingcredentialretrieval")}):
        found = by_application(oauthclientid=UNSET, state=state)
        assert isinstance(found.application_secret_days_left, Unknown)
    for column in ("oauthclientid", "managed_identity"):
        name = {"managed_identity": "_managedidentityid_value"}.get(column, column)
        secured = by_application(**{column: None}, state={"secured": (name,)})
        assert isinstance(secured.application_secret_days_left, Unknown)
    unknown = by_application(incomingcredentialretrieval=None)
    assert isinstance(unknown.application_secret_days_left, Unknown)


KEY_VAULT, IDENTITY = "_keyvaultreferenceid_value", "_managedidentityid_value"
WITHOUT_SECRET = {"isoauthclientsecretset": False}


@pytest.mark.parametrize(
    ("changes", "state", "expected"),
    [
        ({}, {}, True),
        (WITHOUT_SECRET, {}, False),
        ({**WITHOUT_SECRET, "key_vault": "k-1"}, {}, True),
        ({**WITHOUT_SECRET, "managed_identity": "m-1"}, {}, True),
        ({"isoauthclientsecretset": None}, {}, None),
        ({"isoauthclientsecretset": None, "key_vault": "k-1"}, {}, True),
        ({"isoauthclientsecretset": UNSET}, {"absent": ("isoauthclientsecretset",)}, None),
        # Older versions keep no credentials elsewhere.
        ({**WITHOUT_SECRET, "key_vault": UNSET}, {"absent": (KEY_VAULT,)}, False),
        ({**WITHOUT_SECRET, "managed_identity": UNSET}, {"absent": (IDENTITY,)}, False),
        (WITHOUT_SECRET, {"secured": (KEY_VAULT,)}, None),
        ({**WITHOUT_SECRET, "key_vault": UNSET}, {}, None),
    ],
)
def test_an_application_signs_in_with_a_secret_a_key_vault_or_a_managed_identity(
    changes, state, expected
):
    held = by_application(**changes, state=state).application_credential_held
    assert isinstance(held, Unknown) if expected is None else held is expected


def test_an_application_without_the_source_that_knows_its_secret_names_that_source():
    unread = {APPLICATIONS: Reading(SourceState(APPLICATIONS, "failed", reason="refused"))}
    found = by_application(readings=unread).application_secret_days_left
    assert isinstance(found, Unknown)
    assert found.cause.name == APPLICATIONS


def test_multi_factor_authentication_of_an_account_outside_entra_is_for_declarations_to_tell():
    found = fact(servertype=2, incomingserverlocation=ON_SITE).account_demands_multi_factor
    assert isinstance(found, Unknown)
    assert found.cause.kind == "declaration"


def shown(found, name):
    """The columns that a fact of a profile shows as its evidence."""
    return [each.field for each in found.evidence(name) if each.source == SOURCE]


def test_the_days_of_a_secret_show_the_direction_that_signs_in_as_the_application():
    own = {"usesamesettingsforoutgoingconnections": False}
    outgoing = by_application(**own, incomingcredentialretrieval=0, outgoingcredentialretrieval=7)
    incoming = by_application(**own, incomingcredentialretrieval=7, outgoingcredentialretrieval=0)
    name = "application_secret_days_left"
    assert shown(outgoing, name) == ["outgoingcredentialretrieval", "oauthclientid"]
    assert shown(incoming, name) == ["incomingcredentialretrieval", "oauthclientid"]


def test_a_profile_without_an_application_shows_how_both_directions_sign_in():
    both = fact(
        usesamesettingsforoutgoingconnections=False,
        incomingcredentialretrieval=0,
        outgoingcredentialretrieval=2,
    )
    assert shown(both, "application_secret_days_left") == [
        "incomingcredentialretrieval",
        "outgoingcredentialretrieval",
    ]


def test_multi_factor_authentication_shows_the_direction_that_reaches_exchange_online():
    outgoing = fact(
        usesamesettingsforoutgoingconnections=False,
        incomingserverlocation="pop.contoso.example",
        incomingcredentialretrieval=0,
        outgoingserverlocation=ONLINE_HOST,
        outgoingcredentialretrieval=0,
    )
    assert outgoing.reaches_exchange_online is True
    name = "account_demands_multi_factor"
    assert shown(outgoing, name) == ["outgoingcredentialretrieval"]
    assert shown(fact(), name) == ["incomingcredentialretrieval"]


SPLIT = {
    "usesamesettingsforoutgoingconnections": False,
    "incomingserverlocation": ON_SITE,
    "incomingcredentialretrieval": 1,
    "outgoingserverlocation": ONLINE_HOST,
    "outgoingcredentialretrieval": 7,
}


def test_an_application_that_signs_in_over_one_direction_alone_is_asked_for_in_its_tenant():
    found = by_application(**SPLIT, usedefaulttenantid=True)
    for name in ("application_may_sign_in", "missing_graph_permissions"):
        assert isinstance(getattr(found, name), Unknown), "Microsoft Graph was not read"
    on_a_server = by_application(**{**SPLIT, "outgoingserverlocation": ON_SITE})
    assert on_a_server.application_may_sign_in is None
