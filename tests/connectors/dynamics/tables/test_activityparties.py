"""Recipients of failed email without a record: when they are asked for, and the bounds."""

from typing import Any

import pytest
import responses

from connectors.dynamics.tables import activityparties, emails, organizations
from connectors.dynamics.tables.activityparties import MOST_EMAILS, READER
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from tests.connectors.dynamics.web_api import WebApi

AT = "2026-11-23T12:00:00Z"
EMAILS, ORGANIZATIONS = emails.TABLE.source, organizations.TABLE.source
ROW = {"activitypartyid": "r-1", "_activityid_value": "e-0"}


def earlier(failed: int, *, allowed: bool = False, **state: Any) -> dict[str, Reading]:
    """So many failed messages and one that waits, and whether such recipients are sent to."""
    rows = [emails.EmailRow(f"e-{number}", statuscode=emails.FAILED) for number in range(failed)]
    rows.append(emails.EmailRow("waits", statuscode=emails.PENDING_SEND))
    own = organizations.OrganizationRow("o-1", allowunresolvedpartiesonemailsend=allowed)
    how = {"status": "read", **state}
    return {
        EMAILS: Reading(SourceState(EMAILS, **how), tuple((row, AT) for row in rows)),
        ORGANIZATIONS: Reading(SourceState(ORGANIZATIONS, "read"), ((own, AT),)),
    }


def api_with(*rows: dict[str, Any], depth: str = "Global") -> WebApi:
    api = WebApi(depth=depth)
    api.has("activityparty", "activitypartyid", "activityid", "partyid")
    api.gives("activityparties", {"value": list(rows)})
    return api


@responses.activate
def test_recipients_of_failed_messages_are_asked_for_and_nobody_elses() -> None:
    api = api_with(ROW)
    reading = api.read(READER, earlier(1))
    assert (reading.state.status, reading.state.records) == ("read", 1)
    (query,) = api.asked("activityparties")
    assert "_partyid_value eq null" in query
    assert "_activityid_value eq e-0" in query
    assert "waits" not in query
    assert [f"participationtypemask eq {each}" in query for each in range(1, 6)] == [
        False, True, True, True, False,
    ]  # fmt: skip


@responses.activate
def test_an_organisation_that_sends_to_them_is_not_asked() -> None:
    api = api_with(ROW)
    assert api.read(READER, earlier(1, allowed=True)).state.status == "read"
    assert api.asked("activityparties") == []


@responses.activate
def test_without_the_messages_there_is_nobody_to_ask_about() -> None:
    given = earlier(0, status="failed", reason="Refused.", remedy="Grant it.")
    state = api_with().read(READER, given).state
    assert (state.status, state.code, state.remedy) == ("failed", "emails-not-read", "Grant it.")


@responses.activate
def test_messages_read_in_part_leave_it_partial() -> None:
    given = earlier(1, status="partial", reason="Cut off.", remedy="Again.")
    state = api_with(ROW).read(READER, given).state
    assert (state.status, state.code) == ("partial", "emails-not-read")


@responses.activate
@pytest.mark.parametrize(("failed", "code"), [(3, ""), (4, "too-many-records")])
def test_no_more_messages_than_the_bound_are_looked_at(
    failed: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_EMAILS == 200
    monkeypatch.setattr(activityparties, "MOST_EMAILS", 3)
    monkeypatch.setattr(activityparties, "_AT_ONCE", 2)
    api = api_with()
    assert api.read(READER, earlier(failed)).state.code == code
    assert [query.count("_activityid_value eq") for query in api.asked("activityparties")] == [2, 1]


@responses.activate
def test_a_role_that_hides_rows_of_others_leaves_it_partial() -> None:
    assert api_with(depth="Basic").read(READER, earlier(1)).state.code == "privilege-depth"
