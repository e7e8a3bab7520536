"""The token authority accepts what MSAL sends, and refuses as Entra does."""

import re
from urllib.parse import parse_qsl

import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from auditor.demo.server import SimulatedTenant
from tests.auditor.demo.conftest import session_of, token_for


def who_am_i(tenant: SimulatedTenant, token: str) -> requests.Response:
    with session_of(tenant) as session:
        return session.get(
            f"{tenant.url}/api/data/v9.2/WhoAmI",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )


def test_a_client_secret_gives_a_token_that_the_organisation_accepts(tenant, session) -> None:
    answer = token_for(tenant, session)
    assert who_am_i(tenant, answer["access_token"]).status_code == 200


def test_a_wrong_secret_is_refused_as_entra_does(tenant, session) -> None:
    answer = token_for(tenant, session, credential="wrong")
    assert answer["error"] == "invalid_client"
    assert answer["error_codes"] == [7000215]
    assert answer["error_description"].startswith("AADSTS7000215: Invalid client secret")
    assert tenant.client_secret not in answer["error_description"]


def test_a_certificate_signs_in_and_another_one_does_not(tenant, session, tmp_path) -> None:
    pem = tenant.client_certificate.read_text()
    thumbprint = x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()
    credential = {"private_key": pem, "thumbprint": thumbprint}
    assert "access_token" in token_for(tenant, session, credential=credential)

    with SimulatedTenant(tenant.state.organisation) as other:
        foreign = {"private_key": other.client_certificate.read_text(), "thumbprint": thumbprint}
        answer = token_for(tenant, session, credential=foreign)
    assert answer["error_codes"] == [700027]


def test_the_device_code_flow_ends_with_a_token(tenant, session) -> None:
    application = person(tenant, session)
    flow = application.initiate_device_flow([f"{tenant.url}/.default"])
    assert flow["verification_uri"].startswith(tenant.authority_url)
    page = session.get(flow["verification_uri"], timeout=60)
    assert (page.status_code, "nothing to enter" in page.text) == (200, True)
    answer = application.acquire_token_by_device_flow(flow)
    assert who_am_i(tenant, answer["access_token"]).status_code == 200


def person(tenant, session) -> msal.PublicClientApplication:
    return msal.PublicClientApplication(
        tenant.client_id,
        authority=f"{tenant.authority_url}/{tenant.tenant_id}",
        instance_discovery=False,
        http_client=session,
    )


def asked(tenant, session, **changed: str) -> tuple[dict[str, str], requests.Response]:
    """What a person's application remembers of its request, and the page that answers it."""
    flow = person(tenant, session).initiate_auth_code_flow(
        [f"{tenant.url}/.default"], redirect_uri="http://localhost:4711", response_mode="form_post"
    )
    page, _, query = flow["auth_uri"].partition("?")
    parameters = dict(parse_qsl(query)) | changed
    return flow, session.get(page, params=parameters, timeout=60)


def fields(page: requests.Response) -> dict[str, str]:
    """The hidden fields of the first button."""
    form = page.text.partition("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_the_page_gives_a_code_that_is_good_once_and_for_who_asked(tenant, session) -> None:
    flow, page = asked(tenant, session)
    other, _ = asked(tenant, session)
    brought = fields(page)
    answer = person(tenant, session).acquire_token_by_auth_code_flow(flow, brought)
    assert who_am_i(tenant, answer["access_token"]).status_code == 200
    again = person(tenant, session).acquire_token_by_auth_code_flow(flow, brought)
    assert again["error_codes"] == [54005]

    stolen = fields(asked(tenant, session)[1]) | {"state": other["state"]}
    answer = person(tenant, session).acquire_token_by_auth_code_flow(other, stolen)
    assert answer["error_codes"] == [501481]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"redirect_uri": "https://elsewhere.example/"}, "AADSTS50011"),
        ({"redirect_uri": "http://localhost.elsewhere.example/"}, "AADSTS50011"),
        ({"client_id": "<b>nobody</b>"}, "AADSTS700016"),
        ({"response_mode": "query"}, "AADSTS70005"),
        ({"scope": "openid"}, "AADSTS1002012"),
    ],
)
def test_an_improper_request_ends_at_the_page(tenant, session, changed, code) -> None:
    _, page = asked(tenant, session, **changed)
    assert page.status_code == 400
    assert f"<p>{code}: " in page.text
    assert "<form" not in page.text
    assert "<b>" not in page.text


def test_an_unknown_tenant_is_refused(tenant, session) -> None:
    address = f"{tenant.authority_url}/fabrikam.example/v2.0/.well-known/openid-configuration"
    answer = session.get(address, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["error_codes"] == [90002]


def test_a_token_for_another_resource_is_refused_with_the_challenge(tenant) -> None:
    token = tenant.state.tokens.issue("https://graph.microsoft.com", "test")
    answer = who_am_i(tenant, token)
    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer authorization_uri=")
    assert f"/{tenant.tenant_id}/oauth2/authorize" in challenge
    assert f"resource_id={tenant.url}/" in challenge


def test_tokens_expire_when_told(tenant, session) -> None:
    token = token_for(tenant, session)["access_token"]
    tenant.expire_tokens()
    assert who_am_i(tenant, token).status_code == 401


@pytest.mark.parametrize("refused", [1, 2])
def test_expired_tokens_are_issued_as_often_as_asked(tenant, session, refused: int) -> None:
    tenant.faults.expired_tokens = refused
    statuses = [
        who_am_i(tenant, token_for(tenant, session)["access_token"]).status_code for _ in range(3)
    ]
    assert statuses == [401] * refused + [200] * (3 - refused)
