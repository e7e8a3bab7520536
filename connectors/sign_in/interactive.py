"""Tokens of Microsoft Entra for a person who signs in in the browser of this computer.

Page: "Microsoft identity platform and OAuth 2.0 authorization code flow"; the browser comes back to
a port of loopback.
"""

from typing import Any

import msal

from connectors.sign_in.bearer import Token
from connectors.sign_in.entra import PERSON_SHARE, asked, person_token
from connectors.sign_in.settings import AuthSettings, Prompt
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport

_MOST_S = 300
_LONGEST_ADDRESS = 4000


def interactive_token(
    settings: AuthSettings, resource: str, transport: Transport, prompt: Prompt, fresh: bool
) -> Token:
    """A token for the person at the browser, asked once a run. Raises `SourceFailed`."""

    def show(address: str) -> None:
        # No secret: what the browser brings back is worth nothing without what this process keeps.
        shown = transport.redaction.line(address, _LONGEST_ADDRESS)
        prompt(f"No browser opens here; on this computer, open {shown}")

    def ask(client: Any, scopes: list[str], place: str) -> dict[str, Any]:
        remaining_s = transport.policy.remaining_s()
        most_s = (
            _MOST_S
            if remaining_s is None
            else max(1, min(_MOST_S, int(PERSON_SHARE * remaining_s)))
        )
        prompt(f"To sign in, use the browser that opens now, within {most_s} seconds")

        def signed_in() -> Any:
            try:
                return client.acquire_token_interactive(
                    scopes,
                    prompt="select_account",
                    timeout=most_s,
                    login_hint=settings.username,
                    auth_uri_callback=show,
                )
            except msal.BrowserInteractionTimeoutError:
                raise _nobody(place, most_s) from None

        return asked(place, signed_in)

    return person_token(settings, resource, transport, fresh, ask)


def _nobody(place: str, waited_s: int) -> SourceFailed:
    if waited_s < _MOST_S:
        return SourceFailed(
            f"{place}: nobody signed in before the run's time limit",
            "Give the run more time with `--timeout`.",
            "deadline",
            url=place,
        )
    return SourceFailed(
        f"{place}: nobody signed in in the browser within {waited_s} seconds",
        "Register http://localhost as a redirect address of the app (mobile and desktop), or use "
        "`device-code` where no browser is.",
        "unauthorized",
        url=place,
    )
