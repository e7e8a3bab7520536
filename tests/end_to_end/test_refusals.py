"""Whatever a server does is a line of the report and exit 3, within the deadline."""

import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from auditor.demo.authority import CertificateAuthority
from auditor.demo.faults import Fault, Faults
from auditor.demo.server import SimulatedTenant
from tests.end_to_end.conftest import Call, Edit, call
from tests.ports import free_port
from tests.waiting import PATIENCE_S

# The longest time limit of these runs, and as much again: a run that never ends is what it shows.
MOST_S = 2 * PATIENCE_S
LIMIT = ("--timeout", f"{PATIENCE_S:g}")


def _audited(config: Path, *more: str) -> Call:
    started = time.monotonic()
    run = call("run", "--config", config, "--report", "json", *more)
    assert time.monotonic() - started < MOST_S
    return run


@pytest.fixture
def edited(edited: Edit) -> Edit:
    """The configuration of one server alone: the demo's Exchange Servers answer by themselves."""

    def edit(old: str, new: str) -> Path:
        path = edited(old, new)
        content = tomllib.loads(path.read_text("utf-8"))
        del content["environments"]["contoso"]["exchange_server"]
        path.write_text(tomlkit.dumps(content), "utf-8")
        return path

    return edit


def _assert_incomplete(run: Call, *words: str) -> None:
    """Exit 3, every configured source failed for a reason that tells, and nothing passed."""
    report = _assert_failed(run, "", *words)
    assert [rule["id"] for rule in report["rules"] if rule["counts"]["pass"]] == []
    assert report["summary"]["verdicts"]["pass"] == 0


def _assert_failed(run: Call, system: str, *words: str) -> dict[str, Any]:
    """Exit 3, and the sources of one system (empty: of all) failed for a reason that tells."""
    assert run.code == 3, run.err
    assert "Traceback" not in run.err
    report = run.report
    assert report["complete"] is False
    asked = [
        each
        for each in report["sources"]
        if each["status"] != "not-configured" and each["name"].startswith(system)
    ]
    assert asked
    for source in asked:
        assert source["status"] == "failed", source
        assert source["reason"], source
        assert source["remedy"], source
    reasons = " ".join(each["reason"] for each in asked).casefold()
    for word in words:
        assert word.casefold() in reasons
    return report


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    kept.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    for each in kept:
        each.close()


def test_nobody_listens(contoso_tenant: SimulatedTenant, edited: Edit) -> None:
    config = edited(str(contoso_tenant.port), str(free_port()))
    _assert_incomplete(_audited(config, *LIMIT), "refused")


def test_server_is_silent(contoso_tenant: SimulatedTenant, edited: Edit, silent_port: int) -> None:
    config = edited(str(contoso_tenant.port), str(silent_port))
    _assert_incomplete(_audited(config, "--timeout", "3"))


def test_authority_is_not_trusted(
    contoso_tenant: SimulatedTenant, edited: Edit, tmp_path: Path
) -> None:
    other = CertificateAuthority(tmp_path).bundle
    config = edited(str(contoso_tenant.ca_bundle), str(other))
    _assert_incomplete(_audited(config), "certificate")


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (Fault("html", path="/api/*"), "html"),
        (Fault("unauthorized", path="/api/*"), "401"),
        (Fault("forbidden", path="/api/*"), "403"),
        (Fault("throttled", path="/api/*", retry_after="0"), "429"),
        (Fault("server-error", path="/api/*", retry_after=None), "503"),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
def test_server_answers_with_a_refusal(
    contoso_toml: Path, faulty: Faults, fault: Fault, word: str
) -> None:
    faulty.add(fault)
    _assert_failed(_audited(contoso_toml, *LIMIT), "dynamics.", word)


def test_secret_is_refused(edited: Edit, contoso_tenant: SimulatedTenant, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("an-old-secret", "utf-8")
    config = edited(str(contoso_tenant.secret_file), str(tmp_path / "old"))
    run = _audited(config)
    _assert_incomplete(run)
    assert "an-old-secret" not in run.out + run.err


def test_screen_says_what_was_not_read(contoso_toml: Path, faulty: Faults) -> None:
    faulty.add(Fault("forbidden", path="/api/*"))
    run = call("run", "--config", contoso_toml)
    assert run.code == 3
    assert "What was not read" in run.out
    assert "Exit 3" in run.out


def test_passing_faults_leave_no_trace(
    contoso_toml: Path, contoso_run: Call, faulty: Faults
) -> None:
    faulty.add(Fault("throttled", path="/api/*", times=2, retry_after="0"))
    faulty.add(Fault("truncated", path="/api/*mailboxes*", times=1))
    faulty.expired_tokens = 1
    run = _audited(contoso_toml)
    assert run.code == contoso_run.code
    shown = [(each["rule"], each["subject"], each["message"]) for each in run.report["findings"]]
    assert shown == [
        (each["rule"], each["subject"], each["message"]) for each in contoso_run.report["findings"]
    ]


def test_each_request_can_be_watched(contoso_toml: Path, contoso_tenant: SimulatedTenant) -> None:
    run = call("run", "--config", contoso_toml, "--report", "json", "--verbose")
    assert "GET https://127.0.0.1" in run.err
    assert contoso_tenant.client_secret not in run.err
    assert "Bearer ey" not in run.err
    assert run.report["complete"] is True
