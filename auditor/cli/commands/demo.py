"""`auditor demo`: the same audit against the simulated tenant."""

from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.options import Options, with_options


@with_options(fail_on="never")
def command(
    given: Options,
    scale: Annotated[
        int, typer.Option(min=1, metavar="N", help="Mailboxes; never fewer than some hundred.")
    ] = 400,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve", help="Keep the tenant up, and write a configuration for other commands."
        ),
    ] = False,
    write_config: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="With --serve: where the configuration goes. Default: auditor-demo.toml.",
        ),
    ] = None,
    snapshot: Annotated[
        str | None,
        typer.Option(
            metavar="PATH", help="Also store everything that was read, for `auditor replay`."
        ),
    ] = None,
) -> None:
    """Audit a simulated tenant on this machine. Nothing is needed, and nothing leaves it.

    --config lends its thresholds and waivers.
    """
    from auditor.usage import UsageProblem

    if serve:
        from auditor.cli.audits.serving import serve_demo

        raise typer.Exit(serve_demo(scale, write_config))
    if write_config is not None:
        raise UsageProblem("--write-config goes with --serve")
    from auditor.cli.audits.demonstration import demonstrate

    raise typer.Exit(demonstrate(given, scale, snapshot))
