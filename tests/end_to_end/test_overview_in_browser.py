"""The overview of a thousand environments in a real browser: search, sort, no request, no fault."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from selenium.webdriver.common.by import By

from auditor.fleet.applications import SharedApplication
from auditor.fleet.collector import Collector
from auditor.fleet.comparison import Sharing
from auditor.fleet.overview_formats import FORMATS
from auditor.model import Subject
from tests.auditor.fleet.test_collector import NOW, of
from tests.auditor.reports.audits import cause
from tests.end_to_end.browser import Browser, running

COUNT = 1000


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    collector = Collector({f"org-{n:04}": {"customer": f"c{n % 7}"} for n in range(COUNT)})
    for number in range(COUNT):
        audit = of(f"org-{number:04}")
        standing = replace(audit.summary.standing, broken=number % 50)
        collector.add(replace(audit, summary=replace(audit.summary, standing=standing)), 1)
    path = tmp_path_factory.mktemp("overview") / "overview.html"
    path.write_bytes(FORMATS["html"](collector.overview(NOW)))
    return path


def shown(browser: Browser) -> list[str]:
    return list(
        browser.driver.execute_script(
            "return [...document.querySelectorAll('#rows tbody tr:not([hidden]) th')]"
            ".map((each) => each.textContent)"
        )
    )


def test_a_thousand_rows_are_searched_and_sorted(browser: Browser, page: Path) -> None:
    browser.show(page.as_uri())
    assert len(shown(browser)) == COUNT
    search = browser.driver.find_element(By.ID, "search")
    search.send_keys("org-0042")
    assert shown(browser) == ["org-0042"]
    assert browser.driver.find_element(By.ID, "shown").text == f"1 of {COUNT}"
    search.clear()
    search.send_keys("org-1", "\b")
    heads = browser.driver.find_elements(By.CSS_SELECTOR, "#rows thead button")
    heads[0].send_keys("\n")
    assert shown(browser)[:2] == ["org-0000", "org-0001"]
    heads[0].send_keys("\n")
    assert shown(browser)[0] == f"org-{COUNT - 1:04}"


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_asked_of_anybody_and_nothing_is_wider_than_the_window(
    browser: Browser, page: Path, width: int
) -> None:
    browser.show(page.as_uri(), width=width)
    assert browser.complaints() == []
    assert {each for each in browser.asked_for() if not each.startswith("file:")} == set()
    wide = browser.driver.execute_script(
        "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert wide is False


def everything_of(count: int) -> bytes:
    """A page of so many environments that fail, or share a switch, addresses and an application."""
    collector = Collector({f"org-{number:04}": {"customer": f"c{number}"} for number in range(7)})
    switch = cause("duplicate-address", Subject("tenant", ""), 5, 5)
    names = [f"org-{number:04}" for number in range(count)]
    for number, name in enumerate(names):
        if number % 10:
            collector.add(of(name, switch), 1, f"{name}.html")
        else:
            collector.fail(name, 3, "The environment cannot be set up.")
    some = tuple(names[1:8])
    collector.compare([Sharing(some, 300)], names[:1], [SharedApplication("a1b2", some)])
    return FORMATS["html"](collector.overview(NOW))


# Contrast takes a minute for a thousand rows; they have the colours of the first eleven.
@pytest.mark.parametrize(("count", "without"), [(11, ()), (COUNT, ("color-contrast",))])
def test_axe_finds_nothing(
    browser: Browser, tmp_path: Path, count: int, without: tuple[str, ...]
) -> None:
    path = tmp_path / "overview.html"
    path.write_bytes(everything_of(count))
    browser.show(path.as_uri())
    assert len(shown(browser)) == count
    assert browser.axe(*without) == []


def test_without_its_script_every_row_is_there(browser: Browser, page: Path) -> None:
    browser.show(page.as_uri(), scripts=False)
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, "#rows tbody tr")) == COUNT
    assert not browser.driver.find_element(By.ID, "search").is_displayed()
