"""mixed-incoming-and-outgoing: one direction speaks to Exchange and the other does not."""

from rules.directions import evidence_of
from rules.email_systems import Protocol
from rules.facts import EmailServerProfile
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

EXCHANGE_IN = ("S17-56", "ON9-61", "OP9-37", "CUR-36")
EXCHANGE_OUT = ("S17-57", "ON9-62", "OP9-38", "CUR-37")


@rule(
    id="mixed-incoming-and-outgoing",
    title="Email is received and sent through different kinds of systems",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="email-system",
    statements=EXCHANGE_IN + EXCHANGE_OUT,
    source=SUPPORT_PAGE,
    remedy=(
        "Use one system for both directions: Exchange for incoming and outgoing email, or a "
        "POP3/SMTP (IMAP/SMTP) provider for both."
    ),
)
def check(profile: EmailServerProfile) -> Verdict:
    """Each of the two mixes has a statement of its own; IMAP counts as POP3 does."""
    if profile.sole_direction is not None:
        return NotApplicable(f"Mailboxes use its {profile.sole_direction} direction alone.")
    incoming, outgoing = known(profile.incoming.protocol), known(profile.outgoing.protocol)
    evidence = evidence_of(profile.connections, "protocol")
    if (incoming is Protocol.EWS) is (outgoing is Protocol.EWS):
        return Pass("Both directions speak to the same kind of system.", evidence)
    return Fail(
        f"Incoming email comes by {incoming.value} and outgoing email goes by {outgoing.value}.",
        evidence,
        statements=EXCHANGE_IN if incoming is Protocol.EWS else EXCHANGE_OUT,
    )
