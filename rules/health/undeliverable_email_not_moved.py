"""undeliverable-email-not-moved: email that Dynamics could not take is nowhere to be seen."""

from rules import bearing
from rules.facts import EmailServerProfile
from rules.option_sets import ServerType
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

EXCHANGE = (
    ServerType.EXCHANGE_SERVER,
    ServerType.EXCHANGE_SERVER_HYBRID,
    ServerType.EXCHANGE_ONLINE_HYBRID,
)


@rule(
    id="undeliverable-email-not-moved",
    title="Undeliverable email is not moved to a folder of its own",
    kind="health",
    severity="note",
    effect="advice",
    bears_on=bearing.receives,
    population="in-use",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/emailserverprofile",
    remedy="Switch on Move Failed Emails to Undeliverable Folder in the profile.",
)
def check(profile: EmailServerProfile) -> Verdict:
    """Only Exchange has such a folder."""
    if known(profile.server_type) not in EXCHANGE:
        return NotApplicable("Only Exchange profiles have such a folder.")
    evidence = profile.evidence("moves_undeliverable_email")
    if known(profile.moves_undeliverable_email):
        return Pass("Undeliverable email is moved to a folder of its own.", evidence)
    return Fail(
        "Email that could not be taken in stays in the Inbox, where nobody notices it.", evidence
    )
