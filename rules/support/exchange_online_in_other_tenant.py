"""exchange-online-in-other-tenant: mail is read from another tenant than the organization's."""

from rules.directions import evidence_of, named, names_of
from rules.edition import Edition
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import (
    directions_online,
    online_with_exchange_online,
    signed_in_online_otherwise,
)
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="exchange-online-in-other-tenant",
    title="Exchange Online is of another tenant than the organization",
    kind="support",
    severity="error",
    effect="unsupported",
    statements=("S17-55", "ON9-60", "CUR-31"),
    source=SUPPORT_PAGE,
    remedy=(
        "Keep the mailboxes in the tenant of Dynamics 365, or, with Dynamics 365 (online) today, "
        "set up a cross-tenant profile that signs in by OAuth with an application of the mail "
        "tenant."
    ),
)
def check(profile: EmailServerProfile, organization: Organization, edition: Edition) -> Verdict:
    """Another tenant fails unless the edition supports it and the profile signs in as it asks.

    A profile names one tenant for both directions; of a server of one's own it tells nothing.
    """
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    tenants = profile.evidence("same_tenant") + evidence_of(
        profile.connections, "reaches_exchange_online"
    )
    if known(profile.same_tenant):
        return Pass("Exchange Online is of the organization's own tenant.", tenants)
    if all(each.kind != "supported-with-limits" for each in edition.on("other-tenant")):
        return Fail(
            "Exchange Online is of another tenant than the organization.",
            tenants,
            directions=directions_online(profile),
        )
    other = signed_in_online_otherwise(profile, CredentialRetrieval.ENTRA_OAUTH)
    if other:
        return Fail(
            "Exchange Online is of another tenant, and the profile does not sign in by OAuth of "
            f"Microsoft Entra ({named(other)}).",
            tenants + evidence_of(other, "credential_retrieval"),
            directions=names_of(other),
        )
    return Pass(
        "Exchange Online is of another tenant, and the profile signs in by OAuth of Microsoft "
        "Entra, which is supported with limits.",
        tenants + evidence_of(profile.connections, "credential_retrieval"),
    )
