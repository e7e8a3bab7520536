"""integrated-credentials-online: Windows or no credentials, which the cloud cannot use."""

from rules.directions import evidence_of, named, names_of
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import any_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

WINDOWS, ANONYMOUS = CredentialRetrieval.WINDOWS_INTEGRATED, CredentialRetrieval.ANONYMOUS


@rule(
    id="integrated-credentials-online",
    title="Dynamics 365 (online) is to sign in with Windows credentials, or with none",
    kind="health",
    severity="error",
    effect="stops",
    repair="sign-in",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/emailserverprofile",
    remedy="Choose a way to sign in that works from the cloud, then test the profile's mailboxes.",
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """A server may accept email to send without a sign-in, so only reading fails anonymously."""
    if not known(is_online(organization)):
        return NotApplicable("Windows credentials work on premises.")
    useless = {"incoming": (WINDOWS, ANONYMOUS), "outgoing": (WINDOWS,)}
    if any_of(
        is_one_of(connection.credential_retrieval, *useless[connection.direction])
        for connection in profile.connections
    ):
        failing = [c for c in profile.connections if c.credential_retrieval in useless[c.direction]]
        return Fail(
            f"The profile signs in with the Windows account of the service, or with none "
            f"({named(failing)}), which cannot work from Dynamics 365 (online).",
            evidence_of(failing, "credential_retrieval"),
            directions=names_of(failing),
        )
    return Pass(
        "The profile does not rely on Windows or anonymous credentials.",
        evidence_of(profile.connections, "credential_retrieval"),
    )
