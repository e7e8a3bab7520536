"""Addresses are completed from what people paste."""

import pytest

from auditor.configuration.addresses import completed


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("contoso", "https://contoso.crm.dynamics.com"),
        ("contoso.crm4.dynamics.com", "https://contoso.crm4.dynamics.com"),
        (" https://contoso.crm4.dynamics.com/ ", "https://contoso.crm4.dynamics.com"),
        (
            "https://contoso.crm4.dynamics.com/main.aspx?appid=1#x",
            "https://contoso.crm4.dynamics.com",
        ),
        (
            "https://contoso.api.crm4.dynamics.com/api/data/v9.2",
            "https://contoso.crm4.dynamics.com",
        ),
        ("https://crm.contoso.local/Contoso/main.aspx", "https://crm.contoso.local/Contoso"),
        ("crm.contoso.local:5555/Contoso", "https://crm.contoso.local:5555/Contoso"),
        ("http://contoso.crm.dynamics.com", "http://contoso.crm.dynamics.com"),
        (
            "https://me:secret@contoso.crm.dynamics.com",
            "https://me:secret@contoso.crm.dynamics.com",
        ),
        ("https://[", "https://["),
        ("", ""),
    ],
)
def test_completed(pasted, address):
    assert completed(pasted) == address
