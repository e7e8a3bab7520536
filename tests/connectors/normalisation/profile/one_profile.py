"""The facts of one profile, made of its columns for the tests of this folder."""

from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.profile.profiles import profiles
from connectors.normalisation.tenants_read import TenantsRead
from rules.evidence import Evidence
from tests.auditor.rows import profile as row
from tests.connectors.dynamics.readings import READ_AT, reading
from tests.rules import facts as healthy

SOURCE = "dynamics.emailserverprofiles"
OWN, OTHER = healthy.OWN_TENANT, healthy.OTHER_TENANT
ONLINE_HOST = "https://outlook.office365.com/EWS/Exchange.asmx"
ON_SITE = "https://mail.contoso.example/EWS/Exchange.asmx"
NOWHERE = {"incomingserverlocation": None, "outgoingserverlocation": None}


def fact(
    own=None,
    *,
    owned_by=(True, False),
    readings=None,
    state=None,
    wall=None,
    addresses=(),
    **changes,
):
    """The one profile of these columns; by default the built-in kind, naming no server."""
    columns = {"servertype": 0, **NOWHERE, "incomingcredentialretrieval": 2, **changes}
    found = {SOURCE: reading(SOURCE, row(**columns), **(state or {})), **(readings or {})}
    systems = EmailSystems(found, {}, {}, READ_AT)
    owner = tuple(
        Established(value, (Evidence("dynamics.systemusers", "user-1", column, value, READ_AT),))
        for value, column in zip(owned_by, ("isdisabled", "fullname"), strict=True)
    )
    own = own or healthy.organization(default_profile_id="other")
    tenants = TenantsRead(found, own.tenant_id, lambda: addresses)
    (told,) = profiles(
        found, own, systems, lambda id: owner, wall or AlertIndex(None, 0), tenants
    ).values()
    return told
