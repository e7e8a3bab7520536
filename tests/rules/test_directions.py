"""The two directions of a profile: which a mailbox uses, and which sign in how."""

import pytest

from rules.directions import (
    by_application,
    directions_where,
    evidence_of,
    named,
    names_of,
    uses,
)
from rules.option_sets import ActMethod, CredentialRetrieval, EmailMethod
from rules.unknown import Undecided
from tests.rules.facts import MISSING, connection, mailbox, profile

ENTRA, PASSWORD = CredentialRetrieval.ENTRA_OAUTH, CredentialRetrieval.PROFILE
NONE, SERVER_SIDE = EmailMethod.NONE, EmailMethod.SERVER_SIDE


@pytest.mark.parametrize(
    ("incoming", "outgoing", "appointments", "uses_incoming", "uses_outgoing"),
    [
        (SERVER_SIDE, NONE, ActMethod.NONE, True, False),
        (NONE, SERVER_SIDE, ActMethod.NONE, False, True),
        (NONE, NONE, ActMethod.SERVER_SIDE, True, False),
        (NONE, NONE, ActMethod.NONE, False, False),
        (NONE, NONE, MISSING, MISSING, False),
        (NONE, MISSING, ActMethod.NONE, False, MISSING),
    ],
)
def test_appointments_go_over_the_incoming_direction(
    incoming, outgoing, appointments, uses_incoming, uses_outgoing
) -> None:
    own = mailbox(incoming_method=incoming, outgoing_method=outgoing, act_method=appointments)
    assert uses(own, connection(direction="incoming")) is uses_incoming
    assert uses(own, connection(direction="outgoing")) is uses_outgoing


def test_directions_in_words_and_by_name() -> None:
    assert named(profile().connections) == "incoming and outgoing"
    assert named([connection(direction="outgoing")]) == "outgoing"
    assert names_of(profile().connections) == ("incoming", "outgoing")
    assert names_of(()) == ()


def test_only_those_that_sign_in_with_an_application_are_named() -> None:
    entra, password = {"credential_retrieval": ENTRA}, {"credential_retrieval": PASSWORD}
    assert by_application(profile(both=entra)) == ("incoming", "outgoing")
    assert by_application(profile(incoming=password, outgoing=entra)) == ("outgoing",)
    assert by_application(profile(both=password)) is None
    assert by_application(profile(both={"credential_retrieval": MISSING})) is None


def test_evidence_of_both_directions_comes_once() -> None:
    assert [each.field for each in evidence_of(profile().connections, "protocol", "host")] == [
        "protocol",
        "host",
    ]


def test_of_the_directions_in_use_those_are_told_of_which_it_is_known() -> None:
    half = profile(incoming={"impersonates": True}, outgoing={"impersonates": MISSING})
    assert directions_where(half, lambda each: each.impersonates) == (half.incoming,)
    assert directions_where(profile(), lambda each: each.impersonates) == ()
    with pytest.raises(Undecided):
        directions_where(half.used_for("outgoing"), lambda each: each.impersonates)
