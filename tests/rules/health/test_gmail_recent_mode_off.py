import pytest

from rules.email_systems import Product, Protocol
from rules.health.gmail_recent_mode_off import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox, pop3_profile
from tests.rules.gravity import gravity

GMAIL = pop3_profile()


@pytest.mark.parametrize(("recent", "expected"), [(True, "pass"), (False, "fail")])
def test_gmail_over_pop3_is_to_be_read_in_recent_mode(recent, expected):
    assert outcome(check(mailbox(profile=GMAIL, in_recent_mode=recent))) == expected


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(),
        mailbox(profile=None),
        mailbox(profile=GMAIL, incoming_method=EmailMethod.NONE),
        mailbox(profile=pop3_profile(Product.YAHOO_MAIL)),
        mailbox(profile=pop3_profile(incoming={"protocol": Protocol.IMAP})),
    ],
)
def test_other_mailboxes_are_not_meant(subject):
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        {"in_recent_mode": MISSING},
        {"profile": MISSING},
        {"profile": pop3_profile(both={"product": MISSING})},
    ],
)
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**{"profile": GMAIL, **hidden}))


def test_how_grave_its_failure_is():
    assert gravity("gmail-recent-mode-off") == ("note", "advice")
