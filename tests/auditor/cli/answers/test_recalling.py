"""What `history` says of the runs that are stored, and what it refuses."""

import datetime
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.answers import recalling
from auditor.cli.answers.recalling import recall
from auditor.configuration import ConfigurationError
from auditor.history import HistoryProblem
from auditor.history.runs import Numbers, StoredRun
from auditor.usage import UsageProblem


def url_of(environment: str) -> str:
    """The address of the organisation."""
    return f"https://{environment}.crm.dynamics.com"


def run(
    hours_ago: int,
    environment: str = "contoso",
    complete: bool = True,
    announced: bool = True,
    url: str = "",
) -> StoredRun:
    began = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=hours_ago)
    time = f"{began:%Y-%m-%dT%H:%M:%SZ}"
    return StoredRun(
        id=f"{environment}-{hours_ago}",
        environment=environment,
        started_at=time,
        finished_at=time,
        as_of=time[:10],
        tool_version="0.1.0",
        edition=None,
        complete=complete,
        numbers=Numbers(),
        url=url or url_of(environment),
        announced=announced,
    )


class Stored:
    """A history of so many runs, the oldest first, which remembers what was pruned."""

    def __init__(self, *runs: StoredRun) -> None:
        self._runs = runs
        self.pruned: list[tuple[str | None, int | None, str | None]] = []

    def runs(self, environment: str | None) -> list[StoredRun]:
        return [each for each in self._runs if environment in (None, each.environment)]

    def difference(self, run: str) -> None:
        raise HistoryProblem(f"no run {run} is stored")

    def prune(self, environment: str | None, *, keep: int | None, before: str | None) -> int:
        self.pruned.append((environment, keep, before))
        return 1 if keep else 2


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch):
    def ask(
        stored: Stored,
        action: str,
        what: str | None = None,
        configured: tuple[str, ...] = (),
        **options: Any,
    ) -> int:
        addresses = {each: url_of(each) for each in configured}
        monkeypatch.setattr(recalling, "_history", lambda config: (addresses, stored))
        given = {"format": "json", "keep": None, "before": None, "within": "1d", "config": None}
        return recall(action, what, **{**given, **options})

    return ask


def test_the_list_has_the_runs_of_the_environment(answer, capfdbinary) -> None:
    stored = Stored(run(3), run(2, "fabrikam"), run(1))
    assert answer(stored, "list", "contoso") == 0
    listed = json.loads(capfdbinary.readouterr().out)
    assert [each["id"] for each in listed] == ["contoso-3", "contoso-1"]


def test_an_environment_without_a_run_is_refused_by_its_name(answer) -> None:
    with pytest.raises(UsageProblem, match="no run of an environment 'adatum' is stored"):
        answer(Stored(run(1)), "list", "adatum")


def test_show_needs_a_run(answer) -> None:
    with pytest.raises(UsageProblem, match="name a run"):
        answer(Stored(run(1)), "show")
    with pytest.raises(UsageProblem, match="no run x is stored"):
        answer(Stored(run(1)), "show", "x")


@pytest.mark.parametrize(
    ("runs", "code"),
    [
        ([run(30), run(1)], 0),
        ([run(1), run(30, complete=False)], 0),
        ([run(30), run(1, complete=False)], 1),
        ([run(1), run(30, "fabrikam")], 1),
        ([run(1, complete=False)], 1),
        ([run(1, announced=False)], 1),
    ],
)
def test_check_looks_for_a_complete_run_of_each_environment_within_the_time(
    answer, runs: list[StoredRun], code: int
) -> None:
    assert answer(Stored(*runs), "check") == code


def test_check_says_when_the_last_complete_run_began(answer, capfd) -> None:
    old = run(30)
    answer(Stored(old, run(2, "fabrikam", complete=False)), "check")
    assert capfd.readouterr().out.splitlines() == [
        f"contoso: no complete run for 1d; the last began: {old.started_at}",
        "fabrikam: no complete run for 1d; the last began: never",
    ]


def test_check_leaves_out_what_is_not_configured_any_more(answer) -> None:
    stored = Stored(run(900, "old name"), run(1))
    assert answer(stored, "check") == 1
    assert answer(stored, "check", configured=("contoso", "fabrikam")) == 0
    assert answer(stored, "check", "old name", configured=("contoso",)) == 1


def test_check_counts_no_run_of_another_organization_of_the_same_name(answer, capfd) -> None:
    stored = Stored(run(1, url="https://another.crm.dynamics.com"))
    assert answer(stored, "check", configured=("contoso",)) == 1
    assert capfd.readouterr().out == "contoso: no complete run for 1d; the last began: never\n"
    stored = Stored(run(1, url="https://Contoso.crm.dynamics.com/"))
    assert answer(stored, "check", configured=("contoso",)) == 0


def test_check_without_any_run_is_refused(answer) -> None:
    with pytest.raises(UsageProblem, match="no run is stored"):
        answer(Stored(), "check")


def test_check_takes_a_duration(answer) -> None:
    with pytest.raises(UsageProblem, match="--within"):
        answer(Stored(run(1)), "check", within="soon")


def test_prune_forgets_what_is_asked_and_says_how_many(answer, capfd) -> None:
    stored = Stored(run(1))
    assert answer(stored, "prune", "contoso", keep=3) == 0
    assert answer(stored, "prune", before="2026-11-01") == 0
    assert stored.pruned == [("contoso", 3, None), (None, None, "2026-11-01")]
    assert capfd.readouterr().out == "1 run forgotten\n2 runs forgotten\n"


@pytest.mark.parametrize(
    "given", [{}, {"keep": 1, "before": "2026-11-01"}, {"before": "yesterday"}, {"before": "11-01"}]
)
def test_prune_forgets_nothing_unless_it_is_said_what(answer, given: dict[str, Any]) -> None:
    stored = Stored(run(1))
    with pytest.raises(UsageProblem, match="--before"):
        answer(stored, "prune", **given)
    assert stored.pruned == []


@pytest.mark.parametrize("given", [{"keep": 1}, {"before": "2026-11-01"}])
def test_nothing_else_takes_what_prune_takes(answer, given: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem, match="go with `auditor history prune`"):
        answer(Stored(run(1)), "list", **given)


class TestWhichHistory:
    @pytest.fixture(autouse=True)
    def opened(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
        """The histories that were opened."""
        found: list[Any] = []
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
        monkeypatch.delenv("AUDITOR_CONFIG", raising=False)
        monkeypatch.setattr(recalling, "default_url", lambda: "sqlite:///default")
        monkeypatch.setattr(recalling, "open_history", lambda url, path: found.append(url))
        made = SimpleNamespace(environments={"contoso": SimpleNamespace(url=url_of("contoso"))})
        monkeypatch.setattr(recalling, "load_configuration", lambda path: made)
        monkeypatch.setattr(recalling, "opened_history", lambda of: found.append("configured"))
        return found

    def test_is_the_one_of_the_configuration(self, opened: list[Any], tmp_path: Path) -> None:
        (tmp_path / "auditor.toml").touch()
        assert recalling._history(None)[0] == {"contoso": url_of("contoso")}
        assert opened == ["configured"]

    def test_is_the_users_where_there_is_no_configuration(self, opened: list[Any]) -> None:
        assert recalling._history(None)[0] == {}
        assert opened == ["sqlite:///default"]

    def test_is_none_where_one_is_named_that_is_not_there(self, opened: list[Any]) -> None:
        with pytest.raises(ConfigurationError, match="there is no such file"):
            recalling._history(Path("absent.toml"))
        assert opened == []
