"""The host of an address tells Microsoft's cloud; whatever names none is worldwide."""

import pytest

from connectors.clouds import (
    CHINA,
    GOVERNMENT_COMMUNITY,
    US_DEFENSE,
    US_GOVERNMENT,
    WORLDWIDE,
    Cloud,
    authority_of,
    cloud_of,
)


@pytest.mark.parametrize(
    ("address", "cloud"),
    [
        ("https://contoso.crm.dynamics.com", WORLDWIDE),
        ("https://contoso.crm4.dynamics.com", WORLDWIDE),
        ("https://contoso.crm9.dynamics.com", GOVERNMENT_COMMUNITY),
        ("https://Contoso.CRM9.dynamics.com./main.aspx", GOVERNMENT_COMMUNITY),
        ("https://contoso.crm.microsoftdynamics.us", US_GOVERNMENT),
        ("https://contoso.crm.appsplatform.us", US_DEFENSE),
        ("https://contoso.crm.dynamics.cn", CHINA),
        ("https://graph.microsoft.us", US_GOVERNMENT),
        ("https://outlook-dod.office365.us", US_DEFENSE),
        ("https://microsoftgraph.chinacloudapi.cn/v1.0", CHINA),
        ("https://graph.microsoft.com", WORLDWIDE),
        ("https://crm.contoso.example", WORLDWIDE),
        ("https://contoso.crm9.dynamics.com.example", WORLDWIDE),
        ("contoso", WORLDWIDE),
    ],
)
def test_the_host_tells_the_cloud(address: str, cloud: Cloud) -> None:
    assert cloud_of(address) is cloud


def test_each_cloud_signs_in_at_its_own_authority() -> None:
    assert authority_of("https://contoso.crm9.dynamics.com") == "https://login.microsoftonline.com"
    assert authority_of("https://contoso.crm.appsplatform.us") == "https://login.microsoftonline.us"
