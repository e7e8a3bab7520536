"""connection-limit-unsuitable: one account with too few or too many connections at once."""

from rules.counting import counted
from rules.directions import evidence_of
from rules.email_systems import Protocol
from rules.facts import EmailServerProfile, ProfileUse
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.thresholds import Threshold, Thresholds
from rules.unknown import any_of, both, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

LOWEST = Threshold(
    name="connection_limit_lowest",
    default=10,
    meaning="fewer connections at once are too few for an account that serves many mailboxes",
    unit="number",
)
MANY_MAILBOXES = Threshold(
    name="connection_limit_many_mailboxes",
    default=100,
    meaning="so many mailboxes on one account need the lowest limit",
    unit="number",
)
HIGHEST = Threshold(
    name="connection_limit_highest",
    default=27,
    meaning="more connections at once than Exchange 2013 and later allow one account by default",
    unit="number",
)


@rule(
    id="connection-limit-unsuitable",
    title="The limit of connections at once does not suit the account that shares it",
    kind="health",
    severity="warning",
    effect="degrades",
    population="in-use",
    thresholds=(LOWEST, MANY_MAILBOXES, HIGHEST),
    source="https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange",
    remedy=(
        "Set Maximum Concurrent Connections of the profile to what the mail server allows its "
        "account, or spread the mailboxes over more accounts."
    ),
)
def check(profile: EmailServerProfile, use: ProfileUse, thresholds: Thresholds) -> Verdict:
    """The limit counts for each account, so only a profile with one account of its own is meant.

    Too many is a note: a throttling policy of its own may allow the account more.
    """
    if not any_of(
        is_one_of(connection.credential_retrieval, CredentialRetrieval.PROFILE)
        for connection in profile.connections
    ):
        return NotApplicable("The profile has no account that all its mailboxes share.")
    limit = known(profile.max_concurrent_connections)
    evidence = profile.evidence("max_concurrent_connections")
    if limit is None:
        return Undetermined(
            "The profile names no limit of connections at once.",
            "Set Maximum Concurrent Connections in the profile's advanced settings.",
            evidence=evidence,
        )
    at_once = counted(limit, "connection at once", "connections at once")
    highest = thresholds[HIGHEST.name]
    if limit < thresholds[LOWEST.name]:
        count = known(use.synchronizing_mailboxes)
        if count >= thresholds[MANY_MAILBOXES.name]:
            mailboxes = counted(count, "mailbox uses", "mailboxes share")
            return Fail(
                f"{mailboxes} one account that may hold {at_once}.",
                evidence + use.evidence("synchronizing_mailboxes"),
            )
        known(use.counted_all)
        evidence += use.evidence("synchronizing_mailboxes")
    over = limit > highest
    evidence += evidence_of(profile.connections, "protocol", "credential_retrieval") if over else ()
    if over and any_of(
        both(
            is_one_of(each.credential_retrieval, CredentialRetrieval.PROFILE),
            is_one_of(each.protocol, Protocol.EWS),
        )
        for each in profile.connections
    ):
        return Fail(
            f"The profile's account may open {at_once}; Exchange allows one account {highest} by "
            "default and refuses the rest.",
            evidence,
            severity="note",
        )
    return Pass(f"The profile's account may hold {at_once}.", evidence)
