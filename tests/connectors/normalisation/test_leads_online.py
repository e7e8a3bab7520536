"""Whether a profile leads to Exchange Online: what decides first, and what after it."""

import pytest

from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.leads_online import leads_online
from connectors.normalisation.records import Record
from connectors.sources.source import SourceState
from rules.email_systems import Product
from rules.option_sets import CredentialRetrieval, Deployment, ServerType
from rules.unknown import Unknown
from tests.rules import facts as healthy

PROFILES = "dynamics.emailserverprofiles"
ONLINE = "outlook.office365.com"
BY_USER = CredentialRetrieval.USER_OR_QUEUE


def leads(
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
        (leads(healthy.MISSING, ONLINE), Unknown),
    ],
)
def test_where_a_profile_leads(found, expected):
    assert isinstance(found, Unknown) if expected is Unknown else found is expected
