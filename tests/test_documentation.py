"""What README.md and docs/ say is so: commands and options exist, links lead somewhere."""

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from typer.main import get_command

from auditor.cli.application import COMMANDS, app
from auditor.configuration import load
from connectors.dynamics.privileges import needed as needed_privileges
from connectors.exchange_online import permissions as exchange
from connectors.graph import permissions as graph
from connectors.sources.catalogue import readers
from rules.rule import catalogue

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text("utf-8")
PERMISSIONS = (ROOT / "docs" / "permissions.md").read_text("utf-8")


def blocks(language: str, page: str = PERMISSIONS) -> list[str]:
    """The fenced blocks of a page in a language."""
    tokens = MarkdownIt().parse(page)
    return [each.content for each in tokens if each.type == "fence" and each.info == language]


@cache
def anchors(page: Path) -> set[str]:
    """The places of a page that a link may lead to, as GitHub names them."""
    text = page.read_text("utf-8")
    tokens = MarkdownIt().parse(text)
    headings = [
        tokens[at + 1].content for at, each in enumerate(tokens) if each.type == "heading_open"
    ]
    slugs = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


def links(page: Path) -> list[str]:
    """Where the links of a page lead, the web left out."""
    tokens = [
        child
        for each in MarkdownIt("gfm-like", {"linkify": False}).parse(page.read_text("utf-8"))
        for child in each.children or ()
    ]
    where = {"link_open": "href", "image": "src"}
    targets = [str(each.attrs[where[each.type]]) for each in tokens if each.type in where]
    return [each for each in targets if "://" not in each and not each.startswith("mailto:")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_to_a_place_in_it(page):
    lost = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(link)
    assert lost == []


@cache
def options_of(command: str) -> set[str]:
    """Every option of a command, of the program where it is empty."""
    program = get_command(app)
    chosen = program.get_command(None, command) if command else program
    return {name for each in chosen.params for name in (*each.opts, *each.secondary_opts)} | {
        "--help",
        "-h",
        "--install-completion",
        "--show-completion",
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_option_that_a_page_names_exists(page):
    text = page.read_text("utf-8")
    unknown = []
    named = r"`(?:\.venv/bin/)?auditor ([a-z]+(?:-[a-z]+)*)([^`\n]*)`"
    for command, rest in re.findall(named, text):
        if command not in COMMANDS:
            unknown.append(command)
            continue
        options = re.findall(r"(?<![\w-])--[a-z-]+", rest)
        unknown += [f"{command} {each}" for each in options if each not in options_of(command)]
    every = set().union(*map(options_of, ("", *COMMANDS)))
    alone = re.findall(r"`(--[a-z-]+)[^`]*`", text)
    assert unknown + [each for each in alone if each not in every] == []


def privileges_of_the_page() -> set[str]:
    """Those that tables need, and the one that shows whether the auditor may see its own."""
    return {*needed_privileges(), "prvReadOrganization"}


def test_the_page_of_permissions_asks_for_the_privileges_that_the_audit_needs_and_no_other():
    needed = privileges_of_the_page()
    assert set(re.findall(r"`(prv\w+)`", PERMISSIONS)) == needed
    [script] = [each for each in blocks("bash") if "AddPrivilegesRole" in each]
    assert set(re.findall(r"\bprv\w+", script)) == needed


def test_the_page_of_permissions_asks_for_the_permissions_that_the_audit_needs_and_no_other():
    [script] = [each for each in blocks("bash") if graph.GRAPH in each]
    assert set(re.findall(r"[0-9a-f-]{36}", script)) == {graph.GRAPH, *graph.ROLES.values()}
    assert set(re.findall(r"`(\w+\.Read(?:\.All)?)`", PERMISSIONS)) == set(graph.ROLES)
    [shell] = [each for each in blocks("powershell") if "New-RoleGroup" in each]
    for role in (exchange.CONFIGURATION, exchange.RECIPIENTS):
        assert f'"{role}"' in shell
    for permission in (exchange.ADMIN_API, exchange.CMDLETS):
        assert f"`{permission}`" in PERMISSIONS


STAND_IN = """#!/usr/bin/env bash
printf '%s\\n' "$(basename "$0")" "$@" --END-- >> "$CALLS"
case "$*" in
    *businessunits*--query*businessunitid*) echo unit-1 ;;
    *--query*roleid*) echo role-1 ;;
    *--query*privilegeid*) echo privilege-1 ;;
esac
"""


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """Runs a block of bash with stand-ins for `az` and `pac`; gives what they were called with."""
    bash = shutil.which("bash")
    assert bash is not None, "bash is missing; install it to run what README.md shows"
    for name in ("az", "pac"):
        (tmp_path / name).write_text(STAND_IN, "utf-8")
        (tmp_path / name).chmod(0o700)
    noted = tmp_path / "calls"

    def run(block: str) -> list[list[str]]:
        environment = {
            **os.environ,
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "CALLS": str(noted),
            "APP_ID": "app-1",
        }
        subprocess.run([bash, "-euo", "pipefail", "-c", block], env=environment, check=True)
        text = noted.read_text("utf-8")
        return [each.splitlines() for each in text.split("--END--\n") if each]

    return run


def test_the_commands_for_the_security_role_give_each_privilege_organisation_wide(calls):
    [script] = [each for each in blocks("bash") if "AddPrivilegesRole" in each]
    *role, last = calls(script)
    asked = [" ".join(each) for each in role]
    assert any(
        "/api/data/v9.2/roles " in each and "/businessunits(unit-1)" in each for each in asked
    )
    given = [each for each in role if "AddPrivilegesRole" in " ".join(each)]
    assert len(given) == len(privileges_of_the_page())
    for each in given:
        assert json.loads(each[each.index("--body") + 1]) == {
            "Privileges": [{"PrivilegeId": "privilege-1", "Depth": "Global"}]
        }
        assert "roles(role-1)/Microsoft.Dynamics.CRM.AddPrivilegesRole" in " ".join(each)
    assert last[:3] == ["pac", "admin", "assign-user"]
    assert "--application-user" in last
    assert last[last.index("--user") + 1] == "app-1"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_of_bash_is_well_formed(page):
    text = page.read_text("utf-8")
    for block in blocks("bash", text) + blocks("sh", text):
        subprocess.run(["bash", "-n", "-c", block], check=True)


LEAST = blocks("toml", README)[0]
ON_PREMISES, OPTIONAL = blocks("toml")


@pytest.mark.parametrize("text", [LEAST, ON_PREMISES], ids=["online", "on-premises"])
def test_the_configurations_that_are_shown_load(text, tmp_path):
    (tmp_path / "auditor.toml").write_text(text, "utf-8")
    (tmp_path / "corporate-ca.pem").write_text("", "utf-8")
    assert [each.name for each in load(tmp_path / "auditor.toml").environments.values()] == [
        "contoso"
    ]


def test_the_sections_of_optional_sources_load_beside_the_least_configuration(tmp_path):
    (tmp_path / "auditor.toml").write_text(f"{LEAST}\n{OPTIONAL}", "utf-8")
    [contoso] = load(tmp_path / "auditor.toml").environments.values()
    assert contoso.exchange_online is not None
    assert contoso.exchange_online.cmdlets
    assert contoso.graph is not None


@pytest.mark.parametrize("page", ["README.md", "docs/permissions.md"])
def test_what_kerberos_needs_on_linux_is_named(page):
    """Without it the sign-in falls back on NTLM, which says nothing of what is missing."""
    text = (ROOT / page).read_text("utf-8")
    assert "pyspnego[kerberos]" in text
    assert "kinit" in text


def test_readme_stays_short_enough_to_be_read():
    without_capture = re.sub(r"(?s)<!-- capture -->.*<!-- /capture -->", "", README)
    assert without_capture.count("\n") < 125


def test_the_picture_of_the_report_loads_quickly():
    [picture] = re.findall(r"!\[[^\]]+\]\((.+?)\)", README)
    taken = (ROOT / picture).read_bytes()
    assert taken.startswith(b"\x89PNG")
    assert len(taken) <= 200_000


def test_links_of_rules_lead_to_their_place_in_the_pages():
    named = anchors(ROOT / "docs" / "rules.md")
    assert [rule.id for rule in catalogue() if rule.id not in named] == []


def test_the_page_of_permissions_says_what_each_permission_of_graph_reads():
    sources = [each for each in readers() if each.source.startswith("graph.")]
    rows = [line for line in PERMISSIONS.splitlines() if line.startswith("| `")]
    for reader in sources:
        (row,) = (
            line for line in rows if f"(`{reader.source}`" in line or f" `{reader.source}`)" in line
        )
        (permission,) = (name for name in graph.ROLES if name in reader.grant)
        assert row.startswith(f"| `{permission}` |"), reader.source
