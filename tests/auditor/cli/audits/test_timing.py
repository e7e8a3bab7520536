"""The time of an audit is split between reading, judging and reporting."""

from collections.abc import Iterator

from auditor.cli.audits.timing import Stopwatch
from connectors.columnar.page import Page
from connectors.sources.live import Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Slow:
    """Two pages, each a second away."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        return self

    def __iter__(self) -> Iterator[Page]:
        for _ in range(2):
            self._clock.now_s += 1
            yield Page([], "", "")

    @property
    def state(self) -> SourceState:
        return SourceState("slow", "read", records=2)


def test_only_the_wait_for_pages_is_reading() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    with watch.auditing(Slow(clock)) as timed:
        stream = timed.open(None, None)  # type: ignore[arg-type]
        for _ in stream:
            clock.now_s += 3
        assert stream.state.records == 2
        clock.now_s += 0.5
    with watch.reporting():
        clock.now_s += 4
    assert (watch.reading_s, watch.judging_s, watch.reporting_s) == (2, 6.5, 4)
    assert watch.told() == "took 12.5 s: reading 2.0 s, judging 6.5 s, reporting 4.0 s"


def test_sources_that_are_read_side_by_side_count_once() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    with watch.reading():
        clock.now_s += 1
        with watch.reading():
            clock.now_s += 1
        clock.now_s += 1
    assert watch.reading_s == 3


def test_what_storing_took_is_told_from_a_twentieth_of_a_second_on() -> None:
    watch = Stopwatch(Clock())
    watch.remembering_s = 0.049
    assert "remembering" not in watch.told()
    watch.remembering_s = 0.05
    assert watch.told().endswith("remembering 0.1 s")
