"""Somebody hears of a run by a real mail server and a real webhook; a dead one costs no report."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from auditor.notifications.message import Message
from auditor.notifications.sending import send
from tests.end_to_end.conftest import call
from tests.ports import free_port

# Apprise loads every one of its channels, some with modules that Python will drop.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

QUICK = ("--rule", "duplicate-address", "--report", "json")


class Webhook(HTTPServer):
    """Keeps what it is sent; says nothing at all where it hangs."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.taken: list[dict[str, Any]] = []
        self.redirects_to = ""
        self.most_bytes = 1_000_000
        self.hangs = threading.Event()
        self.asked = threading.Event()
        self.meanwhile: Callable[[], None] = lambda: None
        self.done = threading.Event()


class _Taker(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.set()
        self.server.meanwhile()
        if self.server.hangs.is_set():
            self.server.done.wait()
            return
        if self.server.redirects_to:
            self.send_response(307)
            self.send_header("Location", self.server.redirects_to)
            self.end_headers()
            return
        if len(body) > self.server.most_bytes:
            self.send_error(400)
            return
        self.server.taken.append(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Webhook]:
    with Webhook() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.done.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with serving() as server:
        yield server


class Mailroom:
    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.letters.append(envelope.content.decode())
        return "250 OK"


def notifying(dynamics_toml: Path, tmp_path: Path, *urls: str, on: str = "change") -> Path:
    config = tmp_path / "notify.toml"
    references = []
    for number, url in enumerate(urls):
        (tmp_path / f"channel-{number}").write_text(url)
        references.append(f"file:channel-{number}")
    section = f'\n[notify]\nurls = {json.dumps(references)}\non = "{on}"\n'
    config.write_text(dynamics_toml.read_text("utf-8") + section, "utf-8")
    return config


def test_a_change_is_told_once(dynamics_toml: Path, tmp_path: Path, webhook: Webhook) -> None:
    url = f"json://127.0.0.1:{webhook.server_port}/Tr0ub4dor"
    config = notifying(dynamics_toml, tmp_path, url)
    run = call("run", "--config", config, *QUICK, "--report", "html=audit.html")
    (told,) = webhook.taken
    assert told["title"].startswith("contoso: ")
    assert f"Report: {tmp_path / 'audit.html'}" in told["message"]
    assert "Tr0ub4dor" not in run.err + run.out
    call("run", "--config", config, *QUICK)
    assert len(webhook.taken) == 1, "nothing changed"
    call("run", "--config", config, *QUICK, "--rule", "auto-discover-off")
    call("run", "--config", config, *QUICK, "--no-notify", "--no-history")
    assert len(webhook.taken) <= 2


@pytest.mark.parametrize("on", [None, "incomplete"])
def test_without_a_history_no_database_is_loaded_and_nothing_to_send_by_where_nobody_is_told(
    dynamics_toml: Path, tmp_path: Path, on: str | None
) -> None:
    config = (
        notifying(dynamics_toml, tmp_path, "json://127.0.0.1:9/", on=on) if on else dynamics_toml
    )
    words = ["run", "--config", str(config), *QUICK, "--no-history"]
    code = (
        "import sys\nfrom auditor.__main__ import main\n"
        f"assert main({words!r}) == 1\n"
        "sys.exit(' '.join({'sqlalchemy', 'alembic', 'apprise'} & set(sys.modules)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_letter_arrives(dynamics_toml: Path, tmp_path: Path) -> None:
    mailroom = Mailroom()
    controller = Controller(mailroom, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        port = controller.port
        url = f"mailto://127.0.0.1:{port}?from=audit@contoso.example&to=it@contoso.example"
        config = notifying(dynamics_toml, tmp_path, url, on="findings")
        run = call("run", "--config", config, *QUICK)
    finally:
        controller.stop()
    assert run.err == ""
    (letter,) = mailroom.letters
    assert "Subject: contoso: " in letter


def test_a_dead_receiver_fails_nothing_and_is_told_without_its_secret(
    dynamics_toml: Path, tmp_path: Path
) -> None:
    dead, wrong = "json://127.0.0.1:9/Tr0ub4dor", "no-such-kind://Tr0ub4dor"
    config = notifying(dynamics_toml, tmp_path, dead, wrong, on="always")
    (tmp_path / "channel-1").unlink()
    run = call("run", "--config", config, *QUICK, "--quiet")
    assert run.code == 1
    assert run.report["complete"]
    first, second = run.err.splitlines()
    assert "there is no file" in first
    assert "[notify] urls[1] (json): it was not taken" in second
    assert "Tr0ub4dor" not in run.err


def test_a_receiver_that_hangs_takes_no_more_than_its_time(webhook: Webhook) -> None:
    webhook.hangs.set()
    address = f"json://127.0.0.1:{webhook.server_port}/?rto=60"
    (problem,) = send([(Message("title", "body"), address)], limit_s=0.2)
    assert "no answer within" in problem


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_receiver_that_leads_elsewhere_is_not_followed(webhook: Webhook, host: str) -> None:
    with serving() as other:
        webhook.redirects_to = f"http://{host}:{other.server_port}/"
        address = f"json://127.0.0.1:{webhook.server_port}/?+X-Key=Tr0ub4dor"
        (problem,) = send([(Message("title", "body"), address)])
        assert "it was not taken" in problem
        assert not other.asked.is_set()


@pytest.mark.parametrize("title", ["title", "t" * 1_000])
def test_a_receiver_that_refuses_a_long_message_is_sent_what_it_takes(
    webhook: Webhook, title: str
) -> None:
    webhook.most_bytes = 33_500
    address = f"json://127.0.0.1:{webhook.server_port}/"
    assert send([(Message(title, "first\n" + "x" * 50_000), address)]) == [""]
    (told,) = webhook.taken
    assert told["message"].startswith("first\nxx")
    assert send([(Message("title", "short"), f"{address}?overflow=split")]) == [""]
