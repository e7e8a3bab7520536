"""The pages that are made from the code hold everything, and their links lead somewhere."""

import re
from functools import cache
from pathlib import Path

import pytest

from auditor.catalogue import docs
from auditor.catalogue.docs import ROOT, rules_page, sources_file, statements_page
from rules.edition import EDITIONS, load
from rules.rule import catalogue

# A page takes a while to make, and tests only read it.
PAGES = {"rules.md": cache(rules_page), "statements.md": cache(statements_page)}


@cache
def anchors(page: str) -> set[str]:
    """What a link into the page may name: headings as GitHub names them, and anchors of its own."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', page))


@pytest.mark.parametrize("name", PAGES)
def test_every_link_within_the_pages_leads_to_an_anchor(name: str) -> None:
    links = re.findall(r"\]\(([\w.-]*)#([^)]+)\)", PAGES[name]())
    assert links
    missing = {
        f"{page or name}#{anchor}"
        for page, anchor in links
        if anchor not in anchors(PAGES[page or name]())
    }
    assert missing == set()


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_in_the_repository_are_those_of_the_code(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == PAGES[name]()


def test_the_needs_in_the_repository_are_those_of_the_readers() -> None:
    assert (ROOT / "auditor/catalogue/sources.json").read_text("utf-8") == sources_file()


def test_every_rule_and_every_statement_has_a_place_of_its_own() -> None:
    assert {rule.id for rule in catalogue()} <= anchors(rules_page())
    statements = {each.id.lower() for id in EDITIONS for each in load(id).statements}
    assert statements <= anchors(statements_page())


def test_every_statement_names_its_deciders_and_every_edition_its_source() -> None:
    page = statements_page()
    for id in EDITIONS:
        edition = load(id)
        assert f"<{edition.source}>" in page
        for statement in edition.statements:
            (row,) = (line for line in page.splitlines() if f"></a>{statement.id} |" in line)
            if statement.kind not in ("scope", "removed"):
                assert "](rules.md#" in row, statement.id


REPORT = "answer\n\nother\n\nRepair first\n1.\n\nelse\n\nFailing (1)\n-\n\nlast\n"


def test_the_excerpt_holds_the_answer_the_causes_and_the_first_rule() -> None:
    assert docs.excerpt(REPORT) == (
        "answer\n\n[…]\n\nRepair first\n1.\n\n[…]\n\nFailing (1)\n-\n\n[…]"
    )
    for report in ("answer\n\nFailing (1)", REPORT.strip() + "\n\nFailing (2)"):
        with pytest.raises(AssertionError, match="has no causes, or no rule that fails"):
            docs.excerpt(report)


class TestWritten:
    @pytest.fixture
    def root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        pages = {"fresh.md": lambda: "same", "stale.md": lambda: "new", "none.md": lambda: "new"}
        (tmp_path / "fresh.md").write_text("same")
        (tmp_path / "stale.md").write_text("old")
        monkeypatch.setattr(docs, "ROOT", tmp_path)
        monkeypatch.setattr(docs, "PAGES", pages)
        return tmp_path

    def test_pages_that_differ_are_named(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert docs.main(["--check"]) == 1
        assert capsys.readouterr().err.startswith("Not fresh: stale.md, none.md. Run `make docs`")
        assert (root / "stale.md").read_text() == "old"
        assert not (root / "none.md").exists()

    def test_they_are_written(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (root / "fresh.md").chmod(0o400)
        before = (root / "fresh.md").stat().st_mtime_ns
        assert docs.main([]) == 0
        assert capsys.readouterr().err == ""
        assert (root / "stale.md").read_text() == (root / "none.md").read_text() == "new"
        assert (root / "fresh.md").stat().st_mtime_ns == before
        assert docs.main(["--check"]) == 0

    def test_anything_else_is_wrong_usage(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert docs.main(["--chekc"]) == 2
        assert capsys.readouterr().err.startswith("usage: ")
        assert (root / "stale.md").read_text() == "old"


class TestReadme:
    FENCE = "```"

    def text(self, capture: str) -> str:
        fence = self.FENCE
        return f"a\n<!-- capture -->\n{fence}text\n{capture}\n{fence}\n<!-- /capture -->\nb\n"

    def made(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, report: str) -> str:
        (tmp_path / "README.md").write_text(text)
        monkeypatch.setattr(docs, "ROOT", tmp_path)
        monkeypatch.setattr(docs, "report_of_the_demo", lambda: report)
        return docs.readme()

    def test_times_alone_make_no_capture_stale(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        report = REPORT.replace("answer", "read at 2026-11-23T08:00:00Z")
        shown = self.text(docs.excerpt(report.replace("T08:", "T09:")))
        assert self.made(tmp_path, monkeypatch, shown, report) == shown

    def test_anything_else_does(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        made = self.made(tmp_path, monkeypatch, self.text("old"), REPORT)
        assert made == self.text(docs.excerpt(REPORT))

    def test_a_page_without_the_block_is_said(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(AssertionError, match="no block stands between"):
            self.made(tmp_path, monkeypatch, "nothing", REPORT)
