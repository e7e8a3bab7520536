"""Every rule says what its failure does to the mailboxes that it bears on."""

import pytest

from rules.facts import Mailbox
from rules.rule import catalogue, rule
from rules.verdict import EFFECTS, Pass, Verdict

RULES = {each.id: each for each in catalogue()}


def test_a_rule_cannot_be_written_without_an_effect():
    with pytest.raises(TypeError, match="effect"):
        rule(id="x-y", title="", kind="health", severity="note", remedy="", source="")  # type: ignore[call-arg]


def test_an_effect_is_one_of_six_words():
    def check(mailbox: Mailbox) -> Verdict:
        return Pass("", ())

    with pytest.raises(ValueError, match=r"breaks.*stops, degrades"):
        rule(
            id="x-y",
            title="",
            kind="health",
            severity="note",
            effect="breaks",  # type: ignore[arg-type]
            remedy="",
            source="",
        )(check)


def test_every_effect_is_that_of_some_rule():
    assert {each.effect for each in RULES.values()} == set(EFFECTS)


def test_what_depends_on_where_the_audit_runs_does_not_stop_mailboxes():
    seen_from_here = ("mail-server-unreachable", "certificate-invalid", "tls-not-offered")
    assert "stops" not in {RULES[id].effect for id in seen_from_here}


def test_support_rules_do_not_stop_what_flows():
    assert {each.effect for each in RULES.values() if each.kind == "support"} <= {
        "unsupported",
        "advice",
    }


@pytest.mark.parametrize(
    "id",
    [
        "mailbox-without-profile",
        "inactive-profile-in-use",
        "mailbox-never-tested",
        "incoming-email-failed",
        "outgoing-email-failed",
        "appointments-contacts-tasks-failed",
        "tested-but-not-enabled",
        "synchronization-stale",
        "never-synchronized",
        "processing-postponed",
        "host-not-found",
        "ews-disabled-in-tenant",
        "appointments-suspended",
    ],
)
def test_what_dynamics_shows_and_switches_that_are_off_stop_mailboxes(id: str):
    assert RULES[id].effect == "stops"
