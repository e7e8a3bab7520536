"""folder-tracking-on-unsuitable-mailbox: folders tracked where only Inboxes are read."""

from rules.evidence import Evidence
from rules.facts import Mailbox, OwnerKind
from rules.option_sets import ServerType
from rules.rule import rule
from rules.unknown import Unknown, either, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="folder-tracking-on-unsuitable-mailbox",
    title="Folder tracking rules exist on a mailbox that cannot have them",
    kind="health",
    severity="warning",
    effect="degrades",
    source="https://learn.microsoft.com/power-platform/admin/configure-outlook-exchange-folder-level-tracking",
    remedy="Remove the folder tracking rules; email in those folders is not tracked.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Folders are tracked for users on Exchange only, not for queues, POP3 or IMAP."""
    if not known(mailbox.has_folder_tracking_rules):
        return NotApplicable("The mailbox has no folder tracking rules.")
    looked_at = mailbox.owner.evidence("kind") + mailbox.evidence("profile") + _kind_of(mailbox)
    of_queue = is_one_of(mailbox.owner.kind, OwnerKind.QUEUE)
    if not known(either(of_queue, _is_no_exchange(mailbox))):
        return Pass(
            "It is a user's Exchange mailbox, which may have folder tracking rules.",
            looked_at,
        )
    whose = "a queue" if of_queue is True else "a POP3 or IMAP system"
    return Fail(
        f"Folder tracking rules exist on a mailbox of {whose}.",
        mailbox.evidence("has_folder_tracking_rules") + looked_at,
    )


def _is_no_exchange(mailbox: Mailbox) -> bool | Unknown:
    profile = mailbox.profile
    if profile is None:
        return False
    if isinstance(profile, Unknown):
        return profile
    return is_one_of(profile.server_type, ServerType.POP3_SMTP, ServerType.IMAP_SMTP)


def _kind_of(mailbox: Mailbox) -> tuple[Evidence, ...]:
    profile = mailbox.profile
    return (
        () if profile is None or isinstance(profile, Unknown) else profile.evidence("server_type")
    )
