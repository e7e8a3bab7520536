"""What the last test of one method of a mailbox says."""

from rules.explained import explained
from rules.facts import Mailbox
from rules.mailbox_methods import Method
from rules.option_sets import TestStatus
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict


def judge_last_test(mailbox: Mailbox, method: Method) -> Verdict:
    """Fails where the last test failed; a method that is not in use says nothing."""
    if not known(method.in_use):
        return NotApplicable(f"Server-side synchronization is not set for {method.name}.")
    status = known(method.status)
    evidence = mailbox.evidence(*method.fields[:2])
    if status is None:
        return Undetermined(
            f"The test status of {method.name} is empty.",
            "Run Test & Enable Mailbox.",
            evidence=evidence,
        )
    if status is TestStatus.NOT_RUN:
        return NotApplicable(f"No test of {method.name} has run: mailbox-never-tested judges that.")
    if status is TestStatus.FAILURE:
        return explained(
            Fail(f"The last test of {method.name} failed, so that it stands still.", evidence),
            mailbox,
        )
    return Pass(f"The last test of {method.name} succeeded.", evidence)
