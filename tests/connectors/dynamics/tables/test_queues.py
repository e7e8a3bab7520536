"""The table *queue*: what is asked for, and what a role that is too small leaves open."""

import responses

from connectors.dynamics.tables.queues import READER
from tests.connectors.dynamics.web_api import (
    WebApi,
    hides_rows_of_others,
    names_its_privilege,
    reads_all,
)

ROW = {"queueid": "q-1", "name": "Support", "_defaultmailbox_value": "m-1", "statecode": 0}


@responses.activate
def test_every_queue_is_read_with_the_columns_that_this_version_has() -> None:
    reads_all(READER, "queue", "queues", ROW)


@responses.activate
def test_a_lookup_is_held_under_a_name_of_its_own() -> None:
    api = WebApi()
    api.has("queue", *(each.removeprefix("_").removesuffix("_value") for each in ROW))
    api.gives("queues", {"value": [ROW]})
    ((row, _),) = api.read(READER).records
    assert row.default_mailbox == "m-1"


@responses.activate
def test_a_role_that_hides_rows_of_others_leaves_it_partial() -> None:
    hides_rows_of_others(READER, "queue", "queues", ROW)


@responses.activate
def test_a_refusal_names_the_privilege() -> None:
    names_its_privilege(READER, "queue", "queues", "prvReadQueue")
