"""A fault together with what the alerts say of its reason."""

from msgspec.structs import replace

from rules.alert_causes import AlertCause
from rules.alert_remedies import remedy_for
from rules.facts import Mailbox
from rules.verdict import Fail


def explained(fail: Fail, mailbox: Mailbox) -> Fail:
    """The failure with the cause that an alert of the mailbox names, and the remedy for that.

    An alert only explains: where none is recognised, or none could be read, the failure stands
    as it is. Alerts about single messages, or older than a success, explain no standstill.
    """
    cause = mailbox.alert_cause
    passed = mailbox.alert_has_passed is True
    if not isinstance(cause, AlertCause) or cause.of_one_message or passed:
        return fail
    return replace(
        fail,
        message=f"{fail.message} An alert says why: {cause.says}.",
        evidence=fail.evidence + mailbox.evidence("alert_cause"),
        remedy=remedy_for(cause, mailbox),
    )
