"""mailbox-never-tested: a method is set that no test has ever switched on."""

from rules.facts import Mailbox
from rules.mailbox_methods import Method, listed, methods
from rules.option_sets import TestStatus
from rules.rule import rule
from rules.unknown import Unknown, any_of, both, is_one_of
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict


@rule(
    id="mailbox-never-tested",
    title="The mailbox was never tested and enabled, so nothing synchronizes",
    kind="health",
    severity="error",
    effect="stops",
    repair="test",
    decisive=True,
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-online",
    remedy="Run Test & Enable Mailbox.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Each method in use has a test of its own; one that has not run is enough."""
    used = methods(mailbox)
    if any_of(_not_run(method) for method in used):
        untested = [method for method in used if _not_run(method) is True]
        names = listed([method.name for method in untested])
        return Fail(
            f"Server-side synchronization is set, yet no test has run: {names}.",
            mailbox.evidence(*(name for method in untested for name in method.fields[:2])),
        )
    tested = [method for method in used if method.in_use is True]
    empty = any_of(both(method.in_use, is_one_of(method.status, None)) for method in used)
    if not tested:
        return NotApplicable("No method of the mailbox is in use.")
    evidence = mailbox.evidence(
        *(method.fields[0] for method in used), *(method.fields[1] for method in tested)
    )
    if empty:
        return Undetermined(
            "The test status of a method in use is empty.",
            "Run Test & Enable Mailbox.",
            evidence=evidence,
        )
    return Pass("Every method in use was tested.", evidence)


def _not_run(method: Method) -> bool | Unknown:
    return both(method.in_use, is_one_of(method.status, TestStatus.NOT_RUN))
