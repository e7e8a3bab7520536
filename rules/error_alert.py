"""What an error on the alert wall says of the mailbox or profile that it is about."""

from rules.alert_remedies import remedy_for
from rules.facts import EmailServerProfile, Mailbox
from rules.option_sets import TestStatus
from rules.unknown import Unknown, both, either, is_one_of, known, negated
from rules.verdict import Fail, Pass, Verdict


def has_passed(mailbox: Mailbox) -> bool | Unknown:
    """Whether the mailbox has error alerts and a later success shows that none persists.

    Where a direction failed its last test, the success of another says nothing of it.
    """
    failure = TestStatus.FAILURE
    fails = either(
        is_one_of(mailbox.incoming_status, failure), is_one_of(mailbox.act_status, failure)
    )
    return both(mailbox.open_error_alert, mailbox.alert_has_passed, negated(fails))


def judge_error_alert(subject: Mailbox | EmailServerProfile, name: str, window: str) -> Verdict:
    """Fails where there is one, with the cause that its code tells and the remedy for that.

    `name` is what messages call the subject; `window` says how far back alerts were looked at.
    """
    evidence = subject.evidence("open_error_alert")
    if known(subject.open_error_alert):
        message = f"An error alert of the {name} was written or repeated in the last {window}"
        cause = known(subject.alert_cause)
        if cause is None:
            return Fail(f"{message}; its code is not one that the audit recognises.", evidence)
        return Fail(
            f"{message}: {cause.says}.",
            evidence + subject.evidence("alert_cause"),
            remedy=remedy_for(cause, subject),
        )
    return Pass(
        f"No error alert of the {name} was written or repeated in the last {window}.", evidence
    )
