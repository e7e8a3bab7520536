"""Whether a profile leads to Exchange Online: by its kind, where it points, and how it signs in."""

from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.endpoints import blank_is_none, host_in
from connectors.normalisation.records import Record
from rules.email_systems import Product
from rules.facts import Connection, Organization
from rules.option_sets import CredentialRetrieval, Deployment, ServerType
from rules.unknown import Unknown, both, is_one_of

IN_THE_CLOUD = (CredentialRetrieval.SERVER_TO_SERVER, CredentialRetrieval.ENTRA_OAUTH)
ON_A_SERVER = (CredentialRetrieval.WINDOWS_INTEGRATED, CredentialRetrieval.EXCHANGE_HYBRID_MODERN)
"""Ways to sign in that only Exchange Online takes, and only an Exchange Server."""


def is_of_exchange_online(
    host: str | Unknown, product: Product | Unknown | None, systems: EmailSystems
) -> bool | Unknown:
    """Whether a host that Exchange Web Services are asked of is Exchange Online's.

    An unlisted one of Microsoft's, or a public address, is neither by its name; what answers
    there, where that is known, decides.
    """
    if isinstance(host, Unknown):
        return host
    if host in systems.known.exchange_online_ews:
        return True
    if not systems.known.may_be_exchange_online(host):
        return False
    if isinstance(product, Product):
        return product is Product.EXCHANGE_ONLINE
    return Unknown(
        reason=f"{host} is on no list of the hosts of Exchange Online, and may be one of them.",
        remedy="Write the host's published name, such as outlook.office365.com, in the profile.",
    )


def leads_online(
    record: Record,
    server_type: ServerType | Unknown,
    connections: tuple[Connection, ...],
    organization: Organization,
    systems: EmailSystems,
) -> bool | Unknown:
    """Whether these directions of a profile, incoming first, all lead to Exchange Online."""
    if isinstance(server_type, Unknown):
        return server_type
    if server_type in (ServerType.POP3_SMTP, ServerType.IMAP_SMTP) or not connections:
        return False
    answers = [
        is_of_exchange_online(each.host, each.product, systems)
        for each in connections
        if each.host is not None
    ]
    if answers:
        return both(*answers)
    default = host_in(blank_is_none(record.optional("defaultserverlocation", str)))
    if isinstance(default, Unknown):
        return default
    if default is not None:
        return is_of_exchange_online(default, None, systems)
    if server_type is ServerType.EXCHANGE_ONLINE_HYBRID:
        return True
    if server_type is ServerType.EXCHANGE_SERVER:
        if isinstance(organization.deployment, Unknown):
            return organization.deployment
        if organization.deployment is Deployment.ONLINE:
            return True
    way = connections[0].credential_retrieval
    if is_one_of(way, *IN_THE_CLOUD) is True:
        return True
    if is_one_of(way, *ON_A_SERVER) is True:
        return False
    if organization.deployment is Deployment.ONLINE and not isinstance(way, Unknown):
        # Exchange Server (Hybrid) is the kind by which Dynamics 365 (online) reaches a server.
        return False
    return Unknown(
        reason="The profile names no server, so auto-discover decides where its mailboxes live.",
        remedy="Enter the server location in the profile.",
        evidence=record.evidence("servertype", "incomingserverlocation", "useautodiscover"),
    )
