"""Nobody but the configured AD FS is asked for a token, and for nothing but the resource."""

import pytest

from connectors.sign_in import adfs
from connectors.sign_in.authority import Challenge
from connectors.sign_in.settings import AuthSettings
from connectors.transport.errors import SourceFailed

RESOURCE = "https://crm.contoso.com"
OWN = "https://sts.contoso.com/adfs"


def audience(monkeypatch: pytest.MonkeyPatch, challenge: Challenge | None) -> str:
    monkeypatch.setattr(adfs, "ask_challenge", lambda transport, resource: (401, challenge))
    return adfs._audience(None, RESOURCE, OWN)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("challenge", "expected"),
    [
        (None, f"{RESOURCE}/"),
        (Challenge("https://sts.contoso.com/adfs/oauth2/authorize", None), f"{RESOURCE}/"),
        (Challenge("https://STS.contoso.com:443/adfs", f"{RESOURCE}/"), f"{RESOURCE}/"),
    ],
)
def test_the_audience_is_what_the_server_names_or_its_address(
    monkeypatch: pytest.MonkeyPatch, challenge: Challenge | None, expected: str
) -> None:
    assert audience(monkeypatch, challenge) == expected


@pytest.mark.parametrize(
    "authority",
    [
        "https://login.microsoftonline.com/contoso",
        "https://sts.contoso.com:444/adfs",
        "https://sts.contoso.com.evil.example/adfs",
        "https://[not an address",
    ],
)
def test_a_server_that_names_another_authority_gets_nothing(
    monkeypatch: pytest.MonkeyPatch, authority: str
) -> None:
    with pytest.raises(SourceFailed) as caught:
        audience(monkeypatch, Challenge(authority, None))
    assert caught.value.code == "foreign-authority"


def test_a_server_that_asks_for_a_token_of_another_resource_gets_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SourceFailed):
        audience(monkeypatch, Challenge(OWN, "https://graph.microsoft.com"))


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ("https://sts.contoso.com", OWN),
        (f"{OWN}/", OWN),
        ("https://sts.contoso.com/ADFS", "https://sts.contoso.com/ADFS"),
    ],
)
def test_the_path_of_the_authority_may_be_left_out(authority: str, expected: str) -> None:
    assert adfs._authority(AuthSettings(method="adfs", authority=authority)) == expected


def test_a_path_of_something_else_is_refused() -> None:
    with pytest.raises(SourceFailed, match="its path is"):
        adfs._authority(AuthSettings(method="adfs", authority="https://sts.contoso.com/owa"))
