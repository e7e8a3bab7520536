"""Exchange Online, Get-ManagementRoleAssignment: what is asked for, and what a refusal tells."""

from typing import Any

import msgspec
import pytest
import responses

from connectors.exchange_online.role_assignments import READER, RoleAssignmentRow
from tests.connectors.microsoft_365 import (
    EXCHANGE,
    TENANT,
    exchange,
    gives_the_rows_of_its_cmdlet,
    names_what_it_needs,
    read,
)

URL = f"{EXCHANGE}/adminapi/beta/{TENANT}/InvokeCommand"
ROW = {"Name": "One", "Role": "ApplicationImpersonation", "Enabled": True}


@responses.activate
def test_what_the_cmdlet_gives_is_read() -> None:
    cmdlet = {"CmdletName": "Get-ManagementRoleAssignment", "Parameters": {}}
    gives_the_rows_of_its_cmdlet(READER, URL, ROW, cmdlet)


@responses.activate
def test_a_refusal_names_permission_and_role() -> None:
    names_what_it_needs(READER, URL, "Exchange.ManageAsApp", "View-Only Configuration")


@responses.activate
def test_a_value_of_another_kind_is_left_open() -> None:
    responses.post(URL, json={"value": [ROW | {"Name": {}}]})
    state = read(READER, exchange()).state
    assert (state.status, state.odd) == ("read", ("Name",))


@pytest.mark.parametrize(
    ("columns", "delegates"),
    [
        ({"RoleAssignmentDelegationType": "DelegatingOrgWide"}, True),
        ({"RoleAssignmentDelegationType": "Delegating", "Name": "One"}, True),
        ({"RoleAssignmentDelegationType": "Regular", "Name": "Role-Delegating"}, False),
        ({"RoleAssignmentDelegationType": None, "Name": "Role-Delegating"}, True),
        ({"Name": "Role-Delegating"}, True),
        ({"Name": "Delegating-Role"}, False),
        ({"Name": None}, False),
        ({}, False),
    ],
)
def test_an_assignment_that_only_gives_the_role_away_is_told_by_its_kind_or_else_its_name(
    columns: dict[str, Any], delegates: bool
) -> None:
    assert msgspec.convert(columns, RoleAssignmentRow).delegates is delegates
