"""The table *email*: which rows are asked for, the bound, and versions without it."""

import responses

from connectors.dynamics.tables.emails import READER
from tests.connectors.dynamics.web_api import (
    WebApi,
    ends_at_its_bound,
    hides_rows_of_others,
    may_lack_its_table,
    names_its_privilege,
)

ROW = {"activityid": "e-1", "statuscode": 6, "modifiedon": "2026-11-23T12:00:00Z"}
COLUMNS = [each.removeprefix("_").removesuffix("_value") for each in ROW]
MOST_PAGES = 4


@responses.activate
def test_the_rows_that_count_are_asked_for() -> None:
    api = WebApi()
    api.has("email", *COLUMNS)
    api.gives("emails", {"value": [ROW]})
    reading = api.read(READER)
    assert (reading.state.status, reading.state.records) == ("read", 1)
    (query,) = api.asked("emails")
    for condition in [
        "directioncode eq true",
        "statuscode eq 6",
        "statuscode eq 7",
        "statuscode eq 8",
    ]:
        assert condition in query
    assert "$orderby=modifiedon desc" in query


@responses.activate
def test_beyond_the_bound_it_is_partial() -> None:
    ends_at_its_bound(READER, "email", "emails", ROW, MOST_PAGES)


@responses.activate
def test_a_version_without_the_table_has_none_of_its_columns() -> None:
    may_lack_its_table(READER)


@responses.activate
def test_a_role_that_hides_rows_of_others_leaves_it_partial() -> None:
    hides_rows_of_others(READER, "email", "emails", ROW)


@responses.activate
def test_a_refusal_names_the_privilege() -> None:
    names_its_privilege(READER, "email", "emails", "prvReadActivity")
