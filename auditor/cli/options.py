"""The options that `run`, `demo` and `replay` share.

Tested in `tests/auditor/cli/test_application.py` and `tests/end_to_end/test_exit_codes.py`.
"""

import datetime
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from auditor.cli import completing
from auditor.report_names import report_names
from auditor.usage import UsageProblem

if TYPE_CHECKING:
    from auditor.exit_codes import Tolerance
    from auditor.pseudonyms.key import KeyFile
    from auditor.running import Judging

FailOn = Literal["error", "warning", "note", "never"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was given on the command line. `reports` are as written: FORMAT or FORMAT=PATH."""

    config: Path | None
    reports: tuple[str, ...]
    judging: "Judging"
    tolerance: "Tolerance"
    timeout_s: float | None
    baseline: str | None
    new_only: bool
    history: bool
    notify: bool
    verbose: bool
    quiet: bool
    redaction: "KeyFile | None" = None


def options(
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="The configuration. Default: $AUDITOR_CONFIG, ./auditor.toml, then auditor.toml "
            "in the user's configuration directory.",
        ),
    ] = None,
    report: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT[=PATH]",
            autocompletion=completing.formats,
            help=f"Write a report; repeatable: {', '.join(report_names())}. Default: terminal. "
            "Without a path: standard output. "
            "A path may hold {environment}, {date}, {time} and {run}.",
        ),
    ] = None,
    edition: Annotated[
        str,
        typer.Option(
            metavar="ID",
            autocompletion=completing.editions,
            help="Judge by this edition of the support document: auto, crm-2016, "
            "customer-engagement-9, online, customer-engagement-2018.",
        ),
    ] = "auto",
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Judge retirements and waivers as on this day, YYYY-MM-DD. Default: today; "
            "the snapshot's day on replay.",
        ),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            autocompletion=completing.rule_ids,
            help="Judge by this rule alone; repeatable.",
        ),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            autocompletion=completing.rule_ids,
            help="Leave this rule out; repeatable.",
        ),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND",
            autocompletion=completing.kinds,
            help="Judge by rules of this kind alone: support, health, security, lifecycle; "
            "repeatable.",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND:GLOB",
            help="Judge these subjects alone, and read what they need: mailbox, user, queue, "
            "profile, organization, email-system, tenant by name, address or id; repeatable.",
        ),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="The least severity of a failing finding that is exit 1.")
    ] = "error",
    allow_incomplete: Annotated[
        bool,
        typer.Option(
            "--allow-incomplete",
            help="Leave an incomplete reading out of the exit code: 0 for 3, 1 for 4.",
        ),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Undetermined findings count as incomplete: exit 3 or 4."),
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="The time limit of the whole run. Sources not finished by then count as failed.",
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A JSON report: what failed in it does not fail this run. It may hold "
            "{environment}.",
        ),
    ] = None,
    new_only: Annotated[
        bool,
        typer.Option(
            "--new-only",
            help="Report and count only what is new since the last run, or since --baseline.",
        ),
    ] = False,
    no_history: Annotated[
        bool, typer.Option("--no-history", help="Do not store this run.")
    ] = False,
    no_notify: Annotated[
        bool, typer.Option("--no-notify", help="Notify nobody now; the next run does.")
    ] = False,
    redact: Annotated[
        bool,
        typer.Option(
            "--redact",
            help="Write pseudonyms for names, addresses, hosts and ids in reports and snapshots.",
        ),
    ] = False,
    redact_key: Annotated[
        Path,
        typer.Option(
            metavar="PATH",
            help="With --redact: the file that makes pseudonyms and gives the names back. The same "
            "file makes the same pseudonyms. Keep it to yourself.",
        ),
    ] = Path("auditor-redaction.json"),
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show on standard error what servers are asked.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Show neither progress nor remarks; errors are shown.")
    ] = False,
) -> Options:
    """What the options ask for. Raises `UsageProblem`."""
    from auditor.exit_codes import Tolerance
    from auditor.running import Judging
    from auditor.selection import EVERYTHING, selection_of

    if timeout is not None and not (math.isfinite(timeout) and timeout > 0):
        raise UsageProblem("--timeout takes a number of seconds above 0, such as 900")
    return Options(
        config=config,
        reports=tuple(report or ()),
        judging=Judging(
            edition=edition,
            as_of=_day(as_of),
            rules=tuple(rule or ()),
            skipped=tuple(skip or ()),
            kinds=tuple(kind or ()),
            only=selection_of(only) if only else EVERYTHING,
        ),
        tolerance=Tolerance(fail_on=fail_on, allow_incomplete=allow_incomplete, strict=strict),
        timeout_s=timeout,
        baseline=baseline,
        new_only=new_only,
        history=not no_history,
        notify=not no_notify,
        verbose=verbose,
        quiet=quiet,
        redaction=_key(redact_key, only) if redact else None,
    )


def _key(path: Path, only: list[str] | None) -> "KeyFile":
    from auditor.pseudonyms.key import KeyFile, KeyNotUsable

    if only:
        raise UsageProblem("--redact cannot be given with --only: a pattern fits no pseudonym")
    try:
        return KeyFile(path)
    except KeyNotUsable as refusal:
        raise UsageProblem(str(refusal)) from None


def _day(text: str | None) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(
            f"--as-of takes a day as YYYY-MM-DD, such as 2027-04-01, not {text!r}"
        ) from None


def with_options(**defaults: object) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command the shared options; it takes them together as its parameter `given`.

    `defaults` replace those of the options, by name:

        @with_options(fail_on="never")
        def command(given: Options, scale: int = 400) -> None: ...

    typer makes the command line from a function's signature. So what it is handed has one that
    lists `scale` and, after it, each parameter of `options` above: to add an option, add it there.
    """
    shared = _parameters(options)
    shared = [each.replace(default=defaults.get(each.name, each.default)) for each in shared]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [each for each in _parameters(command) if each.name != "given"]

        def call(**values: Any) -> None:
            given = options(**{each.name: values.pop(each.name) for each in shared})
            command(given=given, **values)

        call.__doc__ = command.__doc__
        call.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
        return call

    return decorate


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters of a function, to be given by name, so that their order is free."""
    named = inspect.signature(function, eval_str=True).parameters.values()
    return [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in named]
