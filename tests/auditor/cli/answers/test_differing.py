"""Two files are compared where they are of one kind and one environment."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.answers import differing
from auditor.cli.answers.differing import difference_between
from auditor.snapshots import recording
from auditor.usage import UsageProblem
from tests.auditor.reports.audits import audit_of, written
from tests.auditor.snapshots.sources import HEADER, Canned


@pytest.fixture
def report(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_text(written("json", audit_of()))
    return tmp_path / "a.json"


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    with recording(tmp_path / "s", HEADER, Canned({})):
        pass
    return tmp_path / "s"


def test_two_reports(report: Path) -> None:
    difference = difference_between(report, report, None)
    assert difference.new_failures == 0


@pytest.mark.parametrize("first", [True, False])
def test_one_of_each_is_refused(report: Path, snapshot: Path, first: bool) -> None:
    two = (report, snapshot) if first else (snapshot, report)
    with pytest.raises(UsageProblem, match="two JSON reports or two snapshots, not one of each"):
        difference_between(*two, None)


def test_what_is_neither_is_refused(report: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"none\.json"):
        difference_between(report, tmp_path / "none.json", None)


def test_two_environments_are_refused(report: Path, tmp_path: Path) -> None:
    audit = audit_of()
    other = replace(audit, environment=replace(audit.environment, name="fabrikam"))
    (tmp_path / "b.json").write_text(written("json", other))
    with pytest.raises(UsageProblem, match="different environments, contoso and fabrikam; give"):
        difference_between(report, tmp_path / "b.json", None)


class TestSnapshots:
    @pytest.fixture(autouse=True)
    def judged(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        """What snapshots were judged with, and what was compared."""
        found: list[Any] = []
        monkeypatch.setattr(differing, "load_configuration", lambda path: ("loaded", path))
        monkeypatch.setattr(differing, "replayed", lambda *given: found.append(given[2]))
        environment = SimpleNamespace(name="contoso")
        monkeypatch.setattr(
            differing, "audit", lambda *given: SimpleNamespace(environment=environment)
        )
        monkeypatch.setattr(differing, "compare", lambda *given: given)
        return found

    @pytest.mark.parametrize(("config", "lent"), [(None, None), (Path("c"), ("loaded", Path("c")))])
    def test_both_are_judged_with_what_is_lent(
        self, snapshot: Path, judged: list[Any], config: Path | None, lent: Any
    ) -> None:
        found: Any = difference_between(snapshot, snapshot, config)
        assert judged == [lent, lent]
        assert len(found) == 4
        assert None not in found

    def test_one_that_is_damaged_is_refused(self, snapshot: Path, tmp_path: Path) -> None:
        (tmp_path / "cut").write_bytes(snapshot.read_bytes()[:-1])
        with pytest.raises(UsageProblem, match="the file is cut short"):
            difference_between(snapshot, tmp_path / "cut", None)
