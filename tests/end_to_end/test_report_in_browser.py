"""The HTML report of real audits as a person meets it: opened from a file, in a real browser."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from auditor.demo.contoso import contoso
from auditor.demo.faults import Fault
from auditor.demo.healthy import healthy_on_premises
from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.auditor.reports.audits import hostile, many, written
from tests.end_to_end.browser import Browser, running
from tests.end_to_end.conftest import call

MARKUP = "<img src=x onerror=alert(1)>"
WIDE, NARROW = 1280, 400


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("browser")) as started:
        yield started


def of_demo(folder: Path) -> Path:
    """A source of the demo organisation is refused, so that something is not read."""
    return audited(contoso(), folder, Fault("forbidden", "/v1.0/users*", status=403))


def of_healthy(folder: Path) -> Path:
    return audited(healthy_on_premises(100), folder)


def of_many(folder: Path) -> Path:
    return kept(written("html", many(1001), 1), folder)


def of_hostile(folder: Path) -> Path:
    return kept(written("html", hostile(), 1), folder)


def audited(organisation: Organisation, folder: Path, fault: Fault | None = None) -> Path:
    path, page = folder / "auditor.toml", folder / "audit.html"
    with SimulatedTenant(organisation) as tenant:
        if fault is not None:
            tenant.faults.add(fault)
        path.write_text(configuration_of(tenant), "utf-8")
        run = call("run", "--config", path, "--report", f"html={page}")
    assert run.code in (0, 1, 3), run.err
    return page


def kept(text: str, folder: Path) -> Path:
    page = folder / "audit.html"
    page.write_text(text, "utf-8")
    return page


Report = Callable[[Callable[[Path], Path]], str]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The address of a report, which is written once."""
    pages: dict[Callable[[Path], Path], str] = {}

    def address(make: Callable[[Path], Path]) -> str:
        if make not in pages:
            pages[make] = make(tmp_path_factory.mktemp(make.__name__)).as_uri()
        return pages[make]

    return address


REPORTS = pytest.mark.parametrize("of", [of_demo, of_healthy, of_many, of_hostile])


@pytest.fixture
def demo(browser: Browser, report: Report) -> Browser:
    """The report of the demo organisation, just opened where no script may run."""
    browser.show(report(of_demo), scripts=False)
    return browser


def found(browser: Browser, selector: str) -> WebElement:
    return browser.driver.find_element(By.CSS_SELECTOR, selector)


def every(browser: Browser, selector: str) -> list[WebElement]:
    return browser.driver.find_elements(By.CSS_SELECTOR, selector)


def press(browser: Browser, *keys: str) -> WebElement:
    """What has the focus once the keys were pressed."""
    ActionChains(browser.driver).send_keys(*keys).perform()
    return browser.driver.switch_to.active_element


@REPORTS
def test_it_asks_for_nothing_but_itself_and_says_nothing_to_the_console(browser, report, of):
    browser.show(report(of))
    browser.probe("unfold()")
    assert browser.asked_for() == {report(of)}
    assert browser.complaints() == []


@REPORTS
def test_every_link_within_it_leads_to_what_comes_to_be_seen(browser, report, of):
    browser.show(report(of))
    assert browser.probe("every(\"a[href^='#']\").length") > 5
    assert browser.probe("astray()") == []


@REPORTS
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_wider_than_the_window(browser, report, of, width):
    browser.show(report(of), width=width)
    browser.probe("unfold()")
    assert browser.probe("tooWide()") == []


@REPORTS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_by_day_and_by_night(browser, report, of, scheme):
    """WCAG 2.2, 1.4.3: 4.5 to 1; a narrow window names columns in cells besides."""
    browser.show(report(of), scheme=scheme, width=NARROW)
    browser.probe("unfold()")
    ground = browser.probe("luminance(ground(document.body))")
    assert ground > 0.8 if scheme == "light" else ground < 0.05
    least, where = browser.probe("leastContrast()")
    assert least >= 4.5, where


@REPORTS
def test_paper_shows_what_the_screen_folds(browser, report, of):
    browser.show(report(of))
    assert "TD" in browser.probe("unseen().map((each) => each.tagName)")
    browser.show(report(of), media="print")
    left = "unseen().filter((each) => !each.closest('nav, .switches, .skip'))"
    assert browser.probe(f"{left}.map((each) => each.outerHTML)") == []


def test_the_browsers_own_search_opens_what_is_folded(browser, report):
    """Followed as a link to a text, which finds it as the search box does."""
    address = "ben.twice@contoso.example"
    row = f"every('#failing tr').find((each) => each.textContent.includes('{address}'))"
    browser.show(report(of_demo))
    assert not browser.probe(f"{row}.checkVisibility()")
    browser.show(f"{report(of_demo)}#:~:text={address}")
    assert browser.probe(f"comesOnScreen({row})")


def test_a_fix_leads_to_its_findings_and_those_to_their_statement(demo):
    link = found(demo, "#causes tbody a[href='#error-app-for-outlook-across-tenants']")
    title = link.text
    link.click()
    assert len(every(demo, "details[open]")) == 1
    assert title in found(demo, "details[open] summary").text
    cited = found(demo, "details[open] tbody a[href^='#statement-']")
    assert demo.probe("isOnScreen(arguments[0])", cited)
    statement = cited.text
    cited.click()
    (row,) = every(demo, "tr:has(:target)")
    assert row.text.startswith(f"{statement}: ")
    assert demo.probe("isOnScreen(arguments[0])", row)


def test_findings_can_be_narrowed_by_severity_and_verdict(demo):
    def shown(selector: str) -> int:
        return int(demo.probe("shown(arguments[0]).length", f"#failing {selector}"))

    assert min(shown("details.error"), shown("details.warning"), shown("details.note")) > 5
    found(demo, "label[for=show-error]").click()
    assert shown(".error") == 0
    assert shown("details.warning") > 5
    found(demo, "label[for=show-fail]").click()
    assert shown(".only-fail") == 0
    assert shown(".only-undetermined") > 0
    found(demo, "label[for=show-error]").click()
    assert shown("details.error:not(.only-fail)") == len(
        every(demo, "#failing details.error:not(.only-fail)")
    )


def test_a_link_leads_to_findings_that_were_narrowed_away(demo):
    for switch in ("error", "fail"):
        found(demo, f"label[for=show-{switch}]").click()
    found(demo, "#causes tbody a[href^='#error-']").click()
    (opened,) = demo.probe("shown('#failing details.error')")
    assert opened.get_attribute("open")


def test_it_is_used_with_the_keyboard_alone(demo):
    skip = press(demo, Keys.TAB)
    assert (skip.text, skip.is_displayed()) == ("To the findings", True)
    first = press(demo, Keys.ENTER, Keys.TAB)
    assert first.get_attribute("id") == "show-error"
    assert first.is_selected()
    assert not press(demo, Keys.SPACE).is_selected()
    press(demo, Keys.SPACE)
    while (summary := press(demo, Keys.TAB)).tag_name != "summary":
        assert summary.tag_name == "input"
    assert summary.value_of_css_property("outline-style") == "solid"
    details = summary.find_element(By.XPATH, "..")
    assert details.get_attribute("open") is None
    press(demo, Keys.ENTER)
    assert details.get_attribute("open")
    assert press(demo, Keys.TAB).find_element(By.XPATH, "ancestor::details") == details
    ActionChains(demo.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    press(demo, Keys.SPACE)
    assert details.get_attribute("open") is None


@REPORTS
def test_everything_folded_is_a_stop_of_the_keyboard(browser, report, of):
    browser.show(report(of))
    browser.probe("unfold()")
    assert browser.probe("every('summary').length") > 0
    assert browser.probe("unreachable('summary')") == []


@REPORTS
def test_its_outline_is_in_order_and_it_names_itself_and_its_language(browser, report, of):
    browser.show(report(of))
    assert found(browser, "html").get_attribute("lang") == "en"
    assert "server-side synchronization" in browser.driver.title
    levels = [int(each.tag_name[1]) for each in every(browser, "h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@pytest.fixture
def attacked(tmp_path: Path) -> str:
    """The report of an organisation in which everything that has a name bears markup in it."""
    organisation = contoso()
    tables = dict(organisation.tables)
    for table in ("mailboxes", "emailserverprofiles", "queues"):
        tables[table] = [
            Row({**row.own, "name": f"{MARKUP}{row.get('name')}"}, row.shared)
            for row in tables[table]
        ]
    named = replace(organisation, display_name=MARKUP, tables=tables)
    return audited(named, tmp_path).as_uri()


def test_markup_in_a_name_is_shown_and_does_nothing(browser, attacked, tmp_path):
    browser.ignore_content_security_policy()
    bare = tmp_path / "bare.html"
    bare.write_text(f"<!DOCTYPE html><title>Bare</title>{MARKUP}", "utf-8")
    browser.show(bare.as_uri())
    browser.driver.switch_to.alert.accept()

    browser.show(attacked)
    browser.probe("unfold()")
    assert every(browser, "img") == []
    assert f"mailbox {MARKUP}Anna Pending" in found(browser, "#failing").text
    with pytest.raises(NoAlertPresentException):
        browser.driver.switch_to.alert.accept()
