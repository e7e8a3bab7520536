"""What plans are made of: a snapshot, or servers that are recorded once."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.answers import planning
from auditor.cli.answers.planning import Source
from auditor.running import Judging
from auditor.snapshots import Snapshot, SnapshotError, open_snapshot, recording
from auditor.usage import UsageProblem
from tests.auditor.recorded import request
from tests.auditor.snapshots.sources import HEADER, Canned


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    with recording(tmp_path / "s", HEADER, Canned({})):
        pass
    return tmp_path / "s"


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was loaded, chosen and asked."""
    found: list[Any] = []
    task = SimpleNamespace(
        request=request((), {}), held=nullcontext, opened=lambda: nullcontext(Canned({}))
    )

    def live(*given: Any) -> list[Any]:
        found.append(("live", given[1], given[2]))
        return [task]

    monkeypatch.setattr(planning, "load_configuration", lambda path: ("loaded", path))
    monkeypatch.setattr(planning, "select", lambda configuration, names: names)
    monkeypatch.setattr(planning, "live_tasks", live)
    monkeypatch.setattr(planning, "audit", lambda request, outside, now: found.append("audited"))
    monkeypatch.setattr(planning, "replayed", lambda header, judging, lent: lent)
    return found


def test_an_environment_or_a_snapshot_is_named() -> None:
    with pytest.raises(UsageProblem, match="name an environment or give --snapshot, not both"):
        Source("contoso", Path("s"), None)


@pytest.mark.parametrize(("environment", "names"), [("contoso", ("contoso",)), (None, ())])
def test_servers_are_asked_once_and_recorded(
    calls: list[Any], environment: str | None, names: tuple[str, ...]
) -> None:
    source = Source(environment, None, Path("c"), 7.0)
    with source.opened(Judging()) as found:
        assert isinstance(found.snapshot, Snapshot)
        assert found.snapshot.path.exists()
    assert not found.snapshot.path.exists()
    asked, audited = calls
    assert asked[1] == names
    options = asked[2]
    assert (options.timeout_s, options.quiet, options.history) == (7.0, True, False)
    assert (options.notify, options.verbose, options.new_only) == (False, False, False)
    assert audited == "audited"
    assert source.again(found, Judging()) == ("loaded", Path("c"))


@pytest.mark.parametrize(("config", "lent"), [(None, None), (Path("c"), ("loaded", Path("c")))])
def test_a_snapshot_is_asked_in_their_place(
    calls: list[Any], monkeypatch: pytest.MonkeyPatch, stored: Path, config: Path | None, lent: Any
) -> None:
    given: list[Any] = []

    def tasks(*each: Any) -> list[Any]:
        given.append(each)
        opened = nullcontext(open_snapshot(stored))
        return [SimpleNamespace(request="request", opened=lambda: opened)]

    monkeypatch.setattr(planning, "stored_tasks", tasks)
    source = Source(None, stored, config)
    with source.opened(Judging()) as found:
        assert found.request == "request"
        assert source.again(found, Judging()) == lent
    assert given == [((stored,), Judging(), lent)]
    assert calls == []


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_snapshot_that_is_damaged_is_a_wrong_question(
    monkeypatch: pytest.MonkeyPatch, stored: Path, is_stored: bool
) -> None:
    task = SimpleNamespace(request="r", opened=lambda: nullcontext(open_snapshot(stored)))
    monkeypatch.setattr(planning, "stored_tasks", lambda *given: [task])
    source = Source(None, stored if is_stored else None, None)
    with pytest.raises(UsageProblem, match="s: it is cut short"), source.opened(Judging()):
        raise SnapshotError("s", "it is cut short", "Take it again.")
