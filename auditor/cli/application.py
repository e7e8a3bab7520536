"""The program `auditor`: its commands, each imported when it is named or listed."""

import importlib
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from auditor import __version__
from auditor.cli.ready_values import ReadyCommand, ReadyValues
from auditor.usage import UsageProblem, unknown

COMMANDS = (
    "run",
    "demo",
    "replay",
    "plan",
    "what-if",
    "readiness",
    "why",
    "doctor",
    "environments",
    "matrix",
    "rules",
    "explain",
    "init",
    "schedule",
    "report",
    "diff",
    "history",
    "verify",
    "schema",
)


class Commands(ReadyValues, TyperGroup):
    """The commands in the order in which a newcomer meets them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Give every command's name."""
        return list(COMMANDS)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run one command and give its exit code. Raises `UsageProblem` for a line that is wrong.

        `standalone_mode` would have it end the process, and show mistakes in another style.
        """
        try:
            return super().main(*args, **{**extra, "standalone_mode": False})
        except _USAGE_ERROR as refusal:
            raise UsageProblem(_in_one_line(refusal)) from None
        except typer.Abort:
            raise UsageProblem("a question had no answer, so that is the end") from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Give the command named first. Raises `UsageProblem` where there is none of that name."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise unknown("command", args[0], COMMANDS, listed_by="auditor --help")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give one command, None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"auditor.cli.commands.{cmd_name.replace('-', '_')}")
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(cmd_name, cls=ReadyCommand)(module.command)
        return typer.main.get_command(alone)


_USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]
"""What a line is refused by that names an option, or lacks an argument; it has no public name."""


def _in_one_line(refusal: Any) -> str:
    """A refusal as every other is told, with where to read more."""
    said = " ".join(str(refusal.format_message()).split()).replace("Value error, ", "")
    where = refusal.ctx.command_path if refusal.ctx is not None else "auditor"
    return f"{said[:1].lower()}{said[1:].rstrip('.')}; see `{where} --help`"


app = typer.Typer(
    cls=Commands,
    # Plain help is read as well by a person, a pipe and a screen reader, and costs less.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"auditor {__version__}")
        raise typer.Exit


@app.callback()
def auditor(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Audit the email configuration of Dynamics 365 against what Microsoft supports.

    Begin with `auditor demo`, which needs no configuration; then `auditor init` and `auditor run`.
    Nothing is ever written to a server.
    """
