"""What each rule said in its own tests: one example that fails, one that passes."""

from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from rules.evidence import Scalar
from rules.verdict import Severity


class Shown(Struct, frozen=True):
    """One value that the rule looked at, by the name of its fact."""

    source: str
    field: str
    value: Scalar


class Told(Struct, frozen=True, omit_defaults=True):
    """What the rule said, and what it rested on; `severity` is that of a failure."""

    message: str
    evidence: tuple[Shown, ...]
    severity: Severity | None = None


class Example(Struct, frozen=True, omit_defaults=True):
    """Both sides of one rule. `declarations` are the keys of the configuration that it asks for."""

    fails: Told
    passes: Told
    declarations: tuple[str, ...] = ()


@cache
def examples() -> dict[str, Example]:
    """The examples by rule; made by `make docs`."""
    text = Path(__file__).with_name("examples.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Example])
