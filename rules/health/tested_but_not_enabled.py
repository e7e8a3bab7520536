"""tested-but-not-enabled: the test succeeded, and the method was switched off since."""

from rules.explained import explained
from rules.facts import Mailbox
from rules.mailbox_methods import Method, listed, methods
from rules.option_sets import TestStatus
from rules.rule import rule
from rules.unknown import Unknown, any_of, both, is_one_of, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="tested-but-not-enabled",
    title="The mailbox passed its test but is not enabled",
    kind="health",
    severity="error",
    effect="stops",
    repair="test",
    decisive=True,
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy="Read the alerts of the mailbox, fix what they name, then Test & Enable Mailbox.",
)
def check(mailbox: Mailbox) -> Verdict:
    """A lasting error, or a hand, switches a method off and leaves its test status as it was."""
    used = methods(mailbox)
    if any_of(_switched_off(method) for method in used):
        off = [method for method in used if _switched_off(method) is True]
        names = listed([method.name for method in off])
        fail = Fail(
            f"The test succeeded, yet synchronization is not enabled any more: {names}.",
            mailbox.evidence(*(name for method in off for name in method.fields)),
        )
        return explained(fail, mailbox)
    tested = [method for method in used if _succeeded(method) is True]
    if not tested:
        return NotApplicable("No method in use has passed its test.")
    return Pass(
        "Every method in use that passed its test is enabled.",
        mailbox.evidence(
            *(name for method in used for name in method.fields[:2]),
            *(method.fields[2] for method in tested),
        ),
    )


def _succeeded(method: Method) -> bool | Unknown:
    return both(method.in_use, is_one_of(method.status, TestStatus.SUCCESS))


def _switched_off(method: Method) -> bool | Unknown:
    return both(_succeeded(method), negated(method.enabled))
