"""The token authority: OAuth 2.0 as MSAL speaks it with Microsoft Entra.

Source: Microsoft identity platform, pages on the client credentials, device code and authorization
code flows.
"""

import datetime as dt
import secrets
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography import x509
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import BaseRoute, Route

from auditor.demo.oauth_error import OAuthError, no_tenant, refusal
from auditor.demo.rows import stable_id
from auditor.demo.sign_in_page import ACCOUNT, SignInPage, nothing_to_enter, refused
from auditor.demo.state import TOKEN_LIFETIME_S, TenantState

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_DEVICE_PAGE = "/device"
_SCOPES_OF_ANY = {"openid", "profile", "offline_access", "email"}


def routes(state: TenantState) -> list[BaseRoute]:
    """Give the routes of the authority."""
    authority = Authority(state)
    return [
        Route("/{tenant}/v2.0/.well-known/openid-configuration", authority.describe),
        Route("/{tenant}/oauth2/v2.0/authorize", authority.ask_person),
        Route("/{tenant}/oauth2/v2.0/devicecode", authority.start_device_code, methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/token", authority.issue, methods=["POST"]),
        Route(_DEVICE_PAGE, nothing_to_enter),
    ]


class Authority:
    """Answers discovery, sign-in, device code and token requests of one tenant."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._device_codes: dict[str, tuple[str, int]] = {}
        self._refresh_tokens: dict[str, str] = {}
        self._page = SignInPage()

    async def describe(self, request: Request) -> JSONResponse:
        """Give the addresses of the authority."""
        tenant = request.path_params["tenant"]
        if not self._knows(tenant):
            return refusal(no_tenant(tenant))
        base = f"{self._state.base_url}/{tenant}"
        return JSONResponse(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "issuer": self._issuer,
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "tenant_region_scope": "EU",
            }
        )

    async def ask_person(self, request: Request) -> HTMLResponse:
        """Give the page where a person signs in at a browser."""
        query = dict(request.query_params)
        try:
            self._check_tenant_and_client(request.path_params["tenant"], query)
            return self._page.show(query, _audience(query.get("scope", "")))
        except OAuthError as error:
            return refused(error)

    async def start_device_code(self, request: Request) -> JSONResponse:
        """Give a code that a person would type; the first poll finds it still pending."""
        form = await _form(request)
        try:
            self._check_tenant_and_client(request.path_params["tenant"], form)
            audience = _audience(form.get("scope", ""))
        except OAuthError as error:
            return refusal(error)
        code = secrets.token_urlsafe(24)
        self._device_codes[code] = (audience, 1)
        address = f"{self._state.base_url}{_DEVICE_PAGE}"
        return JSONResponse(
            {
                "user_code": secrets.token_hex(4).upper(),
                "device_code": code,
                "verification_uri": address,
                "expires_in": 900,
                "interval": 1,
                "message": f"To sign in, open {address} and enter the code.",
            }
        )

    async def issue(self, request: Request) -> JSONResponse:
        """Give a token, or the refusal that Entra would give."""
        form = await _form(request)
        try:
            self._check_tenant_and_client(request.path_params["tenant"], form)
            grant = form.get("grant_type")
            if grant == "client_credentials":
                self._check_client_credential(form)
                return self._token(_audience(form.get("scope", "")), for_person=False)
            if grant == _DEVICE_CODE:
                return self._token(self._redeem(form.get("device_code", "")), for_person=True)
            if grant == "authorization_code":
                asked = self._page.redeem(form)
                return self._token(asked.audience, for_person=True, nonce=asked.nonce)
            if grant == "refresh_token":
                audience = self._refresh_tokens.get(form.get("refresh_token", ""))
                if audience is None:
                    raise OAuthError(400, "invalid_grant", 70000, "The refresh token is unknown.")
                return self._token(audience, for_person=True)
            raise OAuthError(400, "unsupported_grant_type", 70003, f"No grant '{grant}' here.")
        except OAuthError as error:
            return refusal(error)

    def _token(self, audience: str, *, for_person: bool, nonce: str = "") -> JSONResponse:
        state, faults = self._state, self._state.faults
        lifetime_s = TOKEN_LIFETIME_S
        if faults.expired_tokens > 0:
            faults.expired_tokens -= 1
            lifetime_s = 0
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFETIME_S,
            "ext_expires_in": TOKEN_LIFETIME_S,
            "access_token": state.tokens.issue(audience, state.client_id, lifetime_s=lifetime_s),
        }
        if for_person:
            refresh = secrets.token_urlsafe(32)
            self._refresh_tokens[refresh] = audience
            answer["refresh_token"] = refresh
            answer["scope"] = f"{audience}/user_impersonation"
            answer["id_token"] = self._identity(nonce)
        return JSONResponse(answer)

    def _identity(self, nonce: str) -> str:
        now = int(dt.datetime.now(dt.UTC).timestamp())
        claims = {
            "iss": self._issuer,
            "aud": self._state.client_id,
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_LIFETIME_S,
            "sub": stable_id("person", "auditor"),
            "oid": stable_id("person", "auditor"),
            "tid": self._state.tenant_id,
            "preferred_username": ACCOUNT,
            "name": "Auditor",
            "ver": "2.0",
        }
        if nonce:
            claims["nonce"] = nonce
        return jwt.encode(claims, secrets.token_bytes(32), algorithm="HS256")

    def _redeem(self, code: str) -> str:
        if code not in self._device_codes:
            raise OAuthError(400, "bad_verification_code", 70019, "The device code is unknown.")
        audience, polls_left = self._device_codes[code]
        if polls_left:
            self._device_codes[code] = (audience, polls_left - 1)
            raise OAuthError(400, "authorization_pending", 70016, "The code was not entered yet.")
        del self._device_codes[code]
        return audience

    def _check_tenant_and_client(self, tenant: str, form: dict[str, str]) -> None:
        if not self._knows(tenant):
            raise no_tenant(tenant)
        client_id = form.get("client_id") or _subject(form.get("client_assertion", ""))
        if client_id != self._state.client_id:
            raise OAuthError(
                400,
                "unauthorized_client",
                700016,
                f"Application with identifier '{client_id}' was not found in the directory.",
            )

    def _check_client_credential(self, form: dict[str, str]) -> None:
        if form.get("client_assertion_type") == _ASSERTION:
            self._check_assertion(form.get("client_assertion", ""))
            return
        given = form.get("client_secret", "")
        if not secrets.compare_digest(given.encode(), self._state.client_secret.encode()):
            raise OAuthError(
                401,
                "invalid_client",
                7000215,
                "Invalid client secret provided. Ensure the secret being sent in the request is "
                "the client secret value, not the client secret ID, for a secret added to app "
                f"'{self._state.client_id}'.",
            )

    def _check_assertion(self, assertion: str) -> None:
        pem = self._state.client_certificate().read_bytes()
        key: Any = x509.load_pem_x509_certificate(pem).public_key()
        try:
            jwt.decode(
                assertion,
                key,
                algorithms=["RS256", "PS256"],
                audience=f"{self._state.base_url}/{self._state.tenant_id}/oauth2/v2.0/token",
                issuer=self._state.client_id,
                subject=self._state.client_id,
                options={"require": ["exp", "iss", "sub", "aud"]},
            )
        except jwt.InvalidTokenError as error:
            raise OAuthError(
                401,
                "invalid_client",
                700027,
                f"The certificate with which the client assertion is signed is not known: {error}.",
            ) from None

    def _knows(self, tenant: str) -> bool:
        zone = self._state.organisation.zone
        return bool(self._state.tenant_id) and tenant in (
            self._state.tenant_id,
            "contoso.onmicrosoft.com",
            "organizations",
            *(zone.exchangers if zone is not None else ()),
        )

    @property
    def _issuer(self) -> str:
        return f"{self._state.base_url}/{self._state.tenant_id}/v2.0"


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(body).items()}


def _subject(assertion: str) -> str | None:
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return None
    subject = claims.get("sub")
    return subject if isinstance(subject, str) else None


def _audience(scopes: str) -> str:
    wanted = [scope for scope in scopes.split() if scope not in _SCOPES_OF_ANY]
    if len(wanted) != 1 or not wanted[0].startswith("https://"):
        raise OAuthError(
            400, "invalid_scope", 1002012, f"The provided value for scope {scopes} is not valid."
        )
    return wanted[0].rsplit("/", 1)[0].rstrip("/")
