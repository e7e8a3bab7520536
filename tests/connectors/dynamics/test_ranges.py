"""Large tables in ranges: each row is in exactly one of them, and the count proves it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.configuration import load, look_up_secrets
from auditor.connections.connection import Connection
from auditor.demo import odata_apply
from auditor.demo.odata_error import ODataError
from auditor.demo.odata_filter import compile_filter
from auditor.demo.organisation import Organisation, access_tables
from auditor.demo.rows import Row, Rows, numbered_id, stable_id
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from connectors.columnar.page import Page
from connectors.dynamics import ranges
from connectors.dynamics.client import Dynamics
from connectors.dynamics.tables import mailboxes
from connectors.sources.source import Progress
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
moments = st.integers(0, 13 * 365 * 86_400).map(
    lambda seconds: dt.datetime(2013, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
)
# Imports create many rows within a second, so times are drawn around few moments too.
created = st.one_of(
    st.lists(st.none() | moments, max_size=40),
    st.builds(
        lambda start, gaps: [start + dt.timedelta(seconds=gap) for gap in gaps],
        moments,
        st.lists(st.integers(0, 90), max_size=60),
    ),
)


class Counting:
    """A server that counts as the Web API does, over rows of nothing but a moment of creation."""

    most_side_by_side = 8
    latency_s = 1.0

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.rounds: list[int] = []
        """Of each time that it was asked, how many questions came side by side."""

    def answers(
        self, paths: Sequence[str], *, source: str, accepted: frozenset[int]
    ) -> list[Answer]:
        self.rounds.append(len(paths))
        return [self._answer(dict(parse_qsl(path.partition("?")[2]))) for path in paths]

    def _answer(self, options: dict[str, str]) -> Answer:
        if "$apply" in options:
            try:
                value = odata_apply.apply(options["$apply"], self.rows, lambda name: None)
            except ODataError as error:
                content = {"error": {"code": error.code, "message": error.message}}
                return answered(content, error.status)
            return answered({"value": value})
        known = sorted(row.get("createdon") for row in self.rows if row.get("createdon"))
        at = -1 if options["$orderby"].endswith("desc") else 0
        return answered({"value": [{"createdon": known[at]}] if known else []})


def answered(content: object, status: int = 200) -> Answer:
    return Answer(status, {}, msgspec.json.encode(content), "https://org.example/x", NOW, 1)


def row(moment: dt.datetime | None) -> Row:
    return Row({"createdon": moment and moment.strftime("%Y-%m-%dT%H:%M:%SZ")}, {})


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are many: pages of three, and at most ten are counted."""
    monkeypatch.setattr(ranges, "PAGE_SIZE", 3)
    monkeypatch.setattr(ranges, "FEW_PAGES", 1)
    monkeypatch.setattr(ranges, "MOST_COUNTED", 10)
    monkeypatch.setattr(odata_apply, "_MOST_ROWS", 10)


@pytest.mark.usefixtures("small")
@given(times=created)
def test_every_row_is_in_exactly_one_range(times: list[dt.datetime | None]) -> None:
    rows = [row(each) for each in times]
    found = ranges.ranges_of(Counting(rows), "mailboxes", source="")  # type: ignore[arg-type]
    if found is None:
        return
    predicates = [compile_filter(text, lambda name: None) for text in found.filters]
    assert [sum(meets(each) for meets in predicates) for each in rows] == [1] * len(rows)
    assert found.rows == len(rows)
    later = row(NOW + dt.timedelta(days=1))
    assert sum(meets(later) for meets in predicates) == 1, "one created while others are read"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("skew", [1, 3])
def test_ranges_are_of_a_like_size_however_rows_cluster(skew: int) -> None:
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    times = [start + dt.timedelta(minutes=n**skew) for n in range(80)]
    rows = [row(each) for each in times]
    found = ranges.ranges_of(Counting(rows), "mailboxes", source="")  # type: ignore[arg-type]
    assert found is not None
    predicates = [compile_filter(text, lambda name: None) for text in found.filters]
    sizes = [sum(map(meets, rows)) for meets in predicates]
    assert max(sizes) <= 1.5 * len(rows) / found.side_by_side


@pytest.mark.usefixtures("small")
def test_rows_between_the_counted_moments_are_taken_to_be_spread_evenly() -> None:
    crowd = [NOW - dt.timedelta(minutes=n) for n in range(47)]
    server = Counting([row(each) for each in [NOW - dt.timedelta(minutes=64), *crowd]])
    found = ranges.ranges_of(server, "mailboxes", source="")  # type: ignore[arg-type]
    assert found is not None
    assert server.rounds == [4, 8], "what tells the ends, then one count for each cursor"
    predicates = [compile_filter(text, lambda name: None) for text in found.filters]
    assert [5 <= sum(map(meets, server.rows)) <= 7 for meets in predicates] == [True] * 8


@pytest.mark.usefixtures("small")
def test_more_rows_of_one_second_than_can_be_counted_are_read_as_one_listing() -> None:
    rows = [row(NOW)] * 11
    assert ranges.ranges_of(Counting(rows), "mailboxes", source="") is None  # type: ignore[arg-type]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("latency_s", "ranged"), [(0.005, False), (0.049, False), (0.06, True)])
def test_a_quick_server_is_read_as_one_listing(latency_s: float, ranged: bool) -> None:
    server = Counting([row(NOW - dt.timedelta(days=n)) for n in range(60)])
    server.latency_s = latency_s
    found = ranges.ranges_of(server, "mailboxes", source="")  # type: ignore[arg-type]
    assert (found is not None) is ranged
    assert found is None or found.side_by_side == round(latency_s / 0.02)


def organisation(mailboxes: int) -> Organisation:
    def mailbox(number: int) -> Row:
        moment = NOW - dt.timedelta(hours=number)
        return Row(
            {
                "mailboxid": numbered_id(1, number),
                "createdon": None if number < 7 else moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )

    tables = access_tables("Contoso") | {
        "mailboxes": Rows(mailboxes, mailbox),
        "systemusers": [Row({"systemuserid": stable_id("systemuser", "Contoso/auditor")})],
        "organizations": [Row({"organizationid": stable_id("organization", "Contoso")})],
    }
    return Organisation(
        name="Contoso",
        display_name="Contoso Ltd",
        deployment="online",
        version="9.2.24113.211",
        now=NOW,
        tables=tables,
        tenant_id=stable_id("tenant", "Contoso"),
    )


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(organisation(16_001)) as started:
        yield started


@pytest.fixture
def dynamics(
    tenant: SimulatedTenant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dynamics]:
    path = tmp_path_factory.mktemp("ranges") / "auditor.toml"
    path.write_text(configuration_of(tenant, {}), "utf-8")
    configuration = load(path)
    (environment,) = configuration.environments.values()
    secrets = look_up_secrets(configuration, [environment])
    with Connection(configuration, environment, secrets) as connection:
        found = connection.open("dynamics")
        yield found
    tenant.faults.clear()


def read(dynamics: Dynamics) -> tuple[list[Page], Progress]:
    progress = Progress()
    return list(mailboxes.TABLE.read(dynamics, progress, None)), progress  # type: ignore[arg-type]


def test_a_slow_server_gives_the_same_rows_in_ranges(
    dynamics: Dynamics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dynamics, "latency_s", 0.0)
    found, progress = read(dynamics)
    one = {each.mailboxid for page in found for each in page.rows}
    monkeypatch.setattr(Dynamics, "latency_s", 0.2)
    several, progress = read(dynamics)
    ids = [each.mailboxid for page in several for each in page.rows]
    assert len(several) > len(found), "each range ends with a page of its own"
    assert (len(ids), set(ids), progress.code) == (16_001, one, "")


def test_a_server_that_counts_nothing_is_read_as_one_listing(
    dynamics: Dynamics, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ODataError(501, "0x80060888", "The query parameter $apply is not supported.")

    monkeypatch.setattr("auditor.demo.web_api.apply", refuse)
    monkeypatch.setattr(Dynamics, "latency_s", 0.2)
    found, progress = read(dynamics)
    assert (len(found), progress.code) == (4, "")


def test_fewer_rows_than_were_counted_are_a_part_of_the_table(
    dynamics: Dynamics, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = odata_apply.apply
    monkeypatch.setattr(
        "auditor.demo.web_api.apply",
        lambda *given: [{"rows": each["rows"] + 1} for each in honest(*given)],
    )
    monkeypatch.setattr(Dynamics, "latency_s", 0.2)
    _, progress = read(dynamics)
    assert progress.code == "ranges-incomplete"
    assert "16,001 rows of the mailboxes were read" in progress.reason


def test_a_failing_count_is_told_by_no_more_than_its_own_words() -> None:
    with pytest.raises(SourceFailed, match="the server does not count: no"):
        ranges._rows(answered({"error": {"code": "0x0", "message": "no"}}, 400))
