"""A mail server that a profile may name, and that nobody was told, is not silently left out."""

import pytest
from msgspec import UNSET

from rules.facts import Every, MailServer
from rules.rule import catalogue
from rules.unknown import Unknown
from rules.verdict import Undetermined
from tests.auditor.recorded import verdicts
from tests.auditor.rows import profile, tables

ABOUT_SERVERS = {rule.id for rule in catalogue() if rule.subject == "email-system"}
PROFILES = "dynamics.emailserverprofiles"


def judged(*profiles):
    return verdicts(tables(profiles=profiles), {})


def left_open(found):
    return {each.rule.id for each in found.unread}


UNTOLD = {
    "the location is not answered": {"incomingserverlocation": UNSET},
    "the kind is not known": {"servertype": 99},
    "the kind is not answered": {"servertype": UNSET},
    "whether the profile is active is not told": {"statecode": None},
    "whether outgoing email follows is not told": {"usesamesettingsforoutgoingconnections": None},
    "whether the port counts is not told": {"useautodiscover": UNSET, "incomingportnumber": 8443},
}


@pytest.mark.parametrize("changes", UNTOLD.values(), ids=UNTOLD)
def test_what_may_name_a_server_leaves_every_rule_on_servers_open(changes):
    found = judged(profile(), profile("profile-2", **changes))
    assert [each.id for each in found.facts.mail_servers] == ["mail.contoso.example:443"]
    assert left_open(found) == ABOUT_SERVERS
    for each in found.unread:
        assert isinstance(each.verdict, Undetermined)
        assert each.verdict.cause is not None
        assert each.verdict.cause.name == PROFILES
        assert each.verdict.remedy
    assert isinstance(found.judge.shared[Every[MailServer]], Unknown)


TOLD = {
    "it is inactive": {"statecode": 1, "servertype": 99},
    "it names none": {"incomingserverlocation": None, "outgoingserverlocation": None},
    "it names none, whatever its state": {
        "statecode": None,
        "incomingserverlocation": None,
        "outgoingserverlocation": None,
    },
    "it names the same one": {},
}


@pytest.mark.parametrize("changes", TOLD.values(), ids=TOLD)
def test_a_profile_that_names_no_further_server_leaves_nothing_open(changes):
    found = judged(profile(), profile("profile-2", **changes))
    assert found.unread == []
    assert [server.id for server, _ in found.judge.shared[Every[MailServer]].counted] == [
        "mail.contoso.example:443"
    ]


def test_a_port_that_is_not_told_is_not_taken_for_the_usual_one():
    found = judged(profile(useautodiscover=None, incomingportnumber=8443))
    assert found.facts.mail_servers == ()
    assert left_open(found) == ABOUT_SERVERS
