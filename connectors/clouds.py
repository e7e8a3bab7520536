"""Microsoft's clouds, told by the host of an environment.

Sources: Power Platform, "Dynamics 365 US Government" and "Dynamics 365 operated by 21Vianet in
China" (addresses of environments); Microsoft Graph, "National cloud deployments"; "Exchange Online
Admin API: get started" (hosts of the other clouds); Power Apps, "Discover user organizations"
(the Global Discovery Service); the constants of Microsoft's own provider of Power Platform for
Terraform (its admin API). GCC signs in worldwide, and has a discovery of its own.
"""

from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace


class Cloud(Struct, frozen=True):
    """Where one cloud signs callers in, and where its services answer.

    `discovery` is the Global Discovery Service, `power_platform` the admin API, whose tokens are
    for `power_platform_resource`.
    """

    authority: str
    graph: str
    exchange_online: str
    discovery: str
    power_platform: str
    power_platform_resource: str


WORLDWIDE = Cloud(
    "https://login.microsoftonline.com",
    "https://graph.microsoft.com",
    "https://outlook.office365.com",
    "https://globaldisco.crm.dynamics.com",
    "https://api.bap.microsoft.com",
    "https://service.powerapps.com",
)
GOVERNMENT_COMMUNITY = replace(
    WORLDWIDE,
    discovery="https://globaldisco.crm9.dynamics.com",
    power_platform="https://gov.api.bap.microsoft.us",
    power_platform_resource="https://gov.service.powerapps.us",
)
US_GOVERNMENT = Cloud(
    "https://login.microsoftonline.us",
    "https://graph.microsoft.us",
    "https://outlook.office365.us",
    "https://globaldisco.crm.microsoftdynamics.us",
    "https://high.api.bap.microsoft.us",
    "https://high.service.powerapps.us",
)
US_DEFENSE = Cloud(
    "https://login.microsoftonline.us",
    "https://dod-graph.microsoft.us",
    "https://outlook-dod.office365.us",
    "https://globaldisco.crm.appsplatform.us",
    "https://api.bap.appsplatform.us",
    "https://service.apps.appsplatform.us",
)
CHINA = Cloud(
    "https://login.partner.microsoftonline.cn",
    "https://microsoftgraph.chinacloudapi.cn",
    "https://outlook.office365.cn",
    "https://globaldisco.crm.dynamics.cn",
    "https://api.bap.partner.microsoftonline.cn",
    "https://service.powerapps.cn",
)
_BY_SUFFIX = {
    ".crm9.dynamics.com": GOVERNMENT_COMMUNITY,
    ".microsoftdynamics.us": US_GOVERNMENT,
    ".appsplatform.us": US_DEFENSE,
    ".dynamics.cn": CHINA,
}
_BY_HOST = {
    urlsplit(address).hostname: cloud
    for cloud in (US_GOVERNMENT, US_DEFENSE, CHINA)
    for address in (cloud.graph, cloud.exchange_online)
}


def cloud_of(address: str) -> Cloud:
    """The cloud of an environment, of Graph or of Exchange Online; worldwide where no other is."""
    host = (urlsplit(address).hostname or "").rstrip(".").lower()
    for suffix, cloud in _BY_SUFFIX.items():
        if host.endswith(suffix):
            return cloud
    return _BY_HOST.get(host, WORLDWIDE)


def authority_of(address: str) -> str:
    """The authority that signs callers of an address in, without a tenant."""
    return cloud_of(address).authority
