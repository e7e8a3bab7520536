"""The permissions of Microsoft Graph, and how each is given."""

import pytest

from connectors.graph.permissions import ROLES, explained, grant
from connectors.transport.errors import SourceFailed


@pytest.mark.parametrize("permission", ROLES)
def test_a_permission_is_given_by_its_id(permission: str) -> None:
    assert f"{ROLES[permission]}=Role" in grant(permission)
    assert f"the Microsoft Graph permission {permission} " in grant(permission)


@pytest.mark.parametrize("status", [401, 404, 500, None])
def test_only_a_refusal_lacks_the_permission(status: int | None) -> None:
    failure = SourceFailed("no", "look", "some-code", status=status)
    assert explained(failure, "User.Read.All") is failure


def test_a_refusal_names_the_permission_and_how_it_is_given() -> None:
    found = explained(SourceFailed("no", "look", "forbidden", status=403), "User.Read.All")
    assert found.reason == "The permission User.Read.All is missing: no"
    assert found.remedy == grant("User.Read.All")
