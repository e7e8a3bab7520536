"""Reading a source: every way in which it ends is a state, and its records stay what they are."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.sources.live import LiveServers, read_whole
from connectors.sources.readings import EarlierReadings, Reading
from connectors.sources.source import NARROWED, SAMPLED, Progress, Reader, SourceState
from connectors.transport.errors import SourceFailed
from connectors.transport.redaction import Redaction

AT = "2026-11-23T12:00:00Z"
REFUSED = SourceFailed("refused a-long-secret", "grant it", "forbidden")


class Row(Struct, frozen=True):
    id: str | UnsetType = UNSET


def reader(
    *given: Any, tell: Callable[[Progress], None] = lambda progress: None, **more: Any
) -> Reader:
    """A reader that yields lists of ids as pages, and raises what is an exception."""

    def read(client: Any, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
        tell(progress)
        for each in given:
            if isinstance(each, BaseException):
                raise each
            yield Page([Row(id) for id in each], AT, "digest")

    return Reader(source="x.y", section="x", row=Row, read=read, grant="", **more)


def ended(own: Reader, earlier: EarlierReadings | None = None, client: Any = "client") -> Reading:
    redaction = Redaction()
    redaction.learn("a-long-secret")
    servers = LiveServers(lambda reader: client, lambda source: 7, redaction)
    return read_whole(servers, own, earlier or EarlierReadings())


def shorten(code: str, *, silent: bool = False) -> Callable[[Progress], None]:
    return lambda progress: progress.shorten(code, "why a-long-secret", "how", silent=silent)


def test_a_source_that_was_read_whole_has_its_records_and_requests() -> None:
    found = ended(reader(["1"], ["2", "3"]))
    assert found.state == SourceState("x.y", "read", records=3, requests=7)
    assert found.records == ((Row("1"), AT), (Row("2"), AT), (Row("3"), AT))


def test_a_section_that_is_left_out_is_not_configured() -> None:
    found = ended(reader(["1"]), client=None)
    assert (found.state.status, found.state.records) == ("not-configured", 0)
    assert found.records == ()


@pytest.mark.parametrize(
    ("given", "status", "records"),
    [([REFUSED], "failed", 0), ([["1"], REFUSED], "partial", 1), ([[], REFUSED], "failed", 0)],
)
def test_a_failure_leaves_what_was_read_before(given: Any, status: str, records: int) -> None:
    found = ended(reader(*given))
    assert (found.state.status, found.state.records) == (status, records)
    assert (found.state.code, found.state.remedy) == ("forbidden", "grant it")
    assert found.state.reason.startswith("refused ")
    assert "a-long-secret" not in found.state.reason


def test_a_client_that_cannot_be_made_fails_its_source() -> None:
    def open(reader: Reader) -> Any:
        raise REFUSED

    found = read_whole(LiveServers(open, lambda source: 0), reader(["1"]), EarlierReadings())
    assert found.state.status == "failed"


@pytest.mark.parametrize(
    ("error", "code"), [(MemoryError(), "own-limit"), (OSError(24, "too many"), "own-limit")]
)
def test_what_this_computer_lacks_is_a_failure_too(error: BaseException, code: str) -> None:
    found = ended(reader(["1"], error))
    assert found.state.status == "partial"
    assert found.state.code == code


@pytest.mark.parametrize("error", [RuntimeError("a fault"), OSError(2, "no file"), KeyError("x")])
def test_a_fault_of_the_program_is_none_of_a_source(error: BaseException) -> None:
    with pytest.raises(type(error)):
        ended(reader(["1"], error))


@pytest.mark.parametrize(
    ("given", "code", "silent", "status"),
    [
        ([["1"]], "too-many-records", False, "partial"),
        ([], "too-many-records", False, "partial"),
        ([["1"]], "too-many-records", True, "failed"),
        ([["1"]], NARROWED, False, "read"),
        ([["1"]], SAMPLED, False, "read"),
        ([["1"]], "", False, "read"),
    ],
)
def test_what_a_reader_says_of_itself_is_its_state(
    given: Any, code: str, silent: bool, status: str
) -> None:
    found = ended(reader(*given, tell=shorten(code, silent=silent)))
    assert (found.state.status, found.state.code) == (status, code)
    assert found.state.remedy == "how"
    assert "a-long-secret" not in found.state.reason


@pytest.mark.parametrize(
    ("earlier_status", "given", "status"),
    [
        ("failed", [], "failed"),
        ("failed", [["1"]], "partial"),
        ("partial", [], "partial"),
        ("read", [], "partial"),
        (None, [], "partial"),
    ],
)
def test_nothing_of_a_source_that_looks_back_at_a_failed_one_is_a_failure(
    earlier_status: Any, given: Any, status: str
) -> None:
    readings = {"a.b": Reading(SourceState("a.b", earlier_status))} if earlier_status else {}
    own = reader(*given, tell=shorten("short"), after=("a.b",))
    assert ended(own, EarlierReadings(readings=readings)).state.status == status


def test_rows_without_what_they_are_looked_up_by_leave_the_source_partial() -> None:
    found = ended(reader(["1", UNSET], [UNSET], looked_up_by=("id",)))
    assert (found.state.status, found.state.code) == ("partial", "rows-without-key")
    assert found.state.reason.startswith("2 of 3 rows came without a readable id, by which")
    assert ended(reader(["1", UNSET])).state.status == "read"
    told = reader([UNSET], tell=shorten("short"), looked_up_by=("id",))
    assert ended(told).state.code == "short"


def test_secrets_that_a_server_repeats_go_no_further() -> None:
    found = ended(reader(["x a-long-secret"]))
    assert "a-long-secret" not in found.records[0][0].id


def test_the_columns_of_a_source_are_those_that_its_reader_names() -> None:
    def tell(progress: Progress) -> None:
        progress.columns, progress.absent, progress.secured = ("a",), ("b",), ("c",)
        progress.odd, progress.refused = ("d",), ("e",)

    state = ended(reader([], tell=tell)).state
    assert (state.columns, state.absent, state.secured) == (("a",), ("b",), ("c",))
    assert (state.odd, state.refused) == (("d",), ("e",))
