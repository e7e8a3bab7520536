"""The HTML report of many mailboxes that do not work, in a real Chromium.

    python -m benchmarks.page_in_browser 20000

Prints one line of JSON: the size of the page, how long it takes until it is painted, and how long
a search takes from the last key until its rows are painted. Needs Chromium and its driver.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import msgspec
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chrome.webdriver import WebDriver

from benchmarks.failing import wrote

ROUNDS = 5
SEARCHES = ("employee", "employee19", "team", "test", "nobody at all")
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
_PAINTED = "requestAnimationFrame(() => setTimeout(() => done(%s)));"
_LOADED = f"const done = arguments[0]; {_PAINTED % 'performance.now()'}"
_SEARCHED = f"""
const [text, done] = arguments;
const search = document.getElementById("search");
const started = performance.now();
search.value = text;
search.dispatchEvent(new Event("input", {{ bubbles: true }}));
{_PAINTED % "performance.now() - started"}
"""


class Shown(msgspec.Struct):
    """What one page is and takes: the medians of several rounds, and the slowest search."""

    mailboxes: int
    size_mb: float
    loaded_ms: float
    searched_ms: float
    slowest_search_ms: float


def shown(mailboxes: int, directory: Path) -> Shown:
    """Write the page of so many mailboxes, load it, and search in it."""
    page = directory / "report.html"
    with page.open("wb") as out:
        found = wrote("html", mailboxes, out)
    driver = _browser(directory / "browser")
    try:
        loaded, searched = [], []
        for _ in range(ROUNDS):
            driver.get("about:blank")
            driver.get(page.as_uri())
            loaded.append(driver.execute_async_script(_LOADED))
            searched += [driver.execute_async_script(_SEARCHED, text) for text in SEARCHES]
    finally:
        driver.quit()
    return Shown(
        mailboxes=found.not_working,
        size_mb=round(page.stat().st_size / 1e6, 2),
        loaded_ms=round(median(loaded)),
        searched_ms=round(median(searched)),
        slowest_search_ms=round(max(searched)),
    )


def _browser(directory: Path) -> WebDriver:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*_FLAGS, f"--user-data-dir={directory}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver") or ""))
    driver.set_script_timeout(60)
    return driver


def main() -> None:
    """Measure the page of as many mailboxes as the argument says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page_in_browser")
    parser.add_argument("mailboxes", type=int, nargs="?", default=20_000)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        found = shown(parser.parse_args().mailboxes, Path(directory))
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main()
