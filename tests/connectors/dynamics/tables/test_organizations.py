"""The table *organization*: one row, which shows at any depth."""

import responses

from connectors.dynamics.tables.organizations import READER
from tests.connectors.dynamics.web_api import WebApi, names_its_privilege, reads_all

ROW = {"organizationid": "o-1", "name": "contoso", "maxuploadfilesize": 5000}


@responses.activate
def test_the_settings_are_read_with_the_columns_that_this_version_has() -> None:
    reads_all(READER, "organization", "organizations", ROW)


@responses.activate
def test_the_one_row_is_whole_whatever_the_depth_of_the_role() -> None:
    api = WebApi(depth="Basic")
    api.has("organization", *ROW)
    api.gives("organizations", {"value": [ROW]})
    assert api.read(READER).state.status == "read"


@responses.activate
def test_a_refusal_names_the_privilege_at_any_depth() -> None:
    names_its_privilege(READER, "organization", "organizations", "prvReadOrganization at any depth")
