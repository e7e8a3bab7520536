"""The page of the token authority where a person signs in: OAuth 2.0 authorization code with PKCE.

Source: Microsoft identity platform, page on the authorization code flow.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from html import escape

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse

from auditor.demo.oauth_error import OAuthError

ACCOUNT = "auditor@contoso.example"
_DECLINED = OAuthError(400, "access_denied", 65004, "User declined to consent to access the app.")
# An app that is registered with http://localhost may come back to any port of it.
_LOOPBACK = re.compile(r"http://localhost(:\d+)?/?")
_WAY = {"response_type": "code", "response_mode": "form_post", "code_challenge_method": "S256"}
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in to the simulated tenant</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root {{ color-scheme: light dark; }} body {{ font: 1rem/1.5 system-ui; }}</style>
</head><body>{body}</body></html>
"""


class Asked(msgspec.Struct, frozen=True):
    """What an application asked for when it sent the person here."""

    audience: str
    redirect_uri: str
    challenge: str
    nonce: str


class SignInPage:
    """Lets a person pick the account or decline, and remembers what each code stands for."""

    def __init__(self) -> None:
        self._asked: dict[str, Asked] = {}

    def show(self, query: Mapping[str, str], audience: str) -> HTMLResponse:
        """Give the page. Raises OAuthError where the application did not ask properly."""
        place = query.get("redirect_uri", "")
        if not _LOOPBACK.fullmatch(place):
            raise OAuthError(
                400,
                "invalid_request",
                50011,
                f"The redirect URI '{place}' specified in the request does not match the redirect "
                "URIs configured for the application.",
            )
        if any(query.get(name) != value for name, value in _WAY.items()):
            way = ", ".join(f"{name}={value}" for name, value in _WAY.items())
            raise OAuthError(400, "unsupported_response_type", 70005, f"Here is {way} alone.")
        code = secrets.token_urlsafe(32)
        self._asked[code] = Asked(
            audience, place, query.get("code_challenge", ""), query.get("nonce", "")
        )
        state = query.get("state", "")
        told = {"error": _DECLINED.error, "error_description": _DECLINED.description}
        pick = _form(place, ACCOUNT, {"code": code, "state": state})
        cancel = _form(place, "Cancel", {**told, "state": state})
        return HTMLResponse(_PAGE.format(body=f"<h1>Pick an account</h1>{pick}{cancel}"))

    def redeem(self, form: Mapping[str, str]) -> Asked:
        """Give what a code was asked for, once. Raises OAuthError."""
        asked = self._asked.pop(form.get("code", ""), None)
        if asked is None:
            raise OAuthError(400, "invalid_grant", 54005, "The code was already redeemed.")
        if form.get("redirect_uri") != asked.redirect_uri:
            raise OAuthError(400, "invalid_grant", 500112, "The reply address does not match.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked.challenge:
            raise OAuthError(
                400,
                "invalid_grant",
                501481,
                "The Code_Verifier does not match the code_challenge supplied in the request.",
            )
        return asked


def refused(error: OAuthError) -> HTMLResponse:
    """The page that tells a person what is wrong with the application's request."""
    body = f"<h1>You cannot be signed in</h1><p>{escape(error.description)}</p>"
    return HTMLResponse(_PAGE.format(body=body), error.status)


async def nothing_to_enter(request: Request) -> HTMLResponse:
    """The page that a device code prompt names: here nobody has to enter one."""
    told = "The simulated tenant signs in whoever was given a code. There is nothing to enter."
    return HTMLResponse(_PAGE.format(body=f"<h1>Enter code</h1><p>{told}</p>"))


def _form(place: str, button: str, fields: Mapping[str, str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    return f'<form method="post" action="{escape(place)}">{hidden}<button>{button}</button></form>'
