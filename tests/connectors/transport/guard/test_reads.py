"""What may leave the process: known reads, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.transport.guard.reads import (
    EWS_OPERATIONS,
    EXCHANGE_ADMIN_CMDLETS,
    Guard,
    Purpose,
    WriteRefused,
    origin,
    place_of,
)

ADMIN = "https://outlook.office365.com/adminapi/v2.0/contoso.onmicrosoft.com/AcceptedDomain"
INVOKE = "https://outlook.office365.com/adminapi/beta/contoso.onmicrosoft.com/InvokeCommand"
BATCH = "https://graph.microsoft.com/v1.0/$batch"
EWS = "https://mail.contoso.com/EWS/Exchange.asmx"
TOKEN = "https://login.microsoftonline.com/contoso/oauth2/v2.0/token"
PURPOSES: tuple[Purpose, ...] = ("read", "token", "exchange-admin", "graph-batch", "ews")
METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "MERGE", "OPTIONS", "TRACE", "get", "")


@pytest.fixture
def guard() -> Guard:
    made = Guard()
    made.allow_authority("https://login.microsoftonline.com")
    return made


def cmdlet(name: str, **members: object) -> bytes:
    return json.dumps({"CmdletInput": {"CmdletName": name, **members}}).encode()


def batch(*parts: dict[str, object]) -> bytes:
    return json.dumps({"requests": parts}).encode()


def soap(operation: str, namespace: str = "messages") -> bytes:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m='
        f'"http://schemas.microsoft.com/exchange/services/2006/{namespace}">'
        f"<s:Header/><s:Body><m:{operation}/></s:Body></s:Envelope>"
    ).encode()


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_get_may_leave(guard: Guard, purpose: Purpose) -> None:
    url = "https://org.crm.dynamics.com/api/data/v9.2/mailboxes"
    assert guard.permit("GET", url, None, purpose) is None


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "path",
    ["/api/data/v9.2/mailboxes", "/api/data/v9.2/$batch", "/api/data/v9.2/WinQuote", "/"],
)
def test_every_other_method_to_dynamics_is_refused(
    guard: Guard, method: str, path: str, purpose: Purpose
) -> None:
    with pytest.raises(WriteRefused):
        guard.permit(method, "https://org.crm.dynamics.com" + path, b"{}", purpose)


@pytest.mark.parametrize("method", [method for method in METHODS if method != "POST"])
@pytest.mark.parametrize(
    ("url", "body", "purpose"),
    [
        (TOKEN, b"grant_type=x", "token"),
        (ADMIN, cmdlet("Get-AcceptedDomain"), "exchange-admin"),
        (BATCH, batch({"id": "1", "method": "GET", "url": "/users"}), "graph-batch"),
        (EWS, soap("GetFolder"), "ews"),
    ],
)
def test_reading_posts_are_posts_only(
    guard: Guard, method: str, url: str, body: bytes, purpose: Purpose
) -> None:
    assert guard.permit("POST", url, body, purpose) is None
    with pytest.raises(WriteRefused):
        guard.permit(method, url, body, purpose)


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize(
    ("url", "body", "own"),
    [
        (TOKEN, b"grant_type=x", "token"),
        (ADMIN, cmdlet("Get-AcceptedDomain"), "exchange-admin"),
        (BATCH, batch({"id": "1", "method": "GET", "url": "/users"}), "graph-batch"),
        (EWS, soap("GetFolder"), "ews"),
    ],
)
def test_a_reading_post_leaves_for_its_own_purpose_only(
    guard: Guard, url: str, body: bytes, own: Purpose, purpose: Purpose
) -> None:
    if purpose == own:
        assert guard.permit("POST", url, body, purpose) is None
    else:
        with pytest.raises(WriteRefused):
            guard.permit("POST", url, body, purpose)


@pytest.mark.parametrize(
    "header",
    ["X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override", "X_HTTP_METHOD_OVERRIDE"],
)
def test_a_header_cannot_change_the_method(guard: Guard, header: str) -> None:
    with pytest.raises(WriteRefused):
        guard.permit("GET", "https://host/", None, "read", {header: "DELETE"})


def test_a_get_has_no_body(guard: Guard) -> None:
    with pytest.raises(WriteRefused):
        guard.permit("GET", "https://host/", b"{}")


@pytest.mark.parametrize("url", ["http://host/", "http://127.0.0.1/", "ftp://host/", "//host", ""])
def test_only_https_leaves(guard: Guard, url: str) -> None:
    with pytest.raises(WriteRefused):
        guard.permit("GET", url)


@pytest.mark.parametrize(
    "url",
    [
        "https://login.evil.example/contoso/oauth2/v2.0/token",
        "https://login.microsoftonline.com:8443/contoso/oauth2/v2.0/token",
        "https://login.microsoftonline.com/contoso/oauth2/v2.0/token/../../users",
        "https://login.microsoftonline.com/contoso/users",
        "https://login.microsoftonline.com@evil.example/contoso/oauth2/v2.0/token",
    ],
)
def test_token_requests_go_to_token_endpoints_of_known_authorities(guard: Guard, url: str) -> None:
    with pytest.raises(WriteRefused):
        guard.permit("POST", url, b"grant_type=client_credentials", "token")


@pytest.mark.parametrize(
    "path",
    [
        "/contoso/oauth2/v2.0/token",
        "/contoso/oauth2/v2.0/devicecode",
        "/contoso/oauth2/token",
        "/adfs/oauth2/token",
    ],
)
def test_token_endpoints_are_known(guard: Guard, path: str) -> None:
    url = "https://login.microsoftonline.com" + path
    assert guard.permit("POST", url, b"grant_type=x", "token") is None


@pytest.mark.parametrize("name", sorted(EXCHANGE_ADMIN_CMDLETS))
def test_listed_cmdlets_only_get(guard: Guard, name: str) -> None:
    assert name.startswith("Get-")
    assert guard.permit("POST", INVOKE, cmdlet(name), "exchange-admin") is None


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (ADMIN, cmdlet("Set-AcceptedDomain")),
        (ADMIN, cmdlet("get-accepteddomain")),
        (ADMIN, cmdlet("Get-Mailbox")),
        (INVOKE, cmdlet("Get-Unheard")),
        (INVOKE, cmdlet("Remove-Mailbox")),
        (INVOKE, cmdlet("Get-Mailbox", Script="Remove-Mailbox x")),
        (INVOKE, b'{"CmdletInput":{"CmdletName":"Get-Mailbox","CmdletName":"Remove-Mailbox"}}'),
        (INVOKE, b'{"CmdletInput":{"CmdletName":"Remove-Mailbox","CmdletName":"Get-Mailbox"}}'),
        (INVOKE, b'{"CmdletInput":{"CmdletName":["Get-Mailbox"]}}'),
        (INVOKE, b'{"CmdletInput":"Get-Mailbox"}'),
        (INVOKE, b"[]"),
        (INVOKE, b"not JSON"),
        (INVOKE, b"[" * 100_000),
        (ADMIN.replace("adminapi", "adminapi/v1"), cmdlet("Get-AcceptedDomain")),
        (ADMIN + "/x", cmdlet("Get-AcceptedDomain")),
        (ADMIN.replace("AcceptedDomain", "%41cceptedDomain"), cmdlet("Get-AcceptedDomain")),
    ],
)
def test_other_exchange_calls_are_refused(guard: Guard, url: str, body: bytes) -> None:
    with pytest.raises(WriteRefused):
        guard.permit("POST", url, body, "exchange-admin")


def test_the_cmdlets_header_must_agree_with_the_body(guard: Guard) -> None:
    headers = {"X-CmdletName": "Get-Mailbox"}
    body = cmdlet("Get-Mailbox")
    assert guard.permit("POST", INVOKE, body, "exchange-admin", headers) is None
    with pytest.raises(WriteRefused):
        guard.permit("POST", INVOKE, body, "exchange-admin", {"X-CmdletName": "Set-Mailbox"})


@pytest.mark.parametrize(
    "part",
    [
        {"id": "1", "method": "POST", "url": "/users"},
        {"id": "1", "method": "get", "url": "/users"},
        {"id": "1", "url": "/users"},
        {"id": "1", "method": "GET", "url": "/users", "body": {}},
        {"id": "1", "method": "GET", "url": "//evil.example/users"},
        {"id": "1", "method": "GET", "url": "https://evil.example/users"},
        {"id": "1", "method": "GET", "url": "/u", "headers": {"X-HTTP-Method": "DELETE"}},
        {"id": "1", "method": "GET", "url": "/u", "headers": "X"},
    ],
)
def test_one_writing_part_refuses_a_batch(guard: Guard, part: dict[str, object]) -> None:
    good = {"id": "0", "method": "GET", "url": "/users"}
    assert guard.permit("POST", BATCH, batch(good, good), "graph-batch") is None
    with pytest.raises(WriteRefused):
        guard.permit("POST", BATCH, batch(good, part), "graph-batch")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"requests":[]}', b'{"requests":[1]}'])
def test_a_batch_without_readable_parts_is_refused(guard: Guard, body: bytes) -> None:
    with pytest.raises(WriteRefused):
        guard.permit("POST", BATCH, body, "graph-batch")


@pytest.mark.parametrize("operation", sorted(EWS_OPERATIONS))
def test_reading_operations_of_ews_may_leave(guard: Guard, operation: str) -> None:
    assert guard.permit("POST", EWS, soap(operation), "ews") is None


@pytest.mark.parametrize(
    "body",
    [
        soap("CreateItem"),
        soap("DeleteItem"),
        soap("SendItem"),
        soap("UpdateInboxRules"),
        soap("getfolder"),
        soap("GetFolder", "types"),
        soap("GetFolder").replace(b"<m:GetFolder/>", b"<m:GetFolder/><m:DeleteItem/>"),
        soap("GetFolder").replace(b"</s:Envelope>", b"<s:Body><m:SendItem/></s:Body></s:Envelope>"),
        soap("GetFolder").replace(b"<m:GetFolder/>", b""),
        b'<!DOCTYPE x [<!ENTITY e "x">]>' + soap("GetFolder"),
        soap("GetFolder").decode().encode("utf-16"),
        b"<GetFolder/>",
        b"no XML",
        b"",
    ],
)
def test_other_operations_of_ews_are_refused(guard: Guard, body: bytes) -> None:
    with pytest.raises(WriteRefused):
        guard.permit("POST", EWS, body, "ews")


@given(
    method=st.text(max_size=8).filter(lambda text: text != "GET"),
    path=st.text(alphabet="/abcAPIdata$.09_-%", max_size=40),
    body=st.none() | st.binary(max_size=40),
    purpose=st.sampled_from(PURPOSES),
)
def test_nothing_made_up_leaves(
    method: str, path: str, body: bytes | None, purpose: Purpose
) -> None:
    with pytest.raises(WriteRefused):
        Guard().permit(method, "https://host.example/" + path, body, purpose)


HIDDEN = {"id": "1", "method": "GET", "url": "/users"}


@pytest.mark.parametrize(
    "part",
    [
        {**HIDDEN, "Method": "DELETE"},
        {**HIDDEN, "dependsOn": ["0"]},
        {**HIDDEN, "atomicityGroup": "g"},
        {**HIDDEN, "url": "/../beta/users"},
        {**HIDDEN, "url": "/users/%2e%2e/x"},
        {**HIDDEN, "url": "/users\\x"},
        {**HIDDEN, "headers": {"X_HTTP_Method_Override": "DELETE"}},
    ],
)
def test_a_part_of_a_batch_holds_nothing_but_a_plain_get(
    guard: Guard, part: dict[str, object]
) -> None:
    assert guard.permit("POST", BATCH, batch(HIDDEN), "graph-batch") is None
    with pytest.raises(WriteRefused):
        guard.permit("POST", BATCH, batch(part), "graph-batch")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_a_body_is_read_as_the_server_reads_it(guard: Guard, encoding: str) -> None:
    for url, purpose, body in (
        (ADMIN, "exchange-admin", cmdlet("Get-AcceptedDomain")),
        (BATCH, "graph-batch", batch(HIDDEN)),
        (EWS, "ews", soap("GetFolder")),
    ):
        assert guard.permit("POST", url, body, purpose) is None  # type: ignore[arg-type]
        if encoding != "utf-8-sig" or purpose != "ews":
            with pytest.raises(WriteRefused):
                guard.permit("POST", url, body.decode().encode(encoding), purpose)  # type: ignore[arg-type]
        for headers in (
            {"Content-Type": "application/json; charset=utf-7"},
            {"Content-Encoding": "gzip"},
            {"X_HTTP_METHOD_OVERRIDE": "DELETE"},
        ):
            with pytest.raises(WriteRefused):
                guard.permit("POST", url, body, purpose, headers)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["unicode_escape", "utf-7", "latin-1", "cp037"])
def test_an_envelope_declares_no_encoding_but_utf_8(guard: Guard, encoding: str) -> None:
    declared = f"<?xml version='1.0' encoding='{encoding}'?>".encode()
    with pytest.raises(WriteRefused):
        guard.permit("POST", EWS, declared + soap("GetFolder"), "ews")
    utf_8 = b"<?xml version='1.0' encoding='utf-8'?>" + soap("GetFolder")
    assert guard.permit("POST", EWS, utf_8, "ews") is None


@pytest.mark.parametrize(
    "second",
    [
        "<s:Body><m:DeleteItem/></s:Body>",
        '<b:Body xmlns:b="http://www.w3.org/2003/05/soap-envelope"><m:DeleteItem/></b:Body>',
        "<Body><m:DeleteItem/></Body>",
        "<m:DeleteItem/>",
    ],
)
def test_an_envelope_has_one_body_and_nothing_beside_it(guard: Guard, second: str) -> None:
    whole = soap("GetFolder").decode()
    for changed in (
        whole.replace("</s:Body>", f"</s:Body>{second}"),
        whole.replace("<s:Header/>", f"<s:Header/>{second}"),
    ):
        with pytest.raises(WriteRefused):
            guard.permit("POST", EWS, changed.encode(), "ews")


@pytest.mark.parametrize(
    "path", ["/contoso/../oauth2/v2.0/token", "/./oauth2/token", "/contoso/oauth2/v2.0/../token"]
)
def test_the_path_of_an_authority_does_not_climb(guard: Guard, path: str) -> None:
    with pytest.raises(WriteRefused):
        guard.permit("POST", "https://login.microsoftonline.com" + path, b"x=1", "token")


def test_the_path_of_a_tenant_does_not_climb(guard: Guard) -> None:
    url = ADMIN.replace("contoso.onmicrosoft.com", "..")
    with pytest.raises(WriteRefused):
        guard.permit("POST", url, cmdlet("Get-AcceptedDomain"), "exchange-admin")


def test_the_origin_names_the_port() -> None:
    assert origin("https://Host.example/x") == "https://host.example:443"
    assert origin("https://host.example.:8443") == "https://host.example:8443"


@pytest.mark.parametrize(
    "address",
    [
        "https://user@host.example/",
        "https://user:word@host.example/",
        # Some readers end the host at the backslash, and some at what is behind the sign.
        "https://evil.example\\@host.example/",
        "https://evil.example\\.host.example/",
    ],
)
def test_an_address_whose_host_is_not_clear_has_no_origin(address: str) -> None:
    with pytest.raises(ValueError, match="not clear"):
        origin(address)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://me:secret@org.example/a?secret=1#x", "https://org.example/a"),
        ("https://[broken", "an address that cannot be read"),
        ("https://org.example/a\x07b", "https://org.example/a?b"),
        ("https://org.example/" + "a" * 300, "https://org.example/" + "a" * 180),
    ],
)
def test_an_address_is_shown_without_secrets_and_in_part(url: str, place: str) -> None:
    assert place_of(url) == place
