"""Readings as a server would have given them, for tests of what is made of them."""

from typing import Any

from connectors.sources.readings import Reading
from connectors.sources.source import SourceState

READ_AT = "2026-11-23T12:00:00Z"


def reading(source: str, *rows: Any, **state: Any) -> Reading:
    state = {"status": "read", **state}
    if state["status"] != "read":
        state = {"reason": "More is there.", "remedy": "Clear up.", **state}
    return Reading(
        state=SourceState(name=source, records=len(rows), **state),
        records=tuple((row, READ_AT) for row in rows),
    )
