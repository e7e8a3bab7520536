"""`auditor init`: writes a first configuration."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    config: Annotated[
        Path, typer.Option(metavar="PATH", help="The file to write; never overwritten.")
    ] = Path("auditor.toml"),
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to call the environment.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the organisation.")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="How to sign in: client-secret, certificate, managed-identity, "
            "workload-identity, device-code, interactive, adfs, ntlm, negotiate.",
        ),
    ] = None,
    discover: Annotated[
        bool,
        typer.Option(
            "--discover",
            help="Add to the configuration that is there every organisation that its sign-ins "
            "can reach.",
        ),
    ] = False,
) -> None:
    """Write a commented configuration. On a terminal it asks for what is not given."""
    from auditor.cli.asking import write_first_configuration
    from auditor.cli.output import show

    if discover:
        from auditor.cli.discovering import add_discovered

        raise typer.Exit(add_discovered(config))

    path = write_first_configuration(config, name, url, method)
    show(
        [
            f"{path} is written. Fill in what it leaves open, then run:",
            f"  auditor run --config {path}",
        ]
    )
