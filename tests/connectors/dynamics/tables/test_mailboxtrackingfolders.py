"""The table *mailboxtrackingfolder*: which rows are asked for, and the bound."""

import responses

from connectors.dynamics.tables.mailboxtrackingfolders import READER
from tests.connectors.dynamics.web_api import (
    WebApi,
    hides_rows_of_others,
    names_its_privilege,
)

ROW = {"mailboxtrackingfolderid": "f-1", "_mailboxid_value": "m-1"}
COLUMNS = [each.removeprefix("_").removesuffix("_value") for each in ROW]
MOST_PAGES = 20


@responses.activate
def test_the_rows_that_count_are_asked_for() -> None:
    api = WebApi()
    api.has("mailboxtrackingfolder", *COLUMNS)
    api.gives("mailboxtrackingfolders", {"value": [ROW]})
    reading = api.read(READER)
    assert (reading.state.status, reading.state.records) == ("read", 1)
    (query,) = api.asked("mailboxtrackingfolders")
    for condition in ["mailboxtrackingfolderid ne null"]:
        assert condition in query
    assert ("$orderby=modifiedon desc" in query) is False


@responses.activate
def test_beyond_the_bound_it_is_partial() -> None:
    for pages, status, code in (
        (MOST_PAGES, "read", ""),
        (MOST_PAGES + 1, "partial", "too-many-records"),
    ):
        responses.reset()
        api = WebApi()
        api.has("mailboxtrackingfolder", *COLUMNS)
        key = READER.columns[0]
        api.gives_pages(
            "mailboxtrackingfolders", [ROW | {key: f"{number}"} for number in range(pages)]
        )
        state = api.read(READER).state
        assert (state.status, state.code, state.records) == (status, code, min(pages, MOST_PAGES))


@responses.activate
def test_a_version_without_the_table_has_none_of_its_columns() -> None:
    state = WebApi().read(READER).state
    assert (state.status, state.records) == ("read", 0)
    assert state.absent == READER.columns


@responses.activate
def test_a_role_that_hides_rows_of_others_leaves_it_partial() -> None:
    hides_rows_of_others(READER, "mailboxtrackingfolder", "mailboxtrackingfolders", ROW)


@responses.activate
def test_a_refusal_names_the_privilege() -> None:
    names_its_privilege(
        READER, "mailboxtrackingfolder", "mailboxtrackingfolders", "prvReadMailboxTrackingFolder"
    )
