"""Whether a profile leads to Exchange Online: by its kind, where it points, and how it signs in."""

from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.endpoints import blank_is_none, host_in
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.records import Record
from rules.email_systems import Product, Protocol
from rules.evidence import Evidence
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
) -> Established:
    """Whether these directions of a profile, incoming first, all lead to Exchange Online.

    The evidence is what decided beside the profile's kind and the servers that they name.
    """
    if isinstance(server_type, Unknown):
        return Established(server_type, ())
    if server_type in (ServerType.POP3_SMTP, ServerType.IMAP_SMTP) or not connections:
        return Established(False, ())
    answers: list[bool | Unknown] = []
    shown: list[Evidence] = []
    for each in connections:
        if each.host is not None:
            answers.append(is_of_exchange_online(each.host, each.product, systems))
            if _product_decides(each.host, systems):
                shown += each.evidence("product")
    if answers:
        return Established(both(*answers), tuple(shown))
    default = host_in(blank_is_none(record.optional("defaultserverlocation", str)))
    if default is not None:
        return Established(
            is_of_exchange_online(default, None, systems), record.evidence("defaultserverlocation")
        )
    if server_type is ServerType.EXCHANGE_ONLINE_HYBRID:
        return Established(True, ())
    return _by_sign_in(record, server_type, connections[0], organization)


def direction_leads_online(
    record: Record,
    server_type: ServerType | Unknown,
    connection: Connection,
    beside: tuple[Connection, ...],
    organization: Organization,
    systems: EmailSystems,
) -> Established:
    """Whether one direction of a profile leads to Exchange Online over Exchange Web Services.

    `beside` are those in use that may speak them. Where one of these names a server that is no
    Exchange Online, auto-discover may find that server for a direction that names none.
    """
    by_ews = is_one_of(connection.protocol, Protocol.EWS)
    if by_ews is False:
        return Established(False, ())
    found = leads_online(record, server_type, (connection,), organization, systems)
    if found.value is False or connection.host is not None:
        return found
    if isinstance(found.value, Unknown) and found.value in (server_type, organization.deployment):
        return found
    named = [each for each in beside if each.host is not None]
    if connection not in beside or not named:
        return found
    if is_one_of(connection.credential_retrieval, *IN_THE_CLOUD) is True:
        return found
    others = leads_online(record, server_type, tuple(named), organization, systems)
    shown = tuple(evidence for each in named for evidence in each.evidence("location"))
    if others.value is True:
        # A mailbox that is read there, or sends there, is found there.
        return found if found.value is True else Established(True, others.evidence + shown)
    unknown = Unknown(
        reason="The profile names a server for one direction alone, and not where the other one "
        "leads.",
        remedy="Enter both server locations in the profile, or none.",
        evidence=connection.evidence("location") + shown,
    )
    return Established(unknown, found.evidence + shown)


def _by_sign_in(
    record: Record, server_type: ServerType, first: Connection, organization: Organization
) -> Established:
    """Where auto-discover leads a profile that names no server, by its deployment and sign-in."""
    deployment, way = organization.deployment, first.credential_retrieval
    of_organization = organization.evidence("deployment")
    if server_type is ServerType.EXCHANGE_SERVER:
        if isinstance(deployment, Unknown) or deployment is Deployment.ONLINE:
            is_unknown = isinstance(deployment, Unknown)
            return Established(deployment if is_unknown else True, of_organization)
    signs_in = of_organization + first.evidence("credential_retrieval")
    if is_one_of(way, *IN_THE_CLOUD) is True:
        return Established(True, signs_in)
    if is_one_of(way, *ON_A_SERVER) is True:
        return Established(False, signs_in)
    if deployment is Deployment.ONLINE and not isinstance(way, Unknown):
        # Exchange Server (Hybrid) is the kind by which Dynamics 365 (online) reaches a server.
        return Established(False, signs_in)
    unknown = Unknown(
        reason="The profile names no server; only auto-discover could show where mailboxes live.",
        remedy="Enter the server location in the profile.",
        evidence=record.evidence("servertype", "incomingserverlocation", "useautodiscover"),
    )
    return Established(unknown, signs_in)


def _product_decides(host: str | Unknown, systems: EmailSystems) -> bool:
    """Whether it is by what answers at a host, and not by its name, that it is known."""
    return (
        isinstance(host, str)
        and host not in systems.known.exchange_online_ews
        and systems.known.may_be_exchange_online(host)
    )
