"""What `auditor plan` shows.

Tested in `tests/end_to_end/test_planning.py`.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from auditor.cli.answers.planning import Source
from auditor.cli.terminal.output import show, show_bytes, wrapped
from auditor.plan.columns import columns
from auditor.plan.planner import plan_of
from auditor.plan.scripts import Kind, script_of
from auditor.plan.steps import Change, Plan, Step
from auditor.reports.differences.json import shaped
from auditor.reports.shared.json_text import encode_indented
from auditor.reports.shared.markdown_text import safe
from auditor.reports.shared.text import plain
from auditor.reports.shared.wording import label
from auditor.running import Judging
from rules.counting import counted

MOST = 10
"""Changes of one step that are shown to people; JSON and the scripts hold all."""


def planned(
    source: Source,
    judging: Judging,
    script: Kind | None,
    format: Literal["terminal", "json", "markdown"],
) -> int:
    """Writes the plan, or its script, and gives the exit code. Raises `UsageProblem`."""
    with source.opened(judging) as stored:
        plan = plan_of(stored.request, stored.snapshot)
    if script is not None:
        show_bytes(script_of(plan, script).encode("utf-8", "replace"))
    elif format == "json":
        show_bytes(encode_indented(as_json(plan)))
    else:
        show(_lines(plan) if format == "terminal" else _markdown(plan))
    return 0 if plan.complete else 3


def as_json(plan: Plan) -> dict[str, Any]:
    """The published shape of a plan."""
    return {
        "schema_version": "1.0",
        "environment": plan.environment,
        "headline": plan.headline,
        "complete": plan.complete,
        "steps": [_step(each) for each in plan.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(step, difference=None))
    found["difference"] = None if step.difference is None else shaped(step.difference)
    return found


def _lines(plan: Plan) -> Iterator[str]:
    yield from wrapped(plain(plan.headline))
    for number, step in enumerate(plan.steps, 1):
        yield ""
        head = f"{number}. {step.title} {_gain(step)}"
        yield from wrapped(plain(head))
        for each in _details(step):
            yield from wrapped(plain(each), "   ")


def _markdown(plan: Plan) -> Iterator[str]:
    yield f"# Plan: {safe(plan.environment)}"
    yield ""
    yield safe(plan.headline)
    for number, step in enumerate(plan.steps, 1):
        yield ""
        yield f"## {number}. {safe(step.title)}"
        yield ""
        yield safe(_gain(step))
        for each in _details(step):
            yield f"- {safe(each)}"


def _gain(step: Step) -> str:
    causes = counted(len(step.causes), "cause", "causes")
    works = counted(step.repairs, "mailbox works", "mailboxes work")
    word = "proven" if step.provable else "not provable"
    return f"[{word}; repairs {causes}; {works} afterwards]"


def _details(step: Step) -> Iterator[str]:
    for each in step.changes[:MOST]:
        yield change_line(each)
    if len(step.changes) > MOST:
        yield f"and {len(step.changes) - MOST:,} more in --format json"
    if step.difference is not None:
        rules = sorted({each.rule for each in step.difference.of("fixed")})
        count = counted(len(step.difference.of("fixed")), "finding", "findings")
        yield f"Clears {count}: {', '.join(rules)}. Nothing new fails."
    if step.subjects:
        named = "; ".join(map(label, step.subjects[:3]))
        more = len(step.subjects) - 3
        yield f"For {named}" + (f", and {more:,} more." if more > 0 else ".")
    if step.after:
        yield f"After {', '.join(step.after)}."
    if step.reason:
        yield step.reason
    if step.statements:
        yield f"Stands in the way: {', '.join(step.statements)}."


def change_line(change: Change) -> str:
    """One change in the words of the forms, with the page on which it is made."""
    column = columns(change.subject.kind)[change.column]
    values = f"{column.shown(change.before)} -> {column.shown(change.after)}"
    where = f" {change.subject.url}" if change.subject.url else ""
    return f"{label(change.subject)}, {column.words} ({change.column}): {values}{where}"
