"""Tokens of Microsoft Entra for a person who enters a code in a browser anywhere.

Page: "Microsoft identity platform and the OAuth 2.0 device authorization grant flow".
"""

from typing import Any

from connectors.sign_in.bearer import Token
from connectors.sign_in.entra import PERSON_SHARE, asked, person_token
from connectors.sign_in.settings import AuthSettings, Prompt
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport


def device_token(
    settings: AuthSettings,
    resource: str,
    transport: Transport,
    prompt: Prompt,
    fresh: bool,
) -> Token:
    """A token for a person, who is told by `prompt` where to enter a code. One prompt a run.

    Raises `SourceFailed`, with code `deadline` where the person takes too long for the run: more
    than their share of its time.
    """
    return person_token(
        settings,
        resource,
        transport,
        fresh,
        lambda client, scopes, place: _asked_person(client, scopes, place, transport, prompt),
    )


def _asked_person(
    client: Any, scopes: list[str], place: str, transport: Transport, prompt: Prompt
) -> dict[str, Any]:
    policy = transport.policy
    flow = asked(place, lambda: client.initiate_device_flow(scopes))
    code, page = flow.get("user_code"), flow.get("verification_uri")
    if not isinstance(code, str) or not isinstance(page, str) or "device_code" not in flow:
        return flow
    transport.redaction.learn(str(flow["device_code"]))
    shown = transport.redaction.line
    prompt(f"To sign in, open {shown(page)} and enter the code {shown(code, 40)}")
    until = policy.clock() + float(flow["expires_in"])
    remaining_s = policy.remaining_s()
    most = None if remaining_s is None else policy.clock() + PERSON_SHARE * remaining_s
    while True:
        pause_s = max(1.0, float(flow["interval"]))
        now = policy.clock()
        if most is not None and now + pause_s > most:
            raise SourceFailed(
                f"{place}: nobody signed in before the run's time limit",
                "Give the run more time with `--timeout`.",
                "deadline",
                url=place,
            )
        if now > until:
            return {"error": "expired_token", "error_description": "Nobody entered the code."}
        policy.sleep(pause_s)
        result = asked(
            place,
            lambda: client.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True),
        )
        if result.get("error") not in ("authorization_pending", "slow_down"):
            return result
