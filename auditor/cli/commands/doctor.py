"""`auditor doctor`: whether every access that an audit needs is there.

Tested in `tests/end_to_end/test_withdrawn.py`.
"""

from typing import Annotated

import typer

from auditor.cli.parameters import ConfigurationFile, TimeLimit, Verbose


def command(
    environment: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ENVIRONMENT]...", help="As the configuration names it."),
    ] = None,
    all_environments: Annotated[
        bool, typer.Option("--all", help="Examine every environment of the configuration.")
    ] = False,
    config: ConfigurationFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    timeout: TimeLimit = 300.0,
    verbose: Verbose = False,
) -> None:
    """Try every access that an audit needs; tell what is missing.

    Tells how it is granted, and which permissions are more than an audit needs. Exit code 3 where
    an access is missing.
    """
    from auditor.cli.loading import load_configuration
    from auditor.cli.setup.examining import examined, shown
    from auditor.cli.terminal.progress import showing_requests
    from auditor.configuration import select
    from auditor.doctor import missing
    from auditor.exit_codes import INCOMPLETE, NOTHING
    from auditor.usage import UsageProblem

    if all_environments and environment:
        raise UsageProblem("name environments or give --all, not both")
    configuration = load_configuration(config)
    environments = select(configuration, environment or (), every=all_environments)
    with showing_requests(verbose):
        found = examined(configuration, environments, timeout)
    shown(found, as_json=as_json)
    raise typer.Exit(INCOMPLETE if any(map(missing, found.values())) else NOTHING)
