"""The applications that profiles name: which are asked for, and how many at most."""

import re
import uuid
from typing import Any

import pytest
import responses

from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.graph import applications
from connectors.graph.applications import PROFILES, READER
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from tests.connectors.microsoft_365 import GRAPH, graph, read, rows

AT = "2026-11-23T12:00:00Z"
IDS = [str(uuid.UUID(int=number)) for number in range(4)]


def profiles(*ids: Any, status: str = "read") -> dict[str, Reading]:
    named = (ProfileRow(f"p-{at}", oauthclientid=id) for at, id in enumerate(ids))
    state = SourceState(PROFILES, status, code="cut", reason="Cut off.", remedy="Again.")  # type: ignore[arg-type]
    return {PROFILES: Reading(state, tuple((row, AT) for row in named))}


def answers() -> None:
    """An application for whichever id is asked for, with a secret's end."""

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        (id,) = re.findall(r"appId%20eq%20'([^']+)'", request.url)
        return (
            200,
            {},
            (
                f'{{"value": [{{"id": "o-{id}", "appId": "{id}", "passwordCredentials":'
                ' [{"endDateTime": "2027-01-01T00:00:00Z"}]}]}'
            ),
        )

    responses.add_callback("GET", re.compile(f"{GRAPH}/v1.0/applications.*"), answer)


@responses.activate
def test_each_application_is_asked_for_once_whatever_the_case_of_its_id() -> None:
    answers()
    reading = read(READER, graph(), profiles(IDS[1].upper(), IDS[1], IDS[2]))
    assert reading.state.status == "read"
    assert [row.appId for row in rows(reading)] == [IDS[1], IDS[2]]
    assert rows(reading)[0].passwordCredentials[0].endDateTime == "2027-01-01T00:00:00Z"


@responses.activate
@pytest.mark.parametrize("id", [None, "", "' or 1 eq 1", "not an id"])
def test_what_is_no_id_gets_into_no_address(id: Any) -> None:
    reading = read(READER, graph(), profiles(id))
    assert (reading.state.status, reading.records) == ("read", ())
    assert len(responses.calls) == 0


@responses.activate
@pytest.mark.parametrize(("named", "status", "code"), [(3, "read", ""), (4, "partial", "bounded")])
def test_no_more_than_the_bound_are_asked_for(
    named: int, status: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert applications.MOST_ASKED == 200
    monkeypatch.setattr(applications, "MOST_ASKED", 3)
    answers()
    reading = read(READER, graph(), profiles(*IDS[:named]))
    assert len(reading.records) == 3
    assert len(responses.calls) == 3
    assert (reading.state.status, reading.state.code) == (status, code)


@responses.activate
def test_profiles_that_were_read_in_part_leave_it_partial() -> None:
    answers()
    state = read(READER, graph(), profiles(IDS[0], status="partial")).state
    assert (state.status, state.code, state.records) == ("partial", "cut", 1)
    state = read(READER, graph(), profiles(status="failed")).state
    assert state.status == "failed"


@responses.activate
def test_a_refusal_names_the_permission() -> None:
    responses.get(re.compile(f"{GRAPH}/v1.0/applications.*"), json={}, status=403)
    state = read(READER, graph(), profiles(IDS[0])).state
    assert state.status == "failed"
    assert "Application.Read.All" in state.remedy
