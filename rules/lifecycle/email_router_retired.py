"""email-router-retired: the organisation still sends its email through the Email Router."""

from rules import bearing
from rules.dates import Dates
from rules.facts import Organization
from rules.option_sets import EmailConnectionChannel
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Pass, Verdict

ID = "email-router-retired"


@rule(
    id=ID,
    title="The organisation is set to the Email Router, which is retired",
    kind="lifecycle",
    severity="error",
    effect="stops",
    bears_on=bearing.email,
    source="https://learn.microsoft.com/previous-versions/dynamicscrm-2016/administering-dynamics-365/dn832114(v=crm.8)",
    remedy=(
        "Choose Server-Side Synchronization as the way to process email in the email settings, "
        "then test and enable the mailboxes."
    ),
)
def check(organization: Organization, dates: Dates) -> Verdict:
    """An organisation uses the Email Router or server-side synchronization, never both."""
    channel = known(organization.email_connection_channel)
    evidence = organization.evidence("email_connection_channel")
    if channel is EmailConnectionChannel.EMAIL_ROUTER:
        return judge_retirement(
            dates, ID, "The organisation processes email by the Email Router.", evidence
        )
    return Pass("The organisation processes email by server-side synchronization.", evidence)
