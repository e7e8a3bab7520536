"""Tokens of Microsoft Entra for a person who signs in in the browser of this computer.

Page: "Microsoft identity platform and OAuth 2.0 authorization code flow"; the browser comes back to
a port of loopback.
"""

from typing import Any

from connectors.entra import Token, asked, person_token
from connectors.http import Transport
from connectors.tokens import AuthSettings, Prompt

_MOST_S = 300


def interactive_token(
    settings: AuthSettings, resource: str, transport: Transport, prompt: Prompt, fresh: bool
) -> Token:
    """A token for the person at the browser, asked once a run. Raises `SourceFailed`."""

    def ask(client: Any, scopes: list[str], place: str) -> dict[str, Any]:
        remaining_s = transport.policy.remaining_s()
        most_s = _MOST_S if remaining_s is None else max(1, min(_MOST_S, int(remaining_s)))
        prompt(f"To sign in, use the browser that opens now, within {most_s} seconds")
        result = asked(
            place,
            lambda: client.acquire_token_interactive(
                scopes, prompt="select_account", timeout=most_s, login_hint=settings.username
            ),
        )
        return result or {
            "error": "expired_token",
            "error_description": (
                "Nobody signed in in the browser in time. Register http://localhost as a redirect "
                "address of the app (mobile and desktop), or use device-code where no browser is."
            ),
        }

    return person_token(settings, resource, transport, fresh, ask)
