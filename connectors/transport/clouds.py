"""Microsoft's clouds, told by the host of an environment.

Sources: Power Platform, "Dynamics 365 US Government" and "Dynamics 365 operated by 21Vianet in
China" (addresses of environments); Microsoft Graph, "National cloud deployments"; "Exchange Online
Admin API: get started" (hosts of the other clouds). GCC uses the worldwide ones.
"""

from urllib.parse import urlsplit

from msgspec import Struct


class Cloud(Struct, frozen=True):
    """Where one cloud signs callers in, and where its Graph and Exchange Online answer."""

    authority: str
    graph: str
    exchange_online: str


WORLDWIDE = Cloud(
    "https://login.microsoftonline.com",
    "https://graph.microsoft.com",
    "https://outlook.office365.com",
)
US_GOVERNMENT = Cloud(
    "https://login.microsoftonline.us",
    "https://graph.microsoft.us",
    "https://outlook.office365.us",
)
US_DEFENSE = Cloud(
    "https://login.microsoftonline.us",
    "https://dod-graph.microsoft.us",
    "https://outlook-dod.office365.us",
)
CHINA = Cloud(
    "https://login.partner.microsoftonline.cn",
    "https://microsoftgraph.chinacloudapi.cn",
    "https://outlook.office365.cn",
)
_BY_SUFFIX = {
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
