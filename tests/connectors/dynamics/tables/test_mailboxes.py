"""The table *mailbox*: what is asked for, and what a role that is too small leaves open."""

import responses

from connectors.dynamics.tables.mailboxes import READER
from tests.connectors.dynamics.web_api import (
    WebApi,
    hides_rows_of_others,
    names_its_privilege,
    reads_all,
)

ROW = {
    "mailboxid": "m-1",
    "emailaddress": "a@contoso.example",
    "_regardingobjectid_value": "u-1",
    "statecode": 0,
}


@responses.activate
def test_every_mailbox_is_read_with_the_columns_that_this_version_has() -> None:
    reads_all(READER, "mailbox", "mailboxes", ROW)


@responses.activate
def test_a_lookup_is_held_under_a_name_of_its_own() -> None:
    api = WebApi()
    api.has("mailbox", *(each.removeprefix("_").removesuffix("_value") for each in ROW))
    api.gives("mailboxes", {"value": [ROW]})
    ((row, _),) = api.read(READER).records
    assert row.regarding == "u-1"


@responses.activate
def test_a_role_that_hides_rows_of_others_leaves_it_partial() -> None:
    hides_rows_of_others(READER, "mailbox", "mailboxes", ROW)


@responses.activate
def test_a_refusal_names_the_privilege() -> None:
    names_its_privilege(READER, "mailbox", "mailboxes", "prvReadMailbox")
