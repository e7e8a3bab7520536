"""The table *emailserverprofile*: what is asked for, and what is hidden."""

import responses

from connectors.dynamics.tables.emailserverprofiles import READER
from tests.connectors.dynamics.web_api import (
    WebApi,
    hides_rows_of_others,
    names_its_privilege,
    reads_all,
)

ROW = {"emailserverprofileid": "p-1", "name": "Own", "_ownerid_value": "u-1"}


@responses.activate
def test_every_profile_is_read_with_the_columns_that_this_version_has() -> None:
    reads_all(READER, "emailserverprofile", "emailserverprofiles", ROW)


@responses.activate
def test_a_lookup_is_held_under_a_name_of_its_own() -> None:
    api = WebApi()
    api.has("emailserverprofile", *(each.removeprefix("_").removesuffix("_value") for each in ROW))
    api.gives("emailserverprofiles", {"value": [ROW]})
    ((row, _),) = api.read(READER).records
    assert row.owner == "u-1"


@responses.activate
def test_a_role_that_hides_rows_of_others_leaves_it_partial() -> None:
    hides_rows_of_others(READER, "emailserverprofile", "emailserverprofiles", ROW)


@responses.activate
def test_a_refusal_names_the_privilege() -> None:
    names_its_privilege(
        READER, "emailserverprofile", "emailserverprofiles", "prvReadEmailServerProfile"
    )
