"""The table *sdkmessageprocessingstep*: which rows are asked for, and the bound."""

import responses

from connectors.dynamics.tables.sdkmessageprocessingsteps import READER
from tests.connectors.dynamics.web_api import (
    WebApi,
    ends_at_its_bound,
    hides_rows_of_others,
    may_lack_its_table,
    names_its_privilege,
)

ROW = {"sdkmessageprocessingstepid": "s-1", "name": "Own: Create of email", "mode": 0}
COLUMNS = [each.removeprefix("_").removesuffix("_value") for each in ROW]
MOST_PAGES = 1


@responses.activate
def test_the_rows_that_count_are_asked_for() -> None:
    api = WebApi()
    api.has("sdkmessageprocessingstep", *COLUMNS)
    api.gives("sdkmessageprocessingsteps", {"value": [ROW]})
    reading = api.read(READER)
    assert (reading.state.status, reading.state.records) == ("read", 1)
    (query,) = api.asked("sdkmessageprocessingsteps")
    for condition in [
        "mode eq 0",
        "statecode eq 0",
        "contains(name,'email')",
        "not startswith(name,'Microsoft.')",
    ]:
        assert condition in query
    assert "$orderby=modifiedon desc" not in query


@responses.activate
def test_beyond_the_bound_it_is_partial() -> None:
    ends_at_its_bound(
        READER, "sdkmessageprocessingstep", "sdkmessageprocessingsteps", ROW, MOST_PAGES
    )


@responses.activate
def test_a_version_without_the_table_has_none_of_its_columns() -> None:
    may_lack_its_table(READER)


@responses.activate
def test_a_role_that_hides_rows_of_others_leaves_it_partial() -> None:
    hides_rows_of_others(READER, "sdkmessageprocessingstep", "sdkmessageprocessingsteps", ROW)


@responses.activate
def test_a_refusal_names_the_privilege() -> None:
    names_its_privilege(
        READER,
        "sdkmessageprocessingstep",
        "sdkmessageprocessingsteps",
        "prvReadSdkMessageProcessingStep",
    )
