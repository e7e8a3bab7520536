import datetime

import pytest
from msgspec.structs import replace

from auditor.findings.waivers import Waivers
from auditor.model import Subject
from auditor.request import Waiver

SALES = Subject("profile", "p-1", "Sales EMEA")
ANNA = Subject("mailbox", "m-1", "Anna", "anna@contoso.com")
LAST = datetime.date(2027, 3, 31)


def waivers(*given: Waiver, on: datetime.date = LAST) -> Waivers:
    return Waivers(given, "contoso", on)


def waiver(**changes: object) -> Waiver:
    return Waiver(**{"rule": "auto-discover-off", "reason": "CHG-1", "until": LAST, **changes})


@pytest.mark.parametrize(
    ("subject", "covered"),
    [
        (None, True),
        ("profile:Sales*", True),
        ("profile:sales*", True),
        ("PROFILE:p-1", True),
        ("profile:Support*", False),
        ("mailbox:Sales*", False),
    ],
)
def test_a_subject_is_a_kind_and_a_pattern_over_name_address_or_id(subject, covered):
    assert (waivers(waiver(subject=subject))("auto-discover-off", SALES) is not None) is covered


def test_an_address_is_matched_too():
    covers = waivers(waiver(subject="mailbox:*@contoso.com"))
    assert covers("auto-discover-off", ANNA) is not None


@pytest.mark.parametrize(
    ("glob", "address", "covered"),
    [
        ("*@münchen.example", "info@xn--mnchen-3ya.example", True),
        ("*@xn--mnchen-3ya.example", "info@MÜNCHEN.example", True),
        ("*@straße.example", "info@strasse.example", False),
        ("gross@contoso.example", "groß@contoso.example", False),
    ],
)
def test_an_address_is_matched_as_name_servers_know_its_domain(glob, address, covered):
    of_one = replace(ANNA, address=address)
    found = waivers(waiver(subject=f"mailbox:{glob}"))("auto-discover-off", of_one)
    assert (found is not None) is covered


def test_it_holds_on_its_last_day_and_is_over_the_day_after():
    assert waivers(waiver())("auto-discover-off", SALES).until == "2027-03-31"
    after = waivers(waiver(), on=LAST + datetime.timedelta(days=1))
    assert after("auto-discover-off", SALES) is None
    assert "that has ended" in after.reopened("auto-discover-off", SALES)
    assert "ended on 2027-03-31" in after.notes({"auto-discover-off": 0})[0]


def test_it_holds_for_its_rule_and_environment_alone():
    assert waivers(waiver())("mailbox-never-tested", SALES) is None
    assert waivers(waiver(environment="fabrikam"))("auto-discover-off", SALES) is None
    assert waivers(waiver(environment="contoso"))("auto-discover-off", SALES) is not None


def test_it_speaks_of_its_own_rule_alone_while_it_holds():
    held = waivers(waiver())
    assert held.speaks_of("auto-discover-off")
    assert not held.speaks_of("mailbox-never-tested")
    ended = waivers(waiver(subject="profile:Sales*"), on=LAST + datetime.timedelta(days=1))
    assert not ended.speaks_of("auto-discover-off")
    assert ended.reopened("auto-discover-off", SALES)
    assert ended.reopened("auto-discover-off", ANNA) == ""
    assert ended.reopened("mailbox-never-tested", SALES) == ""


def test_one_that_covers_nothing_is_noted():
    both = waivers(waiver(subject="profile:Sales*"), waiver(rule="mailbox-never-tested"))
    both("auto-discover-off", SALES)
    assert both.notes({"auto-discover-off": 0, "mailbox-never-tested": 0}) == (
        "The waiver of mailbox-never-tested covers no finding. Remove it, or correct its subject.",
    )


def test_one_that_covers_nothing_stays_while_its_rule_is_open():
    (note,) = waivers(waiver(subject="profile:Sales*")).notes({"auto-discover-off": 2})
    assert "covers no finding" in note
    assert "2 subjects" in note
    assert "Remove" not in note


def test_nothing_is_said_of_a_waiver_whose_rule_was_not_asked():
    ended = waiver(until=LAST - datetime.timedelta(days=1))
    assert waivers(waiver(), ended).notes({"mailbox-never-tested": 0}) == ()


def test_owner_and_ticket_stand_with_the_reason():
    found = waivers(waiver(owner="Mia", ticket="CHG-9"))("auto-discover-off", SALES)
    assert found.reason == "CHG-1 (owner Mia, ticket CHG-9)"
