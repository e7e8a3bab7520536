"""What is asked of each environment, and where its records come from."""

import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.audits import tasks as module
from auditor.cli.audits.tasks import asked_again, live_tasks, not_set_up
from auditor.cli.terminal.messages import log_line
from auditor.configuration import Configuration, Problem, load, select
from auditor.running import Judging
from auditor.selection import selection_of
from auditor.snapshots import open_snapshot
from auditor.usage import UsageProblem
from tests.auditor.cli.audits.test_comparing import given
from tests.auditor.snapshots.sources import Canned

TEXT = """\
[environments.one]
url = "https://one.example"
auth.method = "managed-identity"
[environments.two]
url = "https://two.example"
auth = { method = "ntlm", username = "u", password = "env:NO_SUCH_VARIABLE" }
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    (tmp_path / "auditor.toml").write_text(TEXT)
    return load(tmp_path / "auditor.toml")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What connections were given; a run of which the time ends at 100 is at 93."""
    found: list[Any] = []

    @contextmanager
    def connection(*given: Any, **more: Any) -> Any:
        found.append(SimpleNamespace(**more))
        yield SimpleNamespace(outside=lambda: Canned({}))

    monkeypatch.setattr(module, "Connection", connection)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 93.0))
    monkeypatch.setattr(module.beginning, "ends_at", lambda timeout_s: timeout_s and 100.0)
    monkeypatch.setattr(
        module, "checked", lambda journal, connection, outside: ("checked", outside)
    )
    return found


def tasks(configuration: Configuration, snapshot: str | None = None, **options: Any) -> Any:
    wanted = options.pop("wanted", ())
    every = select(configuration, every=True)
    return live_tasks(configuration, every, given(**options), snapshot, wanted)


@pytest.mark.parametrize("which", ["too_few_files", "too_little_memory"])
def test_what_this_computer_lacks_is_said_first(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(module, which, lambda: "too little")
    with pytest.raises(UsageProblem, match="too little"):
        tasks(configuration)


def test_one_that_lacks_a_secret_fails_and_the_other_does_not(
    configuration: Configuration, opened: list[Any]
) -> None:
    for task in tasks(configuration):
        assert task.is_compared
        with task.opened():
            pass
    one, two = opened
    assert one.failure is None
    assert "NO_SUCH_VARIABLE" in two.failure.reason
    assert one.refusals is two.refusals
    assert one.limits is two.limits


@pytest.mark.parametrize(("timeout_s", "remaining_s"), [(None, None), (50.0, 7.0)])
def test_the_time_counts_for_all_together(
    configuration: Configuration,
    opened: list[Any],
    timeout_s: float | None,
    remaining_s: float | None,
) -> None:
    with tasks(configuration, timeout_s=timeout_s)[0].opened():
        pass
    assert opened[0].timeout_s == remaining_s


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_person_signs_in_at_a_terminal_alone(
    configuration: Configuration,
    opened: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    is_terminal: bool,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    with tasks(configuration)[0].opened():
        pass
    assert opened[0].prompt is (log_line if is_terminal else None)


def test_the_mailboxes_that_are_named_are_asked_for_before_those_that_are_wanted(
    configuration: Configuration, opened: list[Any]
) -> None:
    only = selection_of(["mailbox:a"])
    for judging in (Judging(), Judging(only=only), Judging(only=selection_of(["profile:a"]))):
        with tasks(configuration, judging=judging, wanted=("wanted",))[0].opened():
            pass
    assert [each.wanted for each in opened] == [("wanted",), only.patterns, ("wanted",)]


def test_answers_go_through_the_journal_where_there_is_one(
    configuration: Configuration, opened: list[Any]
) -> None:
    task = tasks(configuration)[0]
    with task.opened("journal") as outside:
        assert outside[0] == "checked"
    with task.opened() as outside:
        assert isinstance(outside, Canned)
    assert [each.journal for each in opened] == ["journal", None]


@pytest.mark.parametrize(("redaction", "is_written"), [(None, True), (object(), False)])
def test_a_snapshot_is_written_where_it_is_to_bear_no_pseudonyms(
    configuration: Configuration,
    opened: list[Any],
    tmp_path: Path,
    redaction: Any,
    is_written: bool,
) -> None:
    path = f"{tmp_path}/{{date}}/{{environment}}.s"
    task = tasks(configuration, path, redaction=redaction)[0]
    assert task.snapshot == path
    with task.opened():
        pass
    written = list(tmp_path.rglob("one.s"))
    assert len(written) == is_written
    assert not written or open_snapshot(written[0]).header.environment == "one"


def test_what_is_asked_again_names_what_could_be_another(configuration: Configuration) -> None:
    one = configuration.environments["one"]
    alone = Configuration(path=configuration.path, environments={"one": one})
    assert asked_again(configuration, one, given()) == ("one",)
    assert asked_again(alone, one, given()) == ()
    assert asked_again(alone, one, given(config=Path("c"))) == ("--config", "c")
    assert asked_again(configuration, one, given(config=Path("c"))) == ("one", "--config", "c")


def test_what_is_lacking_is_said_of_the_environment() -> None:
    assert not_set_up(()) is None
    failure = not_set_up((Problem("f", 1, "a", "x"), Problem("f", 2, "b", "y")), " on pc")
    assert failure is not None
    assert failure.reason == "The environment cannot be set up on pc: f:1: a: x; f:2: b: y"
    assert failure.code == "not-set-up"
