"""What a run and the processes that do its audits say to each other, as bytes."""

import hashlib
import platform
import sys
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from auditor import __version__
from auditor.cli.audits.tasks import Done
from auditor.configuration import Configuration
from auditor.resuming import Terms
from auditor.running import Judging

_PACKAGES = ("auditor", "connectors", "rules")


class Asked(Struct, frozen=True, kw_only=True):
    """One audit to do. `configuration` holds one environment; `ends_at` is in seconds of Unix time.

    `run` is the same for all audits that are asked together. `compared`: what is compared with
    other environments is wanted too; `remembered`: so are the settings of records; `planned`: so
    are the changes that repair the first causes.

    Of a process of the same computer alone are the last three: it is one of so many `processes`
    (0: it is none) that keep the bounds of one together, stores what it reads at `snapshot`, and
    keeps it for a run that goes on with this one as `terms` say.
    """

    build: str
    run: str
    run_id: str
    started_at: str
    configuration: Configuration
    judging: Judging
    ends_at: float | None
    compared: bool
    remembered: bool
    planned: bool
    processes: int = 0
    snapshot: str | None = None
    terms: Terms | None = None


class Refused(Struct, frozen=True, tag="refused"):
    """The worker has another release, of this `build`."""

    build: str


class Broken(Struct, frozen=True, tag="broken"):
    """The audit ended early; `words` say why, for a person. `is_defect`: of the program itself."""

    words: str
    is_defect: bool


class Stopped(Struct, frozen=True, tag="stopped"):
    """The run was told to stop before all was read, so there is no audit."""


Answer: TypeAlias = Refused | Broken | Done | Stopped


def encoded(value: Asked | Answer) -> bytes:
    """The value as bytes."""
    return msgspec.msgpack.encode(value, enc_hook=str)


def asked_in(content: bytes) -> Asked:
    """What is asked."""
    return msgspec.msgpack.decode(content, type=Asked, dec_hook=_path)


def answer_in(content: bytes) -> Answer:
    """What was answered."""
    return msgspec.msgpack.decode(content, type=Answer)


def _path(kind: Any, value: Any) -> Any:
    if kind is not Path:
        raise NotImplementedError
    return Path(value)


@cache
def build() -> str:
    """What two processes must have in common to judge alike: release, code, Python."""
    found = hashlib.sha256()
    for package in _PACKAGES:
        root = Path(sys.modules[package].__path__[0])
        for file in sorted(root.rglob("*")):
            if file.suffix in (".py", ".toml"):
                found.update(file.relative_to(root).as_posix().encode() + b"\0")
                found.update(file.read_bytes())
    major, minor, _ = platform.python_version_tuple()
    return f"{__version__} of {found.hexdigest()[:12]} with Python {major}.{minor}"
