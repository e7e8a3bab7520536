"""In whose tenant the mail of a profile is, and whether that is the one that was read."""

from connectors.known_systems import known_systems
from connectors.normalisation.fact_rows import Established, once
from connectors.normalisation.mail_domains import TENANTS, MailDomains
from connectors.normalisation.profile.parts import ProfileParts
from connectors.normalisation.records import Record
from connectors.normalisation.tenants_read import EXCHANGE, GRAPH, tenant_read, told_by_all
from connectors.normalisation.unknowns import empty_column
from rules.evidence import Evidence
from rules.unknown import Unknown


def mail_tenant(profile: ProfileParts, *columns: str) -> Established:
    """The tenant, with what else than the profile's columns told it."""
    tenant, evidence = tenant_told(profile)
    return Established(tenant, once(profile.record.evidence(*columns) + evidence))


def tenant_told(profile: ProfileParts) -> tuple[str | None | Unknown, tuple[Evidence, ...]]:
    """The tenant whose mailboxes the profile reads, with what else than its columns told it.

    It is that of each direction to Exchange Online, for a profile has room for one alone. A version
    without the columns knows no other tenant, so the mail domains tell.
    """
    record = profile.record
    is_online, shown = profile.some_online
    if isinstance(is_online, Unknown):
        return is_online, shown
    if not is_online:
        return None, shown
    uses_default = record.required("usedefaulttenantid", bool)
    if isinstance(uses_default, Unknown):
        if not _knows_one_tenant(record):
            return uses_default, shown
        told, evidence = MailDomains(profile.readings, known_systems()).sole_tenant()
        return (uses_default if isinstance(told, Unknown) else told), shown + evidence
    if uses_default:
        own = profile.organization
        return own.tenant_id, shown + own.evidence("tenant_id")
    tenant = record.required("exchangeonlinetenantid", str)
    if tenant == "":
        empty = empty_column(record.source, record.record, "exchangeonlinetenantid", record.read_at)
        return empty, shown
    return (tenant.lower() if isinstance(tenant, str) else tenant), shown


def same_tenant(profile: ProfileParts, *columns: str) -> Established:
    """Whether the tenant is the organisation's own, with what told it."""
    tenant, evidence = tenant_told(profile)
    evidence = profile.record.evidence(*columns) + evidence
    if isinstance(tenant, str):
        evidence += profile.organization.evidence("tenant_id")
    return Established(is_own_tenant(profile, tenant), once(evidence))


def another_tenant_was_read(profile: ProfileParts, *columns: str) -> Established:
    """Told by the id of the tenant that was read, else of the own tenant by a domain.

    Microsoft Graph names the id; of Exchange Online alone the authority does, by its domains.
    """
    tenant, evidence = tenant_told(profile)
    evidence = profile.record.evidence(*columns) + evidence
    is_online = profile.some_online.value
    if is_online is False:
        return Established(False, once(evidence))
    read, shown = tenant_read(profile.readings)
    by_authority = profile.tenants[EXCHANGE].id
    if isinstance(read, Unknown) and not isinstance(by_authority, Unknown):
        told = told_by_all(profile.readings, TENANTS, "tenant_id", by_authority)
        read, shown = by_authority, (told,)
    evidence = once(evidence + shown)
    open_ones = [each for each in (is_online, tenant, read) if isinstance(each, Unknown)]
    if not open_ones and tenant is not None:
        return Established(tenant != read, evidence)
    in_own = tenant is None or is_own_tenant(profile, tenant) is True
    by_domain = tuple(
        profile.tenants[each].shown
        for each in (GRAPH, EXCHANGE)
        if profile.tenants.why_not_of_mail(each) is None
    )
    if is_online is True and in_own and by_domain:
        # Which tenant has the addresses of the organisation's users is told by domains.
        return Established(False, once(evidence + by_domain))
    unnamed = Unknown(
        reason="An organisation on premises names no tenant of its own.",
        remedy="See in the Exchange admin centre which tenant the mailboxes are in.",
        evidence=evidence,
    )
    return Established(open_ones[0] if open_ones else unnamed, evidence)


def is_own_tenant(profile: ProfileParts, tenant: str | None | Unknown) -> bool | Unknown:
    """Whether the tenant that was told of a profile is the organisation's own."""
    is_online: bool | Unknown = profile.some_online.value
    if isinstance(is_online, Unknown):
        return is_online
    if not is_online:
        return False
    if profile.record.required("usedefaulttenantid", bool) is True:
        return True
    own = profile.organization.tenant_id
    if own is None and _knows_one_tenant(profile.record):
        # On premises the organisation names no tenant, and the version has room for one alone.
        return True
    for fact in (tenant, own):
        if isinstance(fact, Unknown):
            return fact
    return tenant == own


def _knows_one_tenant(record: Record) -> bool:
    """Whether this version has no column that could name another tenant than its own."""
    columns = ("usedefaulttenantid", "exchangeonlinetenantid")
    return all(record.not_available(column) for column in columns)
