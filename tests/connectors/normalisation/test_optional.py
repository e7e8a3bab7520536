"""Synchronous steps on email: how many are known, and where that is open."""

import pytest

from connectors.dynamics.tables.sdkmessageprocessingsteps import TABLE, StepRow
from connectors.normalisation.optional import optional_facts
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.facts import Alerts, EmailExtensions, Emails
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"


def extensions(reading: Reading | None) -> EmailExtensions:
    found = optional_facts({} if reading is None else {TABLE.source: reading}, lambda name: 1)
    assert set(found) == {Alerts, Emails, EmailExtensions}
    fact = found[EmailExtensions]
    assert isinstance(fact, EmailExtensions)
    return fact


def steps(count: int, status: str) -> Reading:
    rows = tuple((StepRow(f"s-{at}", mode=0), AT) for at in range(count))
    return Reading(SourceState(TABLE.source, status, reason="Cut off."), rows)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "status", "expected"),
    [
        (0, "read", 0),
        (7, "read", 7),
        (7, "partial", 7),
        (0, "partial", Unknown),
        (0, "failed", Unknown),
    ],
)
def test_steps_that_were_seen_are_there_whatever_else_may_be_missing(count, status, expected):
    found = extensions(steps(count, status)).synchronous_steps
    assert isinstance(found, Unknown) if expected is Unknown else found == expected


def test_some_of_them_are_shown():
    shown = extensions(steps(7, "read")).evidence("synchronous_steps")
    assert [each.record for each in shown] == [f"s-{at}" for at in range(5)]
    assert len(extensions(steps(0, "read")).evidence("synchronous_steps")) == 1


def test_a_snapshot_without_the_table_leaves_it_open():
    assert isinstance(extensions(None).synchronous_steps, Unknown)
