"""Histories in SQLite and in a PostgreSQL server of their own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.history.history import History, open_history
from tests.real_programs import program_of

USER = "nobody"


class Server:
    """A PostgreSQL server on a socket in a directory of its own, as an account that may little."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.directory = Path(tempfile.mkdtemp(prefix="auditor-pg-"))
        shutil.chown(self.directory, USER) if os.getuid() == 0 else None
        self._count = 0
        self._run("initdb", "-D", "data", "-U", "auditor", "-A", "trust", "-E", "UTF8", "-N")
        self.start()

    def start(self) -> None:
        options = f"-k {self.directory} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def database(self) -> str:
        """The address of a new database."""
        self._count += 1
        name = f"history_{self._count}"
        self._run("createdb", "-h", str(self.directory), "-U", "auditor", name)
        return f"postgresql://auditor@/{name}?host={self.directory}"

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(self._programs / program), *words],
            cwd=self.directory,
            user=USER if os.getuid() == 0 else None,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    program_of("pg_ctlcluster", ["postgresql"])
    server = Server(max(Path("/usr/lib/postgresql").glob("*/bin")))
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/history.db"
    server: Server = request.getfixturevalue("postgresql")
    return server.database()


@pytest.fixture
def history(url: str, tmp_path: Path) -> History:
    return open_history(url, tmp_path)
