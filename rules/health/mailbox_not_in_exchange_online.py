"""mailbox-not-in-exchange-online: the profile looks in the cloud, the mailbox is not there."""

from rules.email_systems import Place
from rules.evidence import Evidence
from rules.facts import EmailServerProfile, ExchangeMailbox, Mailbox, Organization
from rules.rule import rule
from rules.scope import in_unread_tenant, is_in_unread_tenant, is_online, leads_online
from rules.unknown import Unknown, all_of, any_of, both, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="mailbox-not-in-exchange-online",
    title="Exchange Online has no mailbox for the address that is to synchronize with it",
    kind="health",
    severity="error",
    effect="stops",
    repair="exchange-mailbox",
    inferred=True,
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/test-enable-fails-for-unrecognized-email-address",
    remedy=(
        "Correct the email address, give its account a mailbox in Exchange Online, or use a "
        "profile for the server where the mailbox lives."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """Profiles of another tenant are left out, unless that is the one that was read."""
    profile = mailbox.profile
    if not all_of([is_online(organization), _reads_this_tenant(profile)]):
        return NotApplicable(
            "This is not Dynamics 365 (online) with Exchange Online in its own tenant."
        )
    profile, exchange = known(profile), mailbox.exchange
    assert profile is not None
    if _is_of_another_tenant(profile, exchange) is True:
        return Fail(
            "The domain of the address is of another tenant than the one that the profile reads, "
            "so no mailbox there has the address.",
            profile.evidence("mail_tenant_id", "another_tenant_was_read")
            + exchange.evidence("tenant_of_domain"),
            remedy=ACROSS,
        )
    evidence = exchange.evidence("found_in_tenant", "place")
    elsewhere = is_one_of(exchange.place, Place.EXCHANGE_SERVER, Place.ELSEWHERE)
    if any_of([negated(exchange.found_in_tenant), elsewhere]):
        return _not_there(exchange, evidence)
    if is_in_unread_tenant(organization, profile):
        return in_unread_tenant(profile)
    evidence += profile.evidence("another_tenant_was_read")
    return Pass("The mailbox is in Exchange Online.", evidence)


def _reads_this_tenant(profile: EmailServerProfile | None | Unknown) -> bool | Unknown:
    if profile is None or isinstance(profile, Unknown):
        return profile or False
    was_read = negated(profile.another_tenant_was_read)
    return both(leads_online(profile), either(was_read, profile.same_tenant))


def _is_of_another_tenant(profile: EmailServerProfile, exchange: ExchangeMailbox) -> bool | Unknown:
    """Whether it is shown that the tenant that was read, and not the profile's, has the domain.

    A domain is verified in one tenant alone.
    """
    reads, has = profile.mail_tenant_id, exchange.tenant_of_domain
    for fact in (reads, has):
        if isinstance(fact, Unknown):
            return fact
    return both(profile.another_tenant_was_read, reads != has)


ACROSS = (
    "Use a cross-tenant profile (OAuth) for the tenant that has the domain, or give the mailbox "
    "an address of the tenant that its profile reads."
)
GUEST = (
    "Use a cross-tenant profile (OAuth) for the tenant where the guest's mailbox lives, or give "
    "the mailbox the address of a member of this tenant."
)
GROUP = (
    "Use a shared mailbox instead: move the address to one (`New-Mailbox -Shared`, by an Exchange "
    "administrator), or give the mailbox the address of a mailbox."
)


def _not_there(exchange: ExchangeMailbox, evidence: tuple[Evidence, ...]) -> Fail:
    """What is known of the address says what can be done: not every account can have a mailbox."""
    if exchange.address_is_of_a_group is True:
        return Fail(
            "The address is that of a distribution list or Microsoft 365 group, which has no "
            "mailbox that can be read.",
            evidence + exchange.evidence("address_is_of_a_group"),
            remedy=GROUP,
        )
    if exchange.account_is_guest is True:
        return Fail(
            "The account of the address is a guest: its mailbox is in another tenant.",
            evidence + exchange.evidence("account_is_guest"),
            remedy=GUEST,
        )
    if exchange.found_in_tenant is not False:
        return Fail(
            "The tenant knows the email address, yet its mailbox is not in Exchange Online.",
            evidence,
        )
    if exchange.address_is_of_a_group is False:
        return Fail("Nobody in the tenant has the email address of the mailbox.", evidence)
    return Fail(
        "No account of the tenant has the email address of the mailbox; whether a distribution "
        "list or group has it was not read.",
        evidence,
    )
