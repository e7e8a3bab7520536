"""A real browser without a window: Chromium, driven as a person would use it."""

import contextlib
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.real_programs import program_of

PACKAGES = ("chromium", "chromium-driver")
_FLAGS = (
    "--headless",
    "--no-sandbox",  # Chromium has none for root
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-ipc-flooding-protection",  # or it drops links that are followed too fast
    "--disable-smooth-scrolling",  # or what was to be pressed has moved on
    "--no-first-run",
)
# A busy machine takes its time; the driver itself gives each command two minutes.
_PATIENCE_S = 100.0
_SCROLLS_WITHIN_S = 30.0
_PROBES = (Path(__file__).parent / "probes.js").read_text("utf-8")


class Browser:
    """One browser with one tab, which notes what pages ask for and complain about."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver

    def show(
        self,
        address: str,
        *,
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        media: Literal["screen", "print"] = "screen",
        scripts: bool = True,
    ) -> None:
        """Open the address anew, on a screen or sheet of that width and colour scheme."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self._tell("Emulation.setDeviceMetricsOverride", **size)
        wanted = [{"name": "prefers-color-scheme", "value": scheme}]
        self._tell("Emulation.setEmulatedMedia", media=media, features=wanted)
        self._tell("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.driver.get("about:blank")
        self.asked_for()
        self.complaints()
        self.driver.get(address)
        # The driver may go on before a long page is there in full.
        self._wait().until(lambda _: self.probe("isWhole(arguments[0])", address))

    def probe(self, expression: str, *arguments: Any) -> Any:
        """What an expression over the functions of `probes.js` gives of the page."""
        return self.driver.execute_script(f"{_PROBES}\nreturn {expression};", *arguments)

    def click(self, element: WebElement) -> None:
        """Press what is seen, once it stands still and nothing lies over it."""
        places: list[Any] = [None]

        def stands_still(_: WebDriver) -> bool:
            places.append(self.probe("placeToClick(arguments[0])", element))
            return places[-1] is not None and places[-1] == places[-2]

        self._wait().until(stands_still)
        element.click()

    def astray(self) -> list[str]:
        """The places of links within the page that do not come to be seen once followed.

        The wait is here, as pages whose scripts are off run no timers.
        """
        return [place for place in self.probe("places()") if not self._leads_to(place)]

    def _leads_to(self, place: str) -> bool:
        self.probe("follow(arguments[0])", place)
        try:
            self._wait(_SCROLLS_WITHIN_S).until(
                lambda _: self.probe("isPlaceOnScreen(arguments[0])", place)
            )
        except TimeoutException:
            return False
        return True

    def axe(self, *without: str) -> list[Any]:
        """What axe, the checker of accessibility, finds wrong with the page that is shown.

        `without` are rules that are not asked.
        """
        script = resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
        self._tell("Runtime.evaluate", expression=script)
        rules = json.dumps({each: {"enabled": False} for each in without})
        run = (
            "const done = arguments[0];"
            f"axe.run({{resultTypes: ['violations'], rules: {rules}}}).then("
        )
        found: list[Any] = self.driver.execute_async_script(
            f"{run}(all) => done(all.violations.map((each) => [each.id, each.nodes.map("
            "(node) => node.html)])), (error) => done([String(error)]))"
        )
        return found

    def asked_for(self) -> set[str]:
        """Every address that was asked for since this was last called."""
        events = (json.loads(each["message"])["message"] for each in self._log("performance"))
        return {
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        }

    def complaints(self) -> list[str]:
        """What the console holds since this was last called."""
        return [each["message"] for each in self._log("browser")]

    def ignore_content_security_policy(self) -> None:
        """Let pages run what their policy forbids, so that it is not what protects them."""
        self._tell("Page.setBypassCSP", enabled=True)

    def _wait(self, within_s: float = _PATIENCE_S) -> "WebDriverWait[WebDriver]":
        return WebDriverWait(self.driver, within_s, poll_frequency=0.02)

    def _tell(self, command: str, **parameters: Any) -> None:
        self.driver.execute_cdp_cmd(command, parameters)

    def _log(self, name: str) -> Any:
        return self.driver.get_log(name)


@contextlib.contextmanager
def running(directory: Path) -> Iterator[Browser]:
    """A browser that keeps its files in an empty directory; skips where there can be none."""
    options = webdriver.ChromeOptions()
    options.binary_location = program_of("chromium", PACKAGES)
    options.accept_insecure_certs = True  # the simulated tenant is its own authority
    for flag in (*_FLAGS, f"--user-data-dir={directory}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # Named, so that nothing looks for a driver in the network.
    service = Service(program_of("chromedriver", PACKAGES))
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_script_timeout(_PATIENCE_S)
    try:
        yield Browser(driver)
    finally:
        driver.quit()
