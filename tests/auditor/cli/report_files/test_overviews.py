"""Overviews of a run: which are written, of which environments, and where they lead."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.report_files.overviews import Destination, Overviews, labelled, overviews_of
from auditor.cli.report_files.targets import Target, targets_of
from auditor.configuration import Auth, Environment
from auditor.usage import UsageProblem
from tests.auditor.reports.audits import audit_of


def environment(name: str, **labels: str) -> Environment:
    return Environment(
        name=name, url=f"https://{name}.example", auth=Auth(method="ntlm"), labels=labels
    )


PROD, TEST = environment("prod", stage="production", of="x"), environment("test", stage="test")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class TestAsked:
    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ("htm=a", "there is no overview format 'htm'; did you mean html?"),
            ("html", "--overview html names no file; write html=PATH"),
            ("html=", "--overview html= names no file; write html=PATH"),
            ("html= ", "names no file"),
            ("html=absent/a", "there is no directory absent"),
        ],
    )
    def test_what_cannot_be_written_is_refused(self, asked: str, words: str) -> None:
        with pytest.raises(UsageProblem) as refused:
            overviews_of([asked], [PROD], None)
        assert words in str(refused.value)

    @pytest.mark.parametrize(
        ("asked", "path"), [("memory://a/o.json", "memory://a/o.json"), ("o.json", Path("o.json"))]
    )
    def test_a_path_may_be_an_address(self, asked: str, path: Any) -> None:
        (destination,) = overviews_of([f"json={asked}"], [PROD], None)._destinations
        assert destination == Destination("json", path)

    def test_a_label_that_no_environment_has_groups_nothing(self) -> None:
        with pytest.raises(UsageProblem, match="there is no label 'stag'; did you mean stage"):
            overviews_of([], [PROD, TEST], None, "stag")
        overviews_of([], [PROD, TEST], None, "stage")

    @pytest.mark.parametrize(
        ("environments", "with_directory", "written"),
        [
            ([PROD, TEST], True, ["overview.html", "overview.json", "own.json"]),
            ([PROD], True, ["own.json"]),
            ([PROD, TEST], False, ["own.json"]),
        ],
    )
    def test_those_of_the_configuration_are_written_of_several(
        self, tmp_path: Path, environments: Any, with_directory: bool, written: list[str]
    ) -> None:
        directory = tmp_path if with_directory else None
        assert overviews_of(["json=own.json"], environments, directory).write()
        assert sorted(each.name for each in tmp_path.iterdir()) == written


class TestWritten:
    def entry(self, path: str = "a.json") -> Any:
        (found,) = json.loads(Path(path).read_text())["environments"]
        return found

    def added(self, audit: Any, *reports: str, overview: str = "a.json") -> Any:
        overviews = Overviews([Destination("json", Path(overview))], {})
        targets = targets_of(reports, ["contoso"]) if reports else ()
        overviews.add(audit, 1, targets, None)
        assert overviews.write()
        return self.entry(overview)

    def test_an_audit_that_is_whole_has_no_problem(self) -> None:
        assert not self.added(replace(audit_of(), complete=True)).get("problem")

    def test_one_that_is_not_says_what_was_not_read(self) -> None:
        problem = self.added(replace(audit_of(), complete=False))["problem"]
        assert "sources not read completely" in problem

    def test_it_leads_to_the_page_before_any_other_report(self) -> None:
        Path("below").mkdir()
        reports = ("json=r.json", "html=below/r.html")
        assert self.added(audit_of(), *reports)["report"] == "below/r.html"
        assert self.added(audit_of(), *reports, overview="below/a.json")["report"] == "r.html"
        assert self.added(audit_of(), "csv=c.csv", "json=r.json")["report"] == "c.csv"

    def test_it_leads_nowhere_without_a_file(self) -> None:
        assert self.added(audit_of(), "json").get("report") is None
        assert self.added(audit_of()).get("report") is None

    def test_an_environment_that_was_not_audited_says_why(self) -> None:
        overviews = Overviews([Destination("json", Path("a.json"))], {})
        overviews.fail("contoso", 70, "It broke.")
        overviews.settle("contoso", 2, None)
        overviews.write()
        assert self.entry()["problem"] == "It broke."

    def test_without_overviews_nothing_is_collected(self, tmp_path: Path) -> None:
        overviews = Overviews((), {})
        overviews.add(None, 0, (), None)  # type: ignore[arg-type]
        assert overviews.write()
        assert list(tmp_path.iterdir()) == []

    def test_one_that_cannot_be_written_is_said_and_the_others_are(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        one, two = Destination("json", Path("absent/a")), Destination("json", Path("b"))
        assert not Overviews([one, two], {}).write()
        assert "absent/a" in capsys.readouterr().err
        assert Path("b").exists()


class TestPlaces:
    """How an overview leads to a report at another place."""

    @pytest.mark.parametrize(
        ("report", "overview", "leads"),
        [
            ("s3://b/r/a.html", "s3://b/o.html", "r/a.html"),
            ("s3://b/a.html", "s3://b/o/o.html", "../a.html"),
            ("s3://b/a.html", "s3://c/o.html", None),
            ("s3://b/a.html", "gs://b/o.html", None),
            ("s3://b/a.html", Path("o.html"), None),
            (Path("a.html"), "s3://b/o.html", None),
        ],
    )
    def test_only_from_the_same_kind_of_place(
        self, monkeypatch: pytest.MonkeyPatch, report: Any, overview: Any, leads: str | None
    ) -> None:
        monkeypatch.setattr(Target, "file", lambda *_: report)
        overviews = Overviews([Destination("json", overview)], {})
        found: list[Any] = []
        monkeypatch.setattr(overviews._collector, "add", lambda *given: found.append(given[2]))
        overviews.add(audit_of(), 0, targets_of(["json"], ["contoso"]), None)
        assert found == [leads]


class TestLabelled:
    def test_every_label_must_fit(self) -> None:
        assert labelled([PROD, TEST], []) == (PROD, TEST)
        assert labelled([PROD, TEST], ["stage=production"]) == (PROD,)
        assert labelled([PROD, TEST], ["stage=production", "of=x"]) == (PROD,)

    @pytest.mark.parametrize("asked", [["stage=x"], ["stage=test", "of=x"], ["none="]])
    def test_none_is_refused(self, asked: list[str]) -> None:
        with pytest.raises(UsageProblem, match="no environment has the label " + asked[0]):
            labelled([PROD, TEST], asked)

    @pytest.mark.parametrize("asked", ["stage", "=x"])
    def test_a_label_is_key_and_value(self, asked: str) -> None:
        with pytest.raises(UsageProblem, match="--label takes KEY=VALUE"):
            labelled([PROD], [asked])
