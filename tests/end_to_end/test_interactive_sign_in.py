"""`method = "interactive"`: a person at a terminal signs in with a real browser."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import Struct
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from auditor.demo.healthy import healthy_online
from auditor.demo.server import SimulatedTenant
from tests.end_to_end.browser import Browser, running
from tests.waiting import PATIENCE_S


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(healthy_online(100)) as started:
        yield started


@pytest.fixture
def configuration(tenant: SimulatedTenant, tmp_path: Path) -> Path:
    path = tmp_path / "auditor.toml"
    path.write_text(
        f"""
[environments.contoso]
url = "{tenant.url}"
[environments.contoso.auth]
method = "interactive"
tenant = "{tenant.tenant_id}"
client_id = "{tenant.client_id}"
authority = "{tenant.authority_url}"
[environments.contoso.graph]
url = "{tenant.authority_url}"
[tls]
ca_bundle = "file:{tenant.ca_bundle}"
""",
        "utf-8",
    )
    return path


class Terminal(Struct):
    """The program at a terminal: what it says there, and the address it sends the browser to."""

    process: "subprocess.Popen[bytes]"
    screen: int
    opened: Path
    said: str = ""

    def wait(self, until: Callable[[], str | None]) -> str:
        """What `until` gives once it gives something; the terminal is read meanwhile."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with contextlib.suppress(BlockingIOError, OSError):
                self.said += os.read(self.screen, 65536).decode()
            if found := until():
                return found
            time.sleep(0.05)
        raise AssertionError(f"it was waited for in vain; the terminal says: {self.said[-2000:]}")

    def address(self) -> str:
        """Where the browser was sent to."""
        return self.wait(lambda: self.opened.read_text("utf-8") if self.opened.exists() else None)

    def ended(self) -> int:
        """The exit code, once it has ended."""
        return int(self.wait(lambda: None if (code := self.process.poll()) is None else str(code)))


Start = Callable[..., Terminal]


@pytest.fixture
def start(configuration: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts an audit at a terminal; a program in place of the browser notes what it is to open."""
    started: list[Terminal] = []
    opened = tmp_path / "opened"
    opener = tmp_path / "opener"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    opener.chmod(0o700)

    def run(*options: str, opens: Path = opener) -> Terminal:
        screen, of_program = pty.openpty()
        os.set_blocking(screen, False)
        process = subprocess.Popen(
            [sys.executable, "-m", "auditor", "run", "--config", configuration, *options],
            stdout=subprocess.DEVNULL,
            stderr=of_program,
            env={**os.environ, "BROWSER": f"{opens} %s", "PATH": "/bin", "COLUMNS": "1000"},
        )
        os.close(of_program)
        started.append(Terminal(process, screen, opened))
        return started[-1]

    yield run
    for each in started:
        each.process.kill()
        each.process.wait()
        os.close(each.screen)


def press(browser: Browser, button: str) -> str:
    """What the next page shows once the button was pressed."""
    browser.click(browser.driver.find_element(By.XPATH, f"//button[.='{button}']"))
    come = expected_conditions.url_matches(r"^http://localhost:\d+/$")
    WebDriverWait(browser.driver, PATIENCE_S).until(come)
    return browser.driver.find_element(By.TAG_NAME, "body").text


def test_one_sign_in_in_the_browser_opens_every_source(browser, tenant, start, tmp_path):
    before = len(tenant.requests)
    running = start("--report", f"json={tmp_path / 'audit.json'}")
    browser.show(running.address(), scripts=False)
    assert browser.driver.title == "Sign in to the simulated tenant"
    assert "close this browser tab" in press(browser, "auditor@contoso.example")
    assert running.ended() == 0, running.said
    report = json.loads((tmp_path / "audit.json").read_text("utf-8"))
    assert report["complete"]
    status = {each["name"]: each["status"] for each in report["sources"]}
    assert (status["dynamics.mailboxes"], status["graph.organization"]) == ("read", "read")
    pages = [each.path for each in tenant.requests[before:] if each.path.endswith("/authorize")]
    assert len(pages) == 1
    assert "To sign in, use the browser that opens now, within 300 seconds" in running.said


def test_who_declines_is_asked_no_more_and_nothing_is_read(browser, tenant, start, tmp_path):
    running = start("--report", f"json={tmp_path / 'audit.json'}")
    browser.show(running.address())
    assert "User declined to consent" in press(browser, "Cancel")
    assert running.ended() == 3
    assert "Traceback" not in running.said
    assert running.said.count("To sign in") == 1
    report = json.loads((tmp_path / "audit.json").read_text("utf-8"))
    told = {each["name"]: each["reason"] for each in report["sources"] if each["reason"]}
    for name in ("dynamics.mailboxes", "graph.organization"):
        assert "AADSTS65004: User declined to consent" in told[name]


def test_where_no_browser_opens_the_address_is_shown(browser, start):
    running = start(opens=Path("/bin/false"))
    link = running.wait(
        lambda: (found := re.search(r"https://\S+\r?\n", running.said)) and found[0]
    )
    browser.show(link.strip())
    press(browser, "auditor@contoso.example")
    assert running.ended() == 0, running.said
    assert "No browser opens here; on this computer, open" in running.said


def test_where_nobody_signs_in_the_run_ends_in_time_and_says_why(start, tmp_path):
    running = start("--timeout", "40", "--report", f"json={tmp_path / 'audit.json'}")
    running.address()
    assert running.ended() == 3
    assert "Traceback" not in running.said
    report = json.loads((tmp_path / "audit.json").read_text("utf-8"))
    (source,) = (each for each in report["sources"] if each["name"] == "dynamics.mailboxes")
    assert source["status"] == "failed"
    assert "nobody signed in" in source["reason"]


def test_the_wait_for_a_person_can_be_broken_off(start):
    running = start()
    running.address()
    running.process.send_signal(signal.SIGINT)
    assert running.ended() == 130
    assert "Traceback" not in running.said
