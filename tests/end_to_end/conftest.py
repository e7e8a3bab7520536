"""The whole program over real HTTPS on loopback: servers are shared, every call is its own."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from msgspec import Struct

from auditor.__main__ import main
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.faults import Faults
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.waiting import PATIENCE_S


class Call(Struct, frozen=True):
    """What one call of the program left."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        return dict(json.loads(self.out))


class _Output(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="", write_through=True)

    @property
    def written(self) -> str:
        kept = self.buffer
        assert isinstance(kept, io.BytesIO)
        return kept.getvalue().decode()


def call(*arguments: str | Path) -> Call:
    """The program within this process."""
    out, err = _Output(), _Output()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(each) for each in arguments])
    return Call(code, out.written, err.written)


def process(*arguments: str | Path, **options: Any) -> "subprocess.Popen[str]":
    """The program as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "auditor", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finished(running: "subprocess.Popen[str]") -> Call:
    """What it left, once it has ended."""
    out, err = running.communicate(timeout=PATIENCE_S)
    return Call(running.returncode, out, err)


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration, log or variable of the account that runs the tests has a part in them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in [name for name in os.environ if name.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("AUDITOR_CONFIG", raising=False)


@pytest.fixture(scope="session")
def contoso_tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(contoso()) as tenant:
        yield tenant


@pytest.fixture(scope="session")
def contoso_toml(contoso_tenant: SimulatedTenant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("contoso") / "auditor.toml"
    path.write_text(configuration_of(contoso_tenant, DECLARED), "utf-8")
    return path


def dynamics_alone(text: str) -> str:
    """A configuration of the demo without the other systems: its audit costs a third."""
    configuration = tomlkit.parse(text)
    (environment,) = configuration["environments"].values()
    for name in ("graph", "exchange_online", "exchange_server", "mail_servers"):
        del environment[name]
    del configuration["dns"]
    return tomlkit.dumps(configuration)


@pytest.fixture(scope="session")
def dynamics_toml(contoso_toml: Path) -> Path:
    """For what no other system than Dynamics 365 has a part in."""
    path = contoso_toml.with_name("dynamics.toml")
    path.write_text(dynamics_alone(contoso_toml.read_text("utf-8")), "utf-8")
    return path


@pytest.fixture(scope="session")
def contoso_run(contoso_toml: Path) -> Call:
    """One audit of the demo organisation, for all who only look at its report."""
    return call("run", "--config", contoso_toml, "--report", "json")


@pytest.fixture
def faulty(contoso_tenant: SimulatedTenant) -> Iterator[Faults]:
    """The faults of the demo tenant, all off again afterwards."""
    yield contoso_tenant.faults
    contoso_tenant.faults.clear()


Edit = Callable[[str, str], Path]


@pytest.fixture
def edited(contoso_toml: Path, tmp_path: Path) -> Edit:
    """The demo's configuration with one text in place of another."""

    def edit(old: str, new: str) -> Path:
        text = contoso_toml.read_text("utf-8")
        assert old in text
        path = tmp_path / "edited.toml"
        path.write_text(text.replace(old, new), "utf-8")
        return path

    return edit
