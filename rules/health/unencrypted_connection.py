"""unencrypted-connection: a profile that reads or sends email without TLS."""

from rules.directions import evidence_of, named
from rules.facts import EmailServerProfile
from rules.rule import rule
from rules.unknown import any_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="unencrypted-connection",
    title="The email server profile connects without encryption",
    kind="security",
    severity="error",
    effect="exposes",
    population="all",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/emailserverprofile",
    remedy=(
        "Switch on TLS/SSL for incoming and outgoing connections of the profile, with the ports "
        "that fit, then test its mailboxes."
    ),
)
def check(profile: EmailServerProfile) -> Verdict:
    """One direction without TLS is enough to give away the account and the email."""
    if not known(profile.active):
        return NotApplicable("The profile is inactive.")
    if any_of(negated(connection.encrypted) for connection in profile.connections):
        plain = [c for c in profile.connections if c.encrypted is False]
        return Fail(
            f"The profile is set to connect without TLS ({named(plain)}), so email and passwords "
            "may travel in clear.",
            evidence_of(plain, "encrypted"),
        )
    return Pass(
        "The profile connects with TLS in both directions.",
        evidence_of(profile.connections, "encrypted"),
    )
