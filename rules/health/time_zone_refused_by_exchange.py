"""time-zone-refused-by-exchange: a user's time zone in which Exchange may refuse appointments."""

from rules.facts import Mailbox, OwnerKind
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="time-zone-refused-by-exchange",
    title="Exchange may refuse appointments in the time zone of the user",
    kind="health",
    severity="note",
    effect="degrades",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/appointments-do-not-sync-to-exchange-for-some-users",
    remedy=(
        "Choose another time zone with the same offset in the user's personal options of Dynamics "
        "365, one that Microsoft's article does not list."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Microsoft lists zones that can cause error 383; whether an appointment meets it varies."""
    if not known(mailbox.synchronizes_appointments):
        return NotApplicable("The mailbox does not synchronize appointments.")
    if known(mailbox.owner.kind) is not OwnerKind.USER:
        return NotApplicable("The mailbox belongs to no user, so no personal options count.")
    evidence = mailbox.owner.evidence("refused_time_zone")
    zone = known(mailbox.owner.refused_time_zone)
    if zone is None:
        return Pass(
            "The time zone of the user is none of those that Exchange may refuse.", evidence
        )
    return Fail(
        f"The user has the time zone {zone}, in which Exchange may refuse appointments "
        "(error 383).",
        evidence,
    )
