"""Nothing is read for nothing: every fact decides something, or a report says it."""

import ast
import importlib
import pkgutil
from pathlib import Path

from msgspec import Struct

from rules import facts

ROOT = Path(facts.__file__).parents[2]


def test_every_fact_is_looked_at() -> None:
    """A fact that only its own row names is one that no rule decides by and no report tells."""
    names = {
        field
        for each in pkgutil.iter_modules(facts.__path__)
        for kind in vars(importlib.import_module(f"{facts.__name__}.{each.name}")).values()
        if isinstance(kind, type) and issubclass(kind, Struct)
        for field in kind.__struct_fields__
    }
    looked_at = {
        node.attr
        for package in ("rules", "connectors", "auditor")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert len(names) > 150
    assert names - looked_at == set()
