"""What counts of an audit beside what was there before."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.audits import comparing
from auditor.cli.audits.comparing import NOT_KNOWN, concluded, load_baseline
from auditor.cli.options import Options
from auditor.exit_codes import FINDINGS, NOTHING, Tolerance
from auditor.model import Severities
from auditor.running import Judging
from auditor.usage import UsageProblem
from tests.auditor.recorded import request
from tests.auditor.reports.audits import audit_of, written

REQUEST = request((), {})
WHOLE = replace(audit_of(), complete=True)


def given(**changes: Any) -> Options:
    values: dict[str, Any] = {
        "config": None,
        "reports": (),
        "judging": Judging(),
        "tolerance": Tolerance(),
        "timeout_s": None,
        "baseline": None,
        "new_only": False,
        "history": True,
        "notify": True,
        "verbose": False,
        "quiet": False,
    }
    return Options(**{**values, **changes})


class TestLoaded:
    def test_none_is_loaded_where_none_is_named(self) -> None:
        assert load_baseline(REQUEST, given()) is None

    def test_the_path_may_hold_the_environment(self, tmp_path: Path) -> None:
        (tmp_path / "contoso.json").write_text(written("json", audit_of()))
        baseline = load_baseline(REQUEST, given(baseline=f"{tmp_path}/{{environment}}.json"))
        assert baseline is not None
        known = {each.verdict for each in audit_of().findings() if baseline.is_known(each)}
        assert "fail" in known

    def test_that_of_another_environment_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(written("json", audit_of()))
        with pytest.raises(UsageProblem, match="is of the environment contoso, not of fabrikam"):
            load_baseline(
                replace(REQUEST, environment="fabrikam"), given(baseline=str(tmp_path / "a.json"))
            )

    def test_what_is_no_report_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageProblem, match=r"^--baseline "):
            load_baseline(REQUEST, given(baseline=str(tmp_path / "absent.json")))


class TestConcluded:
    @pytest.fixture(autouse=True)
    def baselines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever changed since the last run is known, and nothing of it is new."""
        monkeypatch.setattr(comparing, "compared", lambda audit, difference: audit)
        monkeypatch.setattr(comparing, "since_the_last_run", lambda difference: BASELINE)

    def test_without_anything_before_all_of_it_counts(self) -> None:
        assert concluded(WHOLE, None, None, given()) == (WHOLE, FINDINGS)

    def test_what_was_there_does_not_count(self) -> None:
        assert concluded(WHOLE, None, BASELINE, given()) == (("told", False), NOTHING)

    @pytest.mark.parametrize(
        ("new_only", "difference", "counts"),
        [(True, "difference", False), (True, None, True), (False, "difference", True)],
    )
    def test_the_last_run_is_a_baseline_where_only_what_is_new_is_wanted(
        self, new_only: bool, difference: Any, counts: bool
    ) -> None:
        found, code = concluded(WHOLE, difference, None, given(new_only=new_only))
        assert code == (FINDINGS if counts else NOTHING)
        unknown = new_only and difference is None
        notes = (*WHOLE.notes, *[NOT_KNOWN] * unknown)
        assert found == (replace(WHOLE, notes=notes) if counts else ("told", True))


NO = Severities(0, 0, 0)
BASELINE: Any = SimpleNamespace(
    counted=lambda audit: NO, told=lambda audit, fresh, new_only: ("told", new_only)
)
