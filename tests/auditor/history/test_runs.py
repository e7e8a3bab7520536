"""Whose run a stored one is."""

import pytest

from auditor.history.runs import is_same_organization


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("https://CRM.Contoso.com/org/", True),
        ("http://crm.contoso.com:5555/Org", True),
        ("https://crm.contoso.com/Org2", False),
        ("https://crm.contoso.com", False),
        ("https://crm.fabrikam.com/Org", False),
        ("", False),
    ],
)
def test_an_organization_is_known_by_its_host_and_path(other: str, expected: bool) -> None:
    assert is_same_organization("https://crm.contoso.com/Org", other) is expected
    assert is_same_organization(other, "https://crm.contoso.com/Org") is expected
