"""`auditor matrix`: whether something would be supported, without any tenant."""

import datetime
from typing import Annotated, Literal

import typer

Format = Literal["terminal", "json", "markdown"]


def command(
    deployment: Annotated[
        str | None, typer.Option(metavar="NAME", help="online or on-premises.")
    ] = None,
    email_system: Annotated[
        str | None,
        typer.Option(metavar="NAME", help='Such as "Exchange Online" or "Exchange Server 2019".'),
    ] = None,
    protocol: Annotated[
        str | None, typer.Option(metavar="NAME", help="EWS, POP3/SMTP or IMAP/SMTP.")
    ] = None,
    edition: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="An edition's id. auto: the newest for each deployment.",
        ),
    ] = "auto",
    authentication: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="server-to-server, credentials-by-user-or-queue, credentials-in-profile, "
            "impersonation or oauth; bears on Exchange Online.",
        ),
    ] = None,
    same_tenant: Annotated[
        bool | None,
        typer.Option(
            "--same-tenant/--other-tenant", help="Where Exchange Online is; bears on it alone."
        ),
    ] = None,
    as_of: Annotated[
        datetime.datetime | None,
        typer.Option(
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="Judge what has ended as on this day. Default: today.",
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to show it.")] = "terminal",
) -> None:
    """Show what is supported. Exit 0 where all answers are supported, else 1."""
    from auditor.cli.answers.matrix_answers import as_json, as_table, found
    from auditor.cli.terminal.output import show, show_bytes
    from rules.matrix import all_supported

    day = (as_of or datetime.datetime.now(datetime.UTC)).date()
    answers = found(deployment, email_system, protocol, edition, authentication, same_tenant, day)
    if format == "json":
        show_bytes(as_json(answers))
    else:
        show(as_table(answers, markdown=format == "markdown"))
    raise typer.Exit(0 if all_supported(answers) else 1)
