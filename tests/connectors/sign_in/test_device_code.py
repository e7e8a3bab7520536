"""A person who enters a code in a browser: asked once, waited for, and not for too long."""

from typing import Any

import pytest

from connectors.sign_in import device_code
from connectors.sign_in.device_code import device_token
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy

FLOW = {
    "user_code": "ABCD",
    "device_code": "the-device-code",
    "verification_uri": "https://login.example/device",
    "expires_in": 100,
    "interval": 10,
}
PENDING, SLOWER = {"error": "authorization_pending"}, {"error": "slow_down"}
GOOD = {"access_token": "a-token", "expires_in": 3600}


class Person:
    """A clock, what was shown, and MSAL's client, which answers one result after the other."""

    def __init__(self, *results: Any, flow: Any = None, deadline: float | None = None) -> None:
        self.now = 0.0
        self.prompts: list[str] = []
        self.pauses: list[float] = []
        self.results = list(results)
        self.flow = FLOW if flow is None else flow
        self.transport = Transport(
            NetworkPolicy(clock=lambda: self.now, sleep=self.sleep, deadline=deadline)
        )

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def initiate_device_flow(self, scopes: list[str]) -> Any:
        assert scopes == ["scope"]
        return self.flow

    def acquire_token_by_device_flow(self, flow: Any, exit_condition: Any) -> Any:
        assert flow is self.flow
        assert exit_condition(flow) is True
        return self.results.pop(0) if self.results else PENDING

    def result(self) -> dict[str, Any]:
        return device_code._asked_person(
            self, ["scope"], "https://login.example", self.transport, self.prompts.append
        )


def test_the_person_is_told_where_to_enter_the_code_and_waited_for() -> None:
    person = Person(PENDING, SLOWER, GOOD)
    assert person.result() == GOOD
    assert person.prompts == [
        "To sign in, open https://login.example/device and enter the code ABCD"
    ]
    assert person.pauses == [10.0, 10.0, 10.0]
    assert "the-device-code" not in person.transport.redaction.line("x the-device-code")


def test_a_refusal_ends_the_waiting() -> None:
    assert Person({"error": "access_denied"}, GOOD).result() == {"error": "access_denied"}


@pytest.mark.parametrize("interval", [0, 0.5, 1])
def test_a_pause_is_a_second_at_least(interval: float) -> None:
    person = Person(GOOD, flow={**FLOW, "interval": interval})
    person.result()
    assert person.pauses == [1.0]


@pytest.mark.parametrize(
    "lacking", [{"user_code": 7}, {"verification_uri": None}, {"device_code": None}]
)
def test_an_authority_that_gives_no_code_is_not_waited_for(lacking: dict[str, Any]) -> None:
    flow = {**FLOW, **lacking}
    if "device_code" in lacking:
        del flow["device_code"]
    person = Person(GOOD, flow=flow)
    assert person.result() == flow
    assert (person.prompts, person.pauses) == ([], [])


def test_a_code_that_nobody_entered_expires() -> None:
    person = Person()
    assert person.result()["error"] == "expired_token"
    assert len(person.pauses) == 11
    assert Person(*[PENDING] * 10, GOOD).result() == GOOD


@pytest.mark.parametrize(("deadline", "pauses"), [(100.0, 4), (99.0, 3)])
def test_a_person_has_a_share_of_the_runs_time(deadline: float, pauses: int) -> None:
    person = Person(deadline=deadline)
    with pytest.raises(SourceFailed) as caught:
        person.result()
    assert caught.value.code == "deadline"
    assert len(person.pauses) == pauses


def test_the_token_is_that_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person(GOOD)

    def signed_in(settings: Any, resource: Any, transport: Any, fresh: Any, ask: Any) -> Any:
        assert (resource, fresh) == ("https://r.example", True)
        return ask(person, ["scope"], "https://login.example")

    monkeypatch.setattr(device_code, "person_token", signed_in)
    settings = AuthSettings(method="device-code")
    found: Any = device_token(
        settings, "https://r.example", person.transport, person.prompts.append, True
    )
    assert found == GOOD
    assert len(person.prompts) == 1
