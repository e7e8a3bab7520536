"""`auditor environments`: which organisations there are, beside those that are configured.

Tested in `tests/end_to_end/test_environments.py`.
"""

from typing import Annotated, Literal

import typer

from auditor.cli.parameters import ConfigurationFile, TimeLimit, Verbose


def command(
    config: ConfigurationFile = None,
    form: Annotated[
        Literal["terminal", "json"], typer.Option("--format", help="How to answer.")
    ] = "terminal",
    timeout: TimeLimit = 120.0,
    verbose: Verbose = False,
) -> None:
    """List the organisations that the sign-ins can reach.

    Shows which of them are configured, and which configured ones are not listed. Exit code 3
    where a directory could not be read.
    """
    from auditor.cli.loading import load_configuration
    from auditor.cli.setup.discovering import discovered, shown
    from auditor.cli.terminal.progress import showing_requests
    from auditor.exit_codes import INCOMPLETE, NOTHING

    configuration = load_configuration(config)
    with showing_requests(verbose):
        found = discovered(configuration, timeout)
    shown(found, configuration.path, as_json=form == "json")
    raise typer.Exit(INCOMPLETE if found.problems else NOTHING)
