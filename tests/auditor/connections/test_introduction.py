"""What a server tells without credentials: who signs its callers in, and of which tenant."""

from pathlib import Path
from typing import Any

import pytest

from auditor.connections import introduction
from auditor.connections.introduction import Introduction, introduced
from connectors.transport.errors import SourceFailed

URL = "https://contoso.crm.dynamics.com"


class Challenge:
    def __init__(self, authority: str) -> None:
        self.authority = authority


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The status and the challenge that the server answers; the policy is added to it."""
    given: list[Any] = []

    def ask(transport: Any, url: str) -> tuple[Any, Any]:
        assert url == URL
        given.append(transport.policy)
        return given[0], given[1]

    monkeypatch.setattr(introduction, "ask_challenge", ask)
    return given


@pytest.mark.parametrize(
    ("authority", "told"),
    [
        (None, Introduction("windows")),
        (
            "https://login.microsoftonline.com/t-1/oauth2/authorize",
            Introduction("entra", "https://login.microsoftonline.com", "t-1"),
        ),
        (
            "https://login.microsoftonline.com/organizations",
            Introduction("entra", "https://login.microsoftonline.com", None),
        ),
        (
            "https://login.microsoftonline.com/common",
            Introduction("entra", "https://login.microsoftonline.com", None),
        ),
        (
            "https://login.microsoftonline.com",
            Introduction("entra", "https://login.microsoftonline.com", None),
        ),
        # A path of Entra that sounds like AD FS is still Entra's.
        (
            "https://login.microsoftonline.com/adfs",
            Introduction("entra", "https://login.microsoftonline.com", "adfs"),
        ),
        ("https://sts.local/ADFS/ls", Introduction("adfs", "https://sts.local/ADFS/ls")),
        (
            "https://login.other.example:8443/t-2/authorize",
            Introduction("entra", "https://login.other.example:8443", "t-2"),
        ),
        (
            "https://login.other.example",
            Introduction("entra", "https://login.other.example", None),
        ),
    ],
)
def test_the_challenge_says_how_to_sign_in(
    answer: list[Any], authority: str | None, told: Introduction
) -> None:
    answer += [401, authority and Challenge(authority)]
    assert introduced(URL) == told
    assert answer[2].retries == 0
    assert answer[2].ca_bundle is None


@pytest.mark.parametrize("status", [200, 403, 404])
def test_what_asks_for_no_sign_in_is_no_web_api(answer: list[Any], status: int) -> None:
    answer += [status, Challenge("https://login.microsoftonline.com/t")]
    with pytest.raises(SourceFailed, match=f"is no Web API of .*it answered {status}") as refused:
        introduced(URL)
    assert refused.value.code == "no-web-api"


def test_own_authorities_are_trusted(answer: list[Any], tmp_path: Path) -> None:
    import certifi

    answer += [401, None]
    assert introduced(URL, certifi.where()).kind == "windows"
    assert answer[2].ca_bundle == Path(certifi.where())
