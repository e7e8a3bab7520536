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
        str | None,
        typer.Option(
            metavar="URL",
            help="The address of the organisation; `contoso.crm4.dynamics.com` is enough.",
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="How to sign in: client-secret, certificate, managed-identity, "
            "workload-identity, device-code, interactive, adfs, ntlm, negotiate.",
        ),
    ] = None,
    tenant: Annotated[
        str | None,
        typer.Option(metavar="TENANT", help="The tenant. Default: the one that the server names."),
    ] = None,
    client_id: Annotated[
        str | None, typer.Option(metavar="ID", help="The application (client) id.")
    ] = None,
    username: Annotated[
        str | None, typer.Option(metavar="NAME", help="The account, as DOMAIN\\\\NAME.")
    ] = None,
    graph: Annotated[
        bool | None, typer.Option("--graph/--no-graph", help="Also read Microsoft Graph.")
    ] = None,
    exchange_online: Annotated[
        bool | None,
        typer.Option("--exchange-online/--no-exchange-online", help="Also read Exchange Online."),
    ] = None,
    exchange_server: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Also ask the Exchange Server at this address."),
    ] = None,
    ca_bundle: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Certificate authorities to trust beside the system's."),
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
    """Write a commented configuration. On a terminal it asks for what is not given.

    It asks the server, without credentials, how to sign in and in which tenant. On a terminal it
    ends with `auditor doctor`.
    """
    if discover:
        from auditor.cli.setup.discovering import add_discovered

        raise typer.Exit(add_discovered(config))
    from auditor.cli.setup.asking import Given, tries_every_access, write_first_configuration

    given = Given(
        name=name,
        url=url,
        method=method,
        tenant=tenant,
        client_id=client_id,
        username=username,
        graph=graph,
        exchange_online=exchange_online,
        exchange_server=exchange_server,
        ca_bundle=None if ca_bundle is None else str(ca_bundle.absolute()),
    )
    path = write_first_configuration(config, given)
    raise typer.Exit(tries_every_access(path))
