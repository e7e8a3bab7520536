"""A person at the browser of this computer: how long he is waited for, and what he is told."""

from typing import Any

import msal
import pytest

from connectors.sign_in import interactive
from connectors.sign_in.interactive import interactive_token
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy


class Browser:
    """MSAL's client; `result` is what comes of it, an exception is raised."""

    def __init__(self, result: Any) -> None:
        self.result = result
        self.asked: dict[str, Any] = {}

    def acquire_token_interactive(self, scopes: list[str], **asked: Any) -> Any:
        self.asked = {"scopes": scopes, **asked}
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def signed_in(
    monkeypatch: pytest.MonkeyPatch, browser: Browser, remaining_s: float | None
) -> tuple[Any, list[str]]:
    monkeypatch.setattr(
        interactive,
        "person_token",
        lambda settings, resource, transport, fresh, ask: ask(
            browser, ["scope"], "https://l.example"
        ),
    )
    prompts: list[str] = []
    transport = Transport(NetworkPolicy(clock=lambda: 0.0, deadline=remaining_s))
    settings = AuthSettings(method="interactive", username="ann@contoso.example")
    found = interactive_token(settings, "https://r.example", transport, prompts.append, False)
    return found, prompts


@pytest.mark.parametrize(
    ("remaining_s", "waited_s"),
    [(None, 300), (10_000.0, 300), (750.0, 300), (500.0, 200), (1.0, 1), (-5.0, 1)],
)
def test_the_person_is_waited_for_a_share_of_the_run_and_no_longer_than_five_minutes(
    remaining_s: float | None, waited_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser({"access_token": "x"})
    found, prompts = signed_in(monkeypatch, browser, remaining_s)
    assert found == {"access_token": "x"}
    assert browser.asked["timeout"] == waited_s
    assert browser.asked["login_hint"] == "ann@contoso.example"
    assert prompts == [f"To sign in, use the browser that opens now, within {waited_s} seconds"]


def test_where_no_browser_opens_its_address_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser({"access_token": "x"})
    _, prompts = signed_in(monkeypatch, browser, None)
    browser.asked["auth_uri_callback"]("https://l.example/" + "x" * 3000)
    assert prompts[1].startswith("No browser opens here; on this computer, open https://l.example/")
    assert len(prompts[1]) > 3000


@pytest.mark.parametrize(
    ("remaining_s", "code"), [(None, "unauthorized"), (750.0, "unauthorized"), (500.0, "deadline")]
)
def test_nobody_at_the_browser_is_a_failure(
    remaining_s: float | None, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceFailed) as caught:
        signed_in(monkeypatch, Browser(msal.BrowserInteractionTimeoutError("late")), remaining_s)
    assert caught.value.code == code
    assert caught.value.url == "https://l.example"
