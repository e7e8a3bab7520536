"""Whatever leaves the process during a full run is on this list, and everything on it reads."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import msgspec
import pytest
import requests

from auditor.demo.healthy import healthy_on_premises
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from connectors.mail_servers.conversation import Conversation
from connectors.transport.guard.session import GuardedAdapter
from tests.end_to_end.conftest import call

GUID = "[0-9a-f-]{36}"
TABLES = (
    "activityparties|emails|emailserverprofiles|mailboxes|mailboxtrackingfolders|organizations|"
    "privileges|queues|roles|sdkmessageprocessingsteps|systemusers|teams|timezonedefinitions|"
    "tracelogs|usersettingscollection"
)
GETS = [
    # Dynamics 365: its tables, their metadata, and functions that change nothing.
    rf"(/Contoso)?/api/data/v\d\.\d/({TABLES})",
    rf"(/Contoso)?/api/data/v\d\.\d/({TABLES})/\$count",
    r"(/Contoso)?/api/data/",
    r"(/Contoso)?/api/data/v\d\.\d/EntityDefinitions(\(LogicalName='[a-z]+'\))?(/Attributes)?",
    r"(/Contoso)?/api/data/v\d\.\d/(WhoAmI\(\)|RetrieveVersion\(\)|RetrieveCurrentOrganization\(.*\))",
    rf"(/Contoso)?/api/data/v\d\.\d/(systemusers|teams|roles)\({GUID}\)/[A-Za-z_.]+(\(.*\))?",
    # Microsoft Graph.
    r"/v1\.0/(organization|users|servicePrincipals|applications)",
    rf"/v1\.0/servicePrincipals/{GUID}/appRoleAssignments",
    r"/v1\.0/identity/conditionalAccess/policies",
    r"/v1\.0/policies/identitySecurityDefaultsEnforcementPolicy",
    # Where to sign in, whose a domain is, and what an Exchange Server says to a stranger.
    r"/[A-Za-z0-9.-]+/v2\.0/\.well-known/openid-configuration",
    r"/EWS/Exchange\.asmx",
]
TOKEN = rf"/({GUID}|[a-z.]+)/oauth2/v2\.0/token"
BATCHED = (
    rf"/users/{GUID}/(mailboxSettings\?\$select=userPurpose"
    r"|mailFolders/inbox/messageRules\?\$select=isEnabled,hasError,actions)"
)
CMDLETS = {
    "Get-AcceptedDomain",
    "Get-CASMailbox",
    "Get-DataEncryptionPolicy",
    "Get-M365DataAtRestEncryptionPolicyAssignment",
    "Get-Mailbox",
    "Get-ManagementRoleAssignment",
    "Get-OrganizationConfig",
    "Get-Recipient",
    "Get-TransportConfig",
}
EWS = {"ConvertId", "GetFolder", "FindFolder"}
SAID_TO_MAIL_SERVERS = (
    r"CAPA|STLS|QUIT|a1 CAPABILITY|a2 STARTTLS|a3 LOGOUT|STARTTLS|EHLO \[[0-9A-Fa-f.:IPv]+\]"
)


class Watched:
    """Every request and every line to a mail server, as they leave."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.requests: list[tuple[str, str, bytes]] = []
        self.lines: list[str] = []
        send, say = GuardedAdapter.send, Conversation.send

        def sent(
            adapter: GuardedAdapter, request: requests.PreparedRequest, *more: Any, **settings: Any
        ) -> requests.Response:
            body = request.body or b""
            raw = body.encode() if isinstance(body, str) else bytes(body)
            self.requests.append((str(request.method), str(request.url), raw))
            return send(adapter, request, *more, **settings)

        def said(conversation: Conversation, line: str) -> None:
            self.lines.append(line)
            say(conversation, line)

        monkeypatch.setattr(GuardedAdapter, "send", sent)
        monkeypatch.setattr(Conversation, "send", said)


def is_read(method: str, url: str, body: bytes) -> bool:
    path = requests.utils.unquote(urlsplit(url).path)
    if method == "GET":
        return not body and any(re.fullmatch(each, path) for each in GETS)
    if method != "POST":
        return False
    if re.fullmatch(TOKEN, path):
        return b"grant_type=client_credentials" in body
    if path == "/v1.0/$batch":
        parts = msgspec.json.decode(body)["requests"]
        return all(part["method"] == "GET" and re.fullmatch(BATCHED, part["url"]) for part in parts)
    if path.startswith("/adminapi/"):
        return msgspec.json.decode(body)["CmdletInput"]["CmdletName"] in CMDLETS
    if path.casefold() == "/ews/exchange.asmx":
        (operation,) = ElementTree.fromstring(body)[-1]
        return operation.tag.rpartition("}")[2] in EWS
    return False


def test_every_request_of_a_full_run_of_the_demo_reads(
    contoso_tenant: SimulatedTenant, contoso_toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, before = Watched(monkeypatch), len(contoso_tenant.requests)
    run = call("run", "--config", contoso_toml, "--report", "json", "--fail-on", "never")
    assert run.code == 0
    assert {each["status"] for each in run.report["sources"]} == {"read"}
    assert [each for each in watched.requests if not is_read(*each)] == []
    # The server saw these and no others, and each entry of the list was needed.
    assert len(watched.requests) == len(contoso_tenant.requests) - before
    paths = {urlsplit(url).path for _, url, _ in watched.requests}
    assert any(path.startswith("/adminapi/") for path in paths)
    assert "/v1.0/$batch" in paths
    assert [each for each in watched.lines if not re.fullmatch(SAID_TO_MAIL_SERVERS, each)] == []
    assert {each.partition(" ")[0] for each in watched.lines} >= {"CAPA", "EHLO", "a1"}


def test_every_request_of_a_full_run_on_premises_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(monkeypatch)
    with SimulatedTenant(healthy_on_premises(40)) as tenant:
        (tmp_path / "auditor.toml").write_text(configuration_of(tenant), "utf-8")
        run = call("run", "--config", tmp_path / "auditor.toml", "--report", "json")
    assert run.code == 0, run.err
    assert [each for each in watched.requests if not is_read(*each)] == []
    assert watched.requests


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/data/v9.2/mailboxes", b"{}"),
        ("PATCH", "/api/data/v9.2/mailboxes(1)", b"{}"),
        ("GET", "/api/data/v9.2/contacts", b""),
        ("POST", "/v1.0/$batch", b'{"requests":[{"method":"PATCH","url":"/users/1"}]}'),
        ("POST", "/adminapi/beta/t/InvokeCommand", b'{"CmdletInput":{"CmdletName":"Set-Mailbox"}}'),
    ],
)
def test_the_list_knows_what_writes(method: str, path: str, body: bytes) -> None:
    assert not is_read(method, f"https://contoso.example{path}", body)
