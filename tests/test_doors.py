"""The transport alone opens sessions and sockets; the decision names each exception."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DECISION = ROOT / "docs" / "decisions" / "guard-below-every-library.md"
BEHIND_THE_GUARD = ("connectors/transport/", "auditor/demo/")
"""The transport itself, and the simulated tenant, which is a server."""
OPENERS = {
    *("aiohttp", "apprise", "asyncio", "asyncore", "dns", "exchangelib", "ftplib", "http.client"),
    *("http.server", "httpx", "imaplib", "ldap", "ldap3", "msal", "multiprocessing", "nntplib"),
    *("paramiko", "poplib", "pycurl", "selectors", "smtplib", "socket", "socketserver", "spnego"),
    *("sqlalchemy.create_engine", "telnetlib", "urllib.request", "urllib3", "websockets"),
    *("webbrowser", "wsgiref", "xmlrpc", "_socket", "subprocess", "sqlalchemy.engine.create"),
}
"""Modules with which a connection, a listener or another program can be opened."""
OF_REQUESTS = {"Session", "session", "request", "api", "sessions", "adapters"} | {
    *("get", "options", "head", "post", "put", "patch", "delete"),
}
"""What of `requests` opens one; the rest are its types."""
DOORS = {
    "auditor/catalogue/docs.py": {"subprocess"},
    "auditor/catalogue/help_text.py": {"subprocess"},
    "auditor/cli/audits/elsewhere/audit_process.py": {"subprocess"},
    "auditor/cli/audits/demonstration.py": {"subprocess"},
    "auditor/history/database.py": {"sqlalchemy.create_engine"},
    "auditor/notifications/sending.py": {"apprise"},
    "connectors/dns/names.py": {"dns", "socket"},
    "connectors/exchange_server/ews.py": {"exchangelib"},
    "connectors/exchange_server/folders.py": {"exchangelib"},
    "connectors/mail_servers/conversation.py": {"socket"},
    "connectors/mail_servers/probe.py": {"socket"},
    "connectors/odata/decoder_process.py": {"subprocess"},
    "connectors/sign_in/adfs.py": {"msal"},
    "connectors/sign_in/entra.py": {"msal"},
    "connectors/sign_in/interactive.py": {"msal"},
    "connectors/sign_in/managed_identity.py": {"msal", "requests.Session"},
    "connectors/sign_in/negotiate.py": {"spnego"},
    "connectors/sign_in/workload_identity.py": {"msal"},
}
"""What opens one beside the transport, or is handed what the transport opened."""


def opened_in(source: str) -> set[str]:
    """The openers that a module imports or names, wherever it does so."""
    return {
        opener
        for name in _named(ast.parse(source))
        for opener in OPENERS | {f"requests.{each}" for each in OF_REQUESTS}
        if name == opener or name.startswith(f"{opener}.")
    }


def _named(tree: ast.Module) -> Iterator[str]:
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                aliases[each.asname or each.name.partition(".")[0]] = each.name
                yield each.name
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                yield f"{node.module}.{each.name}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            whole = aliases.get(node.value.id, "")
            if whole in ("requests", "sqlalchemy", "urllib", "http"):
                yield f"{whole}.{node.attr}"


def test_no_module_but_the_listed_ones_opens_anything() -> None:
    found = {}
    for package in ("rules", "connectors", "auditor"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(BEHIND_THE_GUARD) and (
                opened := opened_in(path.read_text("utf-8"))
            ):
                found[name] = opened
    assert found == DOORS


@pytest.mark.parametrize("module", DOORS)
def test_the_decision_says_why_it_may(module: str) -> None:
    assert f"`{module}`" in DECISION.read_text("utf-8")


@pytest.mark.parametrize(
    ("source", "opener"),
    [
        ("import socket", "socket"),
        ("def f():\n    from socket import create_connection", "socket"),
        ("import requests as r\nr.get('https://a.example')", "requests.get"),
        ("from requests import Session", "requests.Session"),
        ("import urllib.request", "urllib.request"),
        ("import http.client as c", "http.client"),
        ("import importlib\nimportlib.import_module('smtplib')", "smtplib"),
        ("import sqlalchemy as sa\nsa.create_engine('x')", "sqlalchemy.create_engine"),
    ],
)
def test_an_opener_is_seen_however_it_is_named(source: str, opener: str) -> None:
    assert opened_in(source) == {opener}


def test_types_of_requests_open_nothing() -> None:
    assert opened_in("import requests\nx: requests.Response\nfrom requests.auth import A") == set()
