"""What `auditor plan` shows."""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from auditor.cli.answers.planning import Source
from auditor.cli.terminal.output import binary_output, show, show_bytes, wrapped
from auditor.differences import Difference
from auditor.plan.columns import columns
from auditor.plan.listed.many import first
from auditor.plan.planner import plan_of
from auditor.plan.scripts import Kind, script_of
from auditor.plan.steps import Change, Plan, Step
from auditor.reports.differences.json import shaped
from auditor.reports.shared.json_text import encode_in_parts
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
        with binary_output() as out:
            out.writelines(encode_in_parts(as_json(plan)))
            out.write(b"\n")
    else:
        show(_lines(plan) if format == "terminal" else _markdown(plan))
    return 0 if plan.complete else 3


def as_json(plan: Plan) -> dict[str, Any]:
    """The published shape of a plan. What it lists of mailboxes is made as it is written."""
    return {
        "schema_version": "1.0",
        "environment": plan.environment,
        "headline": plan.headline,
        "complete": plan.complete,
        "steps": [_step(each) for each in plan.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "causes": step.causes,
        "provable": step.provable,
        "title": step.title,
        "after": step.after,
        "changes": step.changes,
        "difference": None if step.difference is None else _difference(step.difference),
        "repairs": step.repairs,
        "improves": step.improves,
        "held": dict(step.held),
        "undo": step.undo,
        "reason": step.reason,
        "statements": step.statements,
        "subjects": step.subjects,
    }


def _difference(of: Difference) -> dict[str, Any]:
    few: dict[str, Any] = shaped(msgspec.structs.replace(of, findings=()))
    return {key: of.findings if key == "findings" else each for key, each in few.items()}


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
    for each in first(step.changes, MOST):
        yield change_line(each)
    if len(step.changes) > MOST:
        yield f"and {len(step.changes) - MOST:,} more in --format json"
    if step.difference is not None:
        count = counted(len(step.difference.findings), "finding", "findings")
        yield f"Clears {count}: {', '.join(step.clears)}. Nothing new fails."
    if step.held:
        yield held_line(step)
    if step.subjects:
        named = "; ".join(map(label, first(step.subjects, 3)))
        more = len(step.subjects) - 3
        yield f"For {named}" + (f", and {more:,} more." if more > 0 else ".")
    if step.after:
        yield f"After {', '.join(step.after)}."
    if step.reason:
        yield step.reason
    if step.statements:
        yield f"Stands in the way: {', '.join(step.statements)}."


def held_line(step: Step) -> str:
    """What still keeps mailboxes from working of which a step takes something away."""
    told = [
        f"{rule or 'what was not read'} ({count:,})"
        for rule, count in sorted(step.held.items(), key=lambda each: (-each[1], each[0]))
    ]
    better = counted(step.improves, "mailbox stands", "mailboxes stand")
    first = f"{better} better and " if step.improves else "Its mailboxes "
    verb = "does" if step.improves == 1 else "do"
    return f"{first}{verb} not work by this alone. What else keeps them: {', '.join(told)}."


def change_line(change: Change) -> str:
    """One change in the words of the forms, with the page on which it is made."""
    column = columns(change.subject.kind)[change.column]
    values = f"{column.shown(change.before)} -> {column.shown(change.after)}"
    where = f" {change.subject.url}" if change.subject.url else ""
    return f"{label(change.subject)}, {column.words} ({change.column}): {values}{where}"
