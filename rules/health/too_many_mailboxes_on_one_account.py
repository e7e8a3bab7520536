"""too-many-mailboxes-on-one-account: one account for more mailboxes than Exchange lets it serve."""

from rules.counting import counted
from rules.facts import EmailServerProfile, ProfileUse
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.thresholds import Threshold, Thresholds
from rules.unknown import any_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

MOST = Threshold(
    name="mailboxes_on_one_account",
    default=500,
    meaning="more mailboxes on one account are a warning",
    unit="number",
)


@rule(
    id="too-many-mailboxes-on-one-account",
    title="Too many mailboxes synchronize over one account",
    kind="health",
    severity="warning",
    effect="degrades",
    population="in-use",
    thresholds=(MOST,),
    source="https://learn.microsoft.com/power-platform/admin/best-practices-server-side-synchronization",
    remedy="Spread the mailboxes over several profiles, each with an account of its own.",
)
def check(profile: EmailServerProfile, use: ProfileUse, thresholds: Thresholds) -> Verdict:
    """Mail servers throttle by account, so a crowd behind one slows all of it down."""
    if not any_of(
        is_one_of(connection.credential_retrieval, CredentialRetrieval.PROFILE)
        for connection in profile.connections
    ):
        return NotApplicable("The profile has no account that all its mailboxes share.")
    count = known(use.synchronizing_mailboxes)
    evidence = use.evidence("synchronizing_mailboxes")
    if count > thresholds[MOST.name]:
        mailboxes = counted(count, "mailbox synchronizes", "mailboxes synchronize")
        return Fail(f"{mailboxes} over the profile's one account.", evidence)
    known(use.counted_all)
    mailboxes = counted(count, "mailbox uses", "mailboxes share")
    return Pass(f"{mailboxes} the profile's account.", evidence)
