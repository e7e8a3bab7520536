"""The newest pages of a table that may be large, and what is said where there are more."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.columnar.page import Page
from connectors.dynamics.bounded_tables import BoundedTable
from connectors.dynamics.tables.queues import QueueRow
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress
from connectors.transport.errors import SourceFailed

PAGES = [Page([QueueRow(str(at))], "2026-11-23T12:00:00Z", "") for at in range(4)]


class Dynamics:
    """Gives so many pages, and notes how it was asked and how far it was read."""

    def __init__(self, pages: int, failure: SourceFailed | None = None) -> None:
        self.pages, self.failure = pages, failure
        self.asked: dict[str, Any] = {}
        self.given = 0

    def rows(self, *told: Any, **asked: Any) -> Iterator[Page]:
        self.asked = asked
        for page in PAGES[: self.pages]:
            self.given += 1
            yield page
        if self.failure is not None:
            raise self.failure


def table(**changes: Any) -> BoundedTable:
    usual: dict[str, Any] = {
        "source": "dynamics.queues",
        "logical_name": "queue",
        "entity_set": "queues",
        "privilege": "prvReadQueue",
        "row": QueueRow,
        "title": "queues",
        "condition": "statecode eq 0",
        "most_pages": 2,
    }
    return BoundedTable(**usual | changes)


@pytest.mark.parametrize(
    ("pages", "read", "code"), [(0, 0, ""), (1, 1, ""), (2, 2, ""), (3, 2, "too-many-records")]
)
def test_so_many_pages_are_read_and_one_more_is_asked_for(pages: int, read: int, code: str) -> None:
    dynamics: Any = Dynamics(pages)
    progress = Progress()
    assert list(table().newest(dynamics, progress)) == PAGES[:read]
    assert progress.code == code
    assert dynamics.given == min(pages, 3)
    if code:
        assert progress.reason.startswith("More than 2 pages, of up to ")
        assert "of queues are there; the newest were read." in progress.reason


def test_what_was_shortened_already_keeps_its_reason() -> None:
    progress = Progress()
    progress.shorten("rows-repeated", "why", "how")
    dynamics: Any = Dynamics(4)
    list(table().newest(dynamics, progress))
    assert progress.code == "rows-repeated"
    assert dynamics.given == 2


def test_a_table_that_this_version_lacks_is_no_failure() -> None:
    dynamics: Any = Dynamics(1)
    list(table().newest(dynamics, Progress()))
    assert dynamics.asked["optional"] is True
    assert dynamics.asked["source"] == "dynamics.queues"
    query = dynamics.asked["query"]
    assert query(["modifiedon"]) == "$filter=statecode eq 0&$orderby=modifiedon desc"


def test_rows_without_a_time_cannot_be_ordered_or_left_out_by_it() -> None:
    assert table(days=2).narrowed(["statecode"]) == "$filter=statecode eq 0"


def test_rows_last_modified_before_so_many_days_are_left_out() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    query = table(days=2).narrowed(["modifiedon"])
    found = re.fullmatch(
        r"\$filter=modifiedon ge (\S+) and \(statecode eq 0\)&\$orderby=modifiedon desc", query
    )
    assert found is not None
    since = datetime.fromisoformat(found[1])
    assert before <= since + timedelta(days=2) <= datetime.now(UTC)


def test_reading_it_explains_a_failure_and_checks_the_depth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explained = SourceFailed("explained", "grant it", "forbidden")
    checked: list[Progress] = []
    monkeypatch.setattr(BoundedTable, "_explained", lambda table, failure: explained)
    monkeypatch.setattr(
        BoundedTable, "_check_depth", lambda table, dynamics, progress: checked.append(progress)
    )
    progress = Progress()
    whole: Any = Dynamics(1)
    assert list(table().read(whole, progress, EarlierReadings())) == PAGES[:1]
    assert checked == [progress]
    refused: Any = Dynamics(1, SourceFailed("no", "look", "forbidden"))
    with pytest.raises(SourceFailed) as caught:
        list(table().read(refused, progress, EarlierReadings()))
    assert caught.value is explained
    assert len(checked) == 1
