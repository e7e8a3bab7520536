"""Numbers of option sets are shown with what Dynamics calls them."""

from enum import IntEnum

import pytest

from rules import option_sets
from rules.option_labels import OPTION_LABELS, is_option, label_in_any, label_of

SETS: dict[tuple[str, str], type[IntEnum]] = {
    ("dynamics.emailserverprofiles", "servertype"): option_sets.ServerType,
    ("dynamics.emailserverprofiles", "incomingcredentialretrieval"): (
        option_sets.CredentialRetrieval
    ),
    ("dynamics.emailserverprofiles", "incomingauthenticationprotocol"): (
        option_sets.AuthenticationProtocol
    ),
    ("dynamics.emailserverprofiles", "lasttestexecutionstatus"): option_sets.ProfileTestStatus,
    ("dynamics.mailboxes", "statecode"): option_sets.State,
    ("dynamics.mailboxes", "incomingemaildeliverymethod"): option_sets.EmailMethod,
    ("dynamics.mailboxes", "actdeliverymethod"): option_sets.ActMethod,
    ("dynamics.mailboxes", "actstatus"): option_sets.TestStatus,
    ("dynamics.mailboxes", "emailrouteraccessapproval"): option_sets.Approval,
    ("dynamics.mailboxes", "officeappsdeploymentstatus"): option_sets.AppDeployment,
    ("dynamics.mailboxes", "exchangecontactsimportstatus"): option_sets.ContactsImport,
    ("dynamics.systemusers", "accessmode"): option_sets.AccessMode,
    ("dynamics.queues", "incomingemailfilteringmethod"): option_sets.FilteringMethod,
    ("dynamics.organizations", "emailconnectionchannel"): option_sets.EmailConnectionChannel,
}


@pytest.mark.parametrize("place", SETS)
def test_every_number_that_is_known_has_a_label(place: tuple[str, str]):
    assert set(OPTION_LABELS[place]) == set(map(int, SETS[place]))


def test_a_number_that_is_not_known_has_none():
    place = ("dynamics.emailserverprofiles", "servertype")
    assert label_of(*place, 1) == "Other (POP3/SMTP)"
    assert is_option(*place, 9)
    assert label_of(*place, 9) is None


def test_a_yes_or_no_is_no_option():
    assert not is_option("dynamics.mailboxes", "statecode", value=True)
    assert not is_option("dynamics.mailboxes", "isforwardmailbox", 1)


def test_a_column_alone_has_a_label_where_all_tables_agree_on_it():
    assert label_in_any("emailrouteraccessapproval", 3) == "Rejected"
    assert label_in_any("servertype", 9) is None
    assert label_in_any("incomingportnumber", 1) is None
