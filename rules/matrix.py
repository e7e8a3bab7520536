"""Answers to "would this be supported?" from the text of an edition alone.

Nothing here looks at an organization: what is asked is taken as given.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from rules.edition import DEPLOYMENTS, PROTOCOLS, Deployment, Edition, Row, Support
from rules.email_systems import Product

Name = TypeVar("Name", bound=str)

Authentication: TypeAlias = Literal[
    "server-to-server",
    "credentials-by-user-or-queue",
    "credentials-in-profile",
    "impersonation",
    "oauth",
]

EMAIL_SYSTEMS: tuple[str, ...] = tuple(product.value for product in Product)
AUTHENTICATIONS: tuple[Authentication, ...] = (
    "server-to-server",
    "credentials-by-user-or-queue",
    "credentials-in-profile",
    "impersonation",
    "oauth",
)

OWN_APPLICATION = (
    "The text names server-to-server authentication as what is supported and does not rule out an "
    "application of the company's own; Microsoft's blog on the security of server-side "
    "synchronization calls it supported in the same tenant "
    "(https://community.dynamics.com/blogs/post/?postid=8afb8b62-9d4d-ee11-a81c-000d3a7ca97a)."
)

_EXCHANGE_ONLINE = Product.EXCHANGE_ONLINE.value


class MatrixAnswer(Struct, frozen=True, kw_only=True):
    """What an edition says of one email system with one deployment.

    `statements` are the ids that decide it; none where the edition is silent without saying so.
    """

    edition: str
    deployment: Deployment
    email_system: str
    email: Support
    appointments_contacts_tasks: Support
    protocols: tuple[str, ...]
    statements: tuple[str, ...]
    notes: tuple[str, ...]
    source: str


def answers(
    edition: Edition,
    deployment: str | None = None,
    email_system: str | None = None,
    protocol: str | None = None,
    *,
    authentication: str | None = None,
    same_tenant: bool | None = None,
) -> list[MatrixAnswer]:
    """One answer for each deployment and email system that the edition lists or rules out.

    With `email_system` the answer is given even where the edition does not name it, and with
    `deployment` even where it does not speak of it. `protocol` alone leaves the rows that run
    over it; where there are none, those of its kind (Exchange or mail providers), which then
    answer that it is not listed. `authentication` and `same_tenant` bear on Exchange Online
    with an online deployment only. Names are met whatever their case. Raises ValueError, naming
    the known names, for any other.
    """
    deployments = (
        edition.deployments
        if deployment is None
        else (_named("deployment", deployment, DEPLOYMENTS),)
    )
    asked = None if protocol is None else _named("protocol", protocol, PROTOCOLS)
    sign_in = (
        None
        if authentication is None
        else _named("authentication", authentication, AUTHENTICATIONS)
    )
    found = []
    for place in deployments:
        systems = (
            _systems(edition, place, asked)
            if email_system is None
            else (_named("email system", email_system, EMAIL_SYSTEMS),)
        )
        for system in systems:
            answer = _answer(edition, place, system)
            if asked is not None:
                answer = _over(edition, answer, asked)
            if (place, system) == ("online", _EXCHANGE_ONLINE) and place in edition.deployments:
                answer = _signed_in(edition, answer, sign_in, same_tenant)
            found.append(answer)
    return found


def all_supported(found: Iterable[MatrixAnswer]) -> bool:
    """Whether there is an answer and email is supported, with limits or without, in each.

    Appointments, contacts and tasks do not count: no mail provider ever carried them.
    """
    supports = [answer.email for answer in found]
    return bool(supports) and all(
        support in ("supported", "supported-with-limits") for support in supports
    )


def _systems(edition: Edition, deployment: Deployment, protocol: str | None) -> tuple[str, ...]:
    if deployment not in edition.deployments:
        return EMAIL_SYSTEMS
    rows = [row for row in edition.rows if row.deployment == deployment]
    if protocol is None:
        listed = tuple(row.email_system for row in rows)
        excluded = dict.fromkeys(entry.email_system for entry in edition.ruled_out)
        return listed + tuple(s for s in excluded if edition.excludes(deployment, s))
    over = [row for row in rows if protocol in row.protocols]
    if not over:
        over = [row for row in rows if ("EWS" in row.protocols) == (protocol == "EWS")]
    return tuple(row.email_system for row in over)


def _answer(edition: Edition, deployment: Deployment, email_system: str) -> MatrixAnswer:
    row = edition.row(deployment, email_system)
    if row is not None:
        return _listed(edition, row, email_system)
    unlisted = MatrixAnswer(
        edition=edition.id,
        deployment=deployment,
        email_system=email_system,
        email="not-listed",
        appointments_contacts_tasks="not-listed",
        protocols=(),
        statements=(),
        notes=(),
        source=edition.source,
    )
    if deployment not in edition.deployments:
        spoken = " and ".join(edition.deployments)
        return replace(
            unlisted,
            statements=tuple(s.id for s in edition.scope_statements),
            notes=(f"The text speaks of {spoken} deployments only.",),
        )
    excluding = edition.excludes(deployment, email_system)
    if excluding:
        return replace(
            unlisted,
            email="not-supported",
            appointments_contacts_tasks="not-supported",
            statements=excluding,
            notes=tuple(_quoted(edition, statement_id) for statement_id in excluding),
        )
    return _silent(edition, unlisted)


def _listed(edition: Edition, row: Row, email_system: str) -> MatrixAnswer:
    """The row as an answer. A footnote and what limits the row elsewhere in the text are notes."""
    footnotes = (row.footnote,) if row.footnote else ()
    limits = (s.id for topic in _limits(row) for s in edition.on(topic))
    quoted = dict.fromkeys((*footnotes, *limits))
    notes = row.notes + tuple(_quoted(edition, statement_id) for statement_id in quoted)
    email, tasks = row.email, row.appointments_contacts_tasks
    if row.condition is not None:
        email = "supported-with-limits" if email == "supported" else email
        tasks = "supported-with-limits" if tasks == "supported" else tasks
        notes = (f"The row demands {row.condition}.", *notes)
    return MatrixAnswer(
        edition=edition.id,
        deployment=row.deployment,
        email_system=email_system,
        email=email,
        appointments_contacts_tasks=tasks,
        protocols=row.protocols,
        statements=row.statements + footnotes,
        notes=notes,
        source=edition.source,
    )


def _limits(row: Row) -> tuple[str, ...]:
    """Topics that limit a row elsewhere in the text."""
    online = row.deployment == "online"
    if row.email_system == _EXCHANGE_ONLINE:
        return (
            ("server-to-server", "other-tenant")
            if online
            else ("outlook-on-the-web", "mfa-on-premises")
        )
    if "EWS" in row.protocols:
        return ("mfa-online",) if online else ()
    return ("fips-online",) if online else ("fips-on-premises",)


def _silent(edition: Edition, answer: MatrixAnswer) -> MatrixAnswer:
    """Not listed, with what the text and the product tell about it."""
    statements = tuple(s.id for s in edition.on("silence"))
    notes = [f"The text of {edition.text_date} does not name it."]
    with_service_pack = edition.row(answer.deployment, f"{answer.email_system} SP1")
    if with_service_pack is not None:
        statements += with_service_pack.statements
        notes.append(f"It names {with_service_pack.email_system}: install the service pack.")
    product = edition.newer_than_text(answer.email_system)
    if product is not None:
        notes.append(f"The product is newer than the text. {product.known} ({product.source})")
    return replace(answer, statements=statements, notes=tuple(notes))


def _over(edition: Edition, answer: MatrixAnswer, protocol: str) -> MatrixAnswer:
    """The answer for one protocol: a row that does not name it says nothing of email over it."""
    row = edition.row(answer.deployment, answer.email_system)
    if row is None or protocol in row.protocols:
        return answer
    silence = tuple(s.id for s in edition.on("silence"))
    named = " or ".join(row.protocols)
    notes = [f"The row runs over {named}; the text says nothing of {protocol} for it."]
    if protocol != "EWS":
        notes.append("No row carries appointments, contacts and tasks over POP3 or IMAP.")
    return replace(
        answer,
        email="not-listed",
        appointments_contacts_tasks="not-listed" if protocol == "EWS" else "not-supported",
        statements=(row.statements[-1], *silence),
        notes=tuple(notes),
    )


def _signed_in(
    edition: Edition,
    answer: MatrixAnswer,
    authentication: Authentication | None,
    same_tenant: bool | None,
) -> MatrixAnswer:
    """The answer for an online organization with Exchange Online, by tenant and sign-in."""
    if answer.email != "supported" or (authentication is None and same_tenant is None):
        return answer
    across = edition.on("other-tenant")
    across_supported = any(s.kind == "supported-with-limits" for s in across)
    if same_tenant is False or (
        same_tenant is None and authentication == "oauth" and across_supported
    ):
        fits = across_supported and authentication in (None, "oauth")
        topics = ["other-tenant", "app-for-outlook-across-tenants", "cross-tenant-approval"]
        support: Support = "supported-with-limits" if fits else "not-supported"
    elif authentication in (None, "server-to-server"):
        topics = ["server-to-server"]
        support = "supported"
    elif authentication == "oauth":
        topics = ["server-to-server"]
        support = "supported-with-limits"
    else:
        topics = ["server-to-server", authentication]
        support = "not-supported"
    deciding = tuple(s.id for topic in topics for s in edition.on(topic))
    own = (OWN_APPLICATION,) if authentication == "oauth" and "server-to-server" in topics else ()
    return replace(
        answer,
        email=support,
        appointments_contacts_tasks=support,
        statements=answer.statements + deciding,
        notes=tuple(_quoted(edition, statement_id) for statement_id in deciding) + own,
    )


def _quoted(edition: Edition, statement_id: str) -> str:
    return f"{edition.statement(statement_id).paraphrase} ({statement_id})"


class UnknownName(ValueError):
    """There is no `kind` of this name; `known` are those that there are."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no {kind} {name!r}; there are {', '.join(known)}")
        self.kind, self.name, self.known = kind, name, known


def _named(what: str, told: str, names: tuple[Name, ...]) -> Name:
    for name in names:
        if name.casefold() == told.strip().casefold():
            return name
    raise UnknownName(what, told, names)
