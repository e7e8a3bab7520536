import pytest

from rules.email_systems import Purpose
from rules.health.user_without_license_or_access import check
from rules.option_sets import AccessMode
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    mailbox,
    on_premises,
    organization,
    owner,
    queue,
)
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("mode", "licensed", "expected"),
    [
        (AccessMode.READ_WRITE, True, "pass"),
        (AccessMode.READ_WRITE, False, "fail"),
        (AccessMode.READ_WRITE, None, "undetermined"),
        (AccessMode.ADMINISTRATIVE, True, "fail"),
        (AccessMode.ADMINISTRATIVE, MISSING, "fail"),
        (AccessMode.READ, False, "pass"),
        (AccessMode.NON_INTERACTIVE, False, "pass"),
        (AccessMode.SUPPORT, False, "not-applicable"),
        (AccessMode.DELEGATED_ADMIN, False, "not-applicable"),
        (None, True, "undetermined"),
    ],
)
def test_access_mode_and_licence_decide_together(mode, licensed, expected):
    subject = mailbox(owner=owner(access_mode=mode, licensed=licensed))
    assert outcome(check(subject, organization())) == expected


@pytest.mark.parametrize("licensed", [False, None, MISSING])
def test_on_premises_no_licence_is_asked_for(licensed):
    assert outcome(check(mailbox(owner=owner(licensed=licensed)), on_premises())) == "pass"


@pytest.mark.parametrize(
    "changes",
    [
        {"owner": queue()},
        *(
            {
                "owner": owner(licensed=False),
                "exchange": exchange_mailbox(purpose=purpose),
            }
            for purpose in (Purpose.SHARED, Purpose.ROOM, Purpose.EQUIPMENT, None)
        ),
    ],
)
def test_only_mailboxes_of_persons_are_meant(changes):
    assert outcome(check(mailbox(**changes), organization())) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (mailbox(exchange=exchange_mailbox(purpose=MISSING)), organization()),
        (mailbox(owner=owner(kind=MISSING)), organization()),
        (mailbox(owner=owner(access_mode=MISSING)), organization()),
        (mailbox(owner=owner(licensed=MISSING)), organization()),
        (mailbox(owner=owner(licensed=False)), organization(deployment=MISSING)),
    ],
)
def test_what_is_not_known_is_undetermined(subject, where):
    with pytest.raises(Undecided):
        check(subject, where)


def test_how_grave_its_failure_is():
    assert gravity("user-without-license-or-access") == ("error", "stops")
