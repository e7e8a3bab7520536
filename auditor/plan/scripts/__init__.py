"""Scripts that make the proven steps of a plan. They are printed; the program runs none.

Each reads before it writes and stops where a value is no longer the one that was audited. Without
`--apply` it only shows what it would do; `--undo` goes back. It holds no secret.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from auditor.plan.scripts import pac, powershell, web_api
from auditor.plan.steps import Plan

Kind: TypeAlias = Literal["web-api", "powershell", "pac"]
_WRITERS: Mapping[str, Callable[[Plan], str]] = {
    "web-api": web_api.script,
    "powershell": powershell.script,
    "pac": pac.script,
}


def script_of(plan: Plan, kind: Kind) -> str:
    """The script of the proven steps."""
    return _WRITERS[kind](plan)
