"""Whether a profile leads to Exchange Online: what decides first, and what after it."""

import pytest
from msgspec import UNSET

from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.profile.leads_online import leads_online
from connectors.normalisation.records import Record
from connectors.sources.source import SourceState
from rules.email_systems import Product
from rules.option_sets import CredentialRetrieval, Deployment, ServerType
from rules.unknown import Unknown
from tests.rules import facts as healthy

PROFILES = "dynamics.emailserverprofiles"
ONLINE = "outlook.office365.com"
BY_USER = CredentialRetrieval.USER_OR_QUEUE


def leads(*given, **more):
    """Whether a profile of this kind and these hosts leads there."""
    return told(*given, **more).value


def told(
    kind,
    *hosts,
    way=BY_USER,
    deployment=Deployment.ONLINE,
    default=None,
    product=Product.EXCHANGE_ONLINE,
):
    record = Record(
        PROFILES, "p-1", "", {"defaultserverlocation": default}, SourceState(PROFILES, "read")
    )
    connections = tuple(
        healthy.connection(host=host, credential_retrieval=way, product=product)
        for host in hosts or (None,)
    )
    own = healthy.organization(deployment=deployment)
    return leads_online(record, kind, connections, own, EmailSystems({}, {}, {}, ""))


EWS, HYBRID, CLOUD = (
    ServerType.EXCHANGE_SERVER,
    ServerType.EXCHANGE_SERVER_HYBRID,
    ServerType.EXCHANGE_ONLINE_HYBRID,
)
PREMISES = Deployment.ON_PREMISES
SIGN_IN = ["deployment", "credential_retrieval"]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (leads(ServerType.POP3_SMTP, ONLINE), False),
        (leads(ServerType.IMAP_SMTP, ONLINE), False),
        (leads(EWS, ONLINE, ONLINE), True),
        (leads(EWS, ONLINE, "mail.contoso.example"), False),
        (leads(EWS, ONLINE, healthy.MISSING), Unknown),
        (leads(EWS, "pod51043.outlook.com", product=healthy.MISSING), Unknown),
        (leads(EWS, "40.97.1.2", product=healthy.MISSING), Unknown),
        (leads(EWS, "40.97.1.2", product=Product.EXCHANGE_2016), False),
        (leads(EWS, "pod51043.outlook.com", "mail.contoso.example"), False),
        (leads(EWS, "10.0.0.5", product=healthy.MISSING), False),
        (leads(HYBRID, default="pod51043.outlook.com"), Unknown),
        (leads(EWS, "mail.contoso.example", healthy.MISSING), False),
        (leads(HYBRID, default=f"https://{ONLINE}/EWS"), True),
        (leads(CLOUD, default="mail.contoso.example"), False),
        (leads(CLOUD), True),
        (leads(CLOUD, deployment=PREMISES), True),
        (leads(EWS), True),
        (leads(EWS, deployment=healthy.MISSING), Unknown),
        (leads(EWS, deployment=PREMISES), Unknown),
        (leads(EWS, deployment=PREMISES, way=CredentialRetrieval.SERVER_TO_SERVER), True),
        (leads(EWS, deployment=PREMISES, way=CredentialRetrieval.WINDOWS_INTEGRATED), False),
        (leads(HYBRID), False),
        (leads(HYBRID, deployment=PREMISES), Unknown),
        (leads(HYBRID, deployment=PREMISES, way=CredentialRetrieval.ENTRA_OAUTH), True),
        (leads(HYBRID, way=healthy.MISSING), Unknown),
        (leads(HYBRID, deployment=healthy.MISSING), Unknown),
        (leads(HYBRID, way=CredentialRetrieval.SERVER_TO_SERVER), True),
        (leads(HYBRID, way=CredentialRetrieval.EXCHANGE_HYBRID_MODERN), False),
        (leads(EWS, "40.97.1.2", product=Product.EXCHANGE_ONLINE), True),
        (leads(EWS, None, ONLINE), True),
        (leads(EWS, None, "mail.contoso.example"), False),
        (leads(HYBRID, default=UNSET), Unknown),
        (leads(HYBRID, default="  ", way=CredentialRetrieval.ENTRA_OAUTH), True),
        (leads(HYBRID, default="mail.contoso.example", way=CredentialRetrieval.ENTRA_OAUTH), False),
        (leads(healthy.MISSING, ONLINE), Unknown),
    ],
)
def test_where_a_profile_leads(found, expected):
    assert isinstance(found, Unknown) if expected is Unknown else found is expected


@pytest.mark.parametrize(
    ("given", "decided"),
    [
        # A published host tells it by its name, another one by what answers there.
        ({"hosts": (ONLINE,)}, []),
        ({"hosts": ("mail.contoso.example",)}, []),
        ({"hosts": ("40.97.1.2",)}, ["product"]),
        ({"hosts": (ONLINE, "40.97.1.2")}, ["product"]),
        ({"default": "mail.contoso.example"}, ["defaultserverlocation"]),
        ({}, ["deployment"]),
        ({"deployment": PREMISES, "way": CredentialRetrieval.SERVER_TO_SERVER}, SIGN_IN),
        ({"deployment": PREMISES, "way": CredentialRetrieval.WINDOWS_INTEGRATED}, SIGN_IN),
        ({"deployment": PREMISES}, SIGN_IN),
    ],
)
def test_what_decided_beside_the_servers_of_the_directions_is_shown(given, decided):
    given = dict(given)
    found = told(EWS, *given.pop("hosts", ()), **given)
    assert [each.field for each in found.evidence] == decided


def test_a_profile_without_a_direction_in_use_leads_nowhere():
    record = Record(PROFILES, "p-1", "", {}, SourceState(PROFILES, "read"))
    systems = EmailSystems({}, {}, {}, "")
    assert leads_online(record, CLOUD, (), healthy.organization(), systems).value is False


def test_the_way_to_sign_in_is_that_of_the_first_direction():
    record = Record(
        PROFILES, "p-1", "", {"defaultserverlocation": None}, SourceState(PROFILES, "read")
    )
    first, second = (
        healthy.connection(host=None, credential_retrieval=way)
        for way in (CredentialRetrieval.ENTRA_OAUTH, CredentialRetrieval.WINDOWS_INTEGRATED)
    )
    own = healthy.organization(deployment=PREMISES)
    systems = EmailSystems({}, {}, {}, "")
    assert leads_online(record, HYBRID, (first, second), own, systems).value is True
    assert leads_online(record, HYBRID, (second, first), own, systems).value is False
