"""What an answer of Exchange tells without signing in, and what a refusal of it means."""

from datetime import UTC, datetime

import pytest

from connectors.exchange_server.answers import build_in, build_told, judge, schemes_of
from connectors.transport.answers import Answer
from connectors.transport.redaction import Redaction

PLACE = "https://mail.contoso.example/EWS/Exchange.asmx"


def answer(status: int = 401, body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, body, PLACE, datetime.now(UTC), 1)


@pytest.mark.parametrize(
    ("header", "schemes"),
    [
        ("", ()),
        ("Negotiate, NTLM", ("negotiate", "ntlm")),
        ('Basic realm="mail, and more", NTLM', ("basic", "ntlm")),
        (
            'Bearer client_id="00000002", trusted_issuers="00000001@*",'
            ' token_types="app_asserted_user_v1 service_asserted_app_v1",'
            ' authorization_uri="https://login.windows.net/common/oauth2/authorize", Negotiate',
            ("bearer", "negotiate"),
        ),
        ("NTLM TlRMTVNTUAACAAAA", ("ntlm",)),
        ('Digest qop="auth",algorithm=MD5-sess,nonce="+Upgraded+v1"', ("digest",)),
        ("Basic,Basic", ("basic",)),
        ('Basic realm="a \\" NTLM, NTLM"', ("basic",)),
        ("<script>, !!!", ()),
        ('Bearer error="invalid_token"', ()),
        ('Bearer realm="error=", client_id="x"', ("bearer",)),
        ('Bearer client_id="x", error="invalid_token",Basic Realm=""', ("basic", "bearer")),
    ],
)
def test_offered_schemes_are_told_apart_from_their_parameters(
    header: str, schemes: tuple[str, ...]
) -> None:
    assert schemes_of(answer(www_authenticate=header)) == schemes


@pytest.mark.parametrize(
    ("header", "build"),
    [("15.2.986.14", "15.2.986.14"), ("15.01.1779.002", "15.01.1779.002"), ("V2017_07_11", None)],
)
def test_a_build_in_the_headers_must_look_like_one(header: str, build: str | None) -> None:
    assert build_told(answer(x_owa_version=header)) == build
    assert build_told(answer()) is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (answer(403, x_ews_policy_reason="EWS is disabled"), "ews-refused-by-policy"),
        (answer(403, x_ews_policy_reason=""), "ews-refused-by-policy"),
        (answer(403), "forbidden"),
        (answer(401), "unauthorized"),
        (answer(302, location="https://mail.contoso.example/owa?token=geheim"), "redirected"),
        (answer(404), "not-found"),
        (answer(500, b"<html>"), "server-error"),
    ],
)
def test_each_refusal_has_its_own_code(given: Answer, code: str) -> None:
    failure = judge(given, PLACE, Redaction())
    assert failure is not None
    assert failure.code == code
    assert failure.remedy
    assert "geheim" not in failure.reason


@pytest.mark.parametrize("given", [answer(200), answer(500, b"<s:Envelope/>")])
def test_an_answer_of_soap_is_no_refusal(given: Answer) -> None:
    assert judge(given, PLACE, Redaction()) is None


INFO = (
    b'<h:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" '
    b'MinorBuildNumber="4" Version="V2017_07_11" xmlns:h="x"/>'
)


@pytest.mark.parametrize(
    ("body", "build"),
    [
        (b"<Envelope>" + INFO + b"</Envelope>", "15.2.1544.4"),
        (INFO.replace(b"h:S", b"S"), "15.2.1544.4"),
        (INFO.replace(b'MinorBuildNumber="4"', b""), None),
        (INFO.replace(b'MajorVersion="15"', b'MajorVersion="x"'), None),
        (INFO.replace(b"ServerVersionInfo", b"Other"), None),
        (b"", None),
    ],
)
def test_a_build_in_the_body_has_all_four_numbers(body: bytes, build: str | None) -> None:
    assert build_in(answer(200, body)) == build
    assert build_in(answer(500, body)) == build


@pytest.mark.parametrize("status", [300, 302, 399, 401, 403, 407])
def test_a_refused_answer_or_one_that_leads_elsewhere_tells_no_build(status: int) -> None:
    assert build_in(answer(status, INFO)) is None


@pytest.mark.parametrize("status", [299, 400, 404])
def test_any_other_answer_may_tell_its_build(status: int) -> None:
    assert build_in(answer(status, INFO)) == "15.2.1544.4"
