"""The pages that are made from the code hold everything, and their links lead somewhere."""

import re

import pytest

from auditor.catalogue.docs import ROOT, rules_page, sources_file, statements_page
from rules.edition import EDITIONS, load
from rules.rule import catalogue

PAGES = {"rules.md": rules_page, "statements.md": statements_page}


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
