"""credentials-by-user-or-queue: Exchange Online is reached with each mailbox's own credentials."""

from rules.directions import evidence_of, named, names_of
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import directions_online_where, online_with_exchange_online
from rules.sign_in_remedies import TO_THE_BUILT_IN_PROFILE, at_exchange_online
from rules.unknown import is_one_of
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="credentials-by-user-or-queue",
    title="Exchange Online is reached with credentials that each user or queue entered",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="sign-in",
    statements=("S17-49", "ON9-54", "CUR-26"),
    source=SUPPORT_PAGE,
    remedy=TO_THE_BUILT_IN_PROFILE,
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """Either direction is enough: Dynamics 365 (online) is meant to sign in server-to-server."""
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    own = CredentialRetrieval.USER_OR_QUEUE
    asking = directions_online_where(
        profile, lambda each: is_one_of(each.credential_retrieval, own)
    )
    if asking:
        return Fail(
            "The profile signs in to Exchange Online with what each user or queue entered "
            f"({named(asking)}).",
            evidence_of(asking, "credential_retrieval"),
            remedy=at_exchange_online(profile),
            directions=names_of(asking),
        )
    return Pass(
        "The profile asks no user or queue for credentials of Exchange Online.",
        evidence_of(profile.connections, "credential_retrieval"),
    )
