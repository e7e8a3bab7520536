"""Editions of the support document: statements, matrix rows, and which edition applies.

The editions are files beside this module, one each; nothing here knows what they say.
"""

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

Deployment: TypeAlias = Literal["online", "on-premises"]
Support: TypeAlias = Literal["supported", "supported-with-limits", "not-supported", "not-listed"]
CellName: TypeAlias = Literal["email", "appointments-contacts-tasks", "protocol"]
StatementKind: TypeAlias = Literal[
    "matrix",
    "scope",
    "supported",
    "supported-with-limits",
    "allowed-with-duty",
    "duty",
    "conditional",
    "fact",
    "advice",
    "not-recommended",
    "not-recommended-or-supported",
    "not-supported",
    "removed",
    "silence",
]

EDITIONS = ("crm-2016", "customer-engagement-9", "online", "customer-engagement-2018")
"""Ids of the editions on file. The last is chosen only when asked for by id."""

DEPLOYMENTS: tuple[Deployment, ...] = ("on-premises", "online")
CELLS: tuple[CellName, ...] = ("email", "appointments-contacts-tasks", "protocol")
PROTOCOLS = ("EWS", "POP3/SMTP", "IMAP/SMTP")

# A product with its service pack satisfies a row that names it without; never the reverse.
_SATISFIES = {"Exchange Server 2013 SP1": "Exchange Server 2013"}


class Statement(Struct, frozen=True, kw_only=True):
    """One published sentence, or one cell of the matrix, in our own words.

    `topics` name the same matter in every edition, such as `other-tenant`. The fields from
    `deployment` on are set for cells only: `says` is supported or not-supported, `protocols`
    are those of a protocol cell, `footnote` is the id of the statement that limits the cell,
    `condition` what the row demands of the product, `note` where the text was read otherwise.
    """

    id: str
    kind: StatementKind
    section: str
    paraphrase: str
    source: str = ""
    topics: tuple[str, ...] = ()
    deployment: Deployment | None = None
    email_system: str | None = None
    cell: CellName | None = None
    says: Literal["supported", "not-supported"] | None = None
    protocols: tuple[str, ...] = ()
    footnote: str | None = None
    condition: str | None = None
    note: str | None = None


class RuledOut(Struct, frozen=True, kw_only=True):
    """An email system that the edition excludes, and the statements that say so.

    `deployment` None: whatever the deployment.
    """

    email_system: str
    statements: tuple[str, ...]
    deployment: Deployment | None = None


class Row(Struct, frozen=True, kw_only=True):
    """What the matrix says of one email system with one deployment, its three cells together.

    `statements` are the ids of the three cells in the order of `CELLS`.
    """

    deployment: Deployment
    email_system: str
    email: Support
    appointments_contacts_tasks: Support
    protocols: tuple[str, ...]
    statements: tuple[str, ...]
    footnote: str | None = None
    condition: str | None = None
    notes: tuple[str, ...] = ()


class Product(Struct, frozen=True, kw_only=True):
    """When an email system was released and what is known of it today."""

    email_system: str
    released: date
    known: str
    source_title: str
    source: str


class Edition(Struct, frozen=True, kw_only=True):
    """One text of the support document.

    `text_date` is a day, or the year alone where the page gives no more. `deployments` are
    those that the text speaks of, in its order; `rows` and `statements` are in its order too.
    """

    id: str
    title: str
    products: tuple[str, ...]
    deployments: tuple[Deployment, ...]
    text_date: str
    source: str
    read_date: date
    statements: tuple[Statement, ...]
    ruled_out: tuple[RuledOut, ...]
    rows: tuple[Row, ...] = ()

    def statement(self, statement_id: str) -> Statement:
        """The statement of that id. Raises KeyError where the edition has none."""
        for statement in self.statements:
            if statement.id == statement_id:
                return statement
        raise KeyError(f"edition {self.id} has no statement {statement_id}")

    def __contains__(self, statement_id: object) -> bool:
        """Whether the edition has a statement of that id."""
        return any(statement.id == statement_id for statement in self.statements)

    def on(self, topic: str) -> tuple[Statement, ...]:
        """Statements on a topic, such as `other-tenant`; none where the edition is silent."""
        return tuple(s for s in self.statements if topic in s.topics)

    @property
    def scope_statements(self) -> tuple[Statement, ...]:
        """Statements that only say what the text covers: the choice of edition decides them."""
        return tuple(s for s in self.statements if s.kind == "scope")

    def cells(self, deployment: str, email_system: str) -> tuple[Statement, ...]:
        """The three cells of the row that names exactly this email system; none without one."""
        return tuple(
            s
            for s in self.statements
            if s.deployment == deployment and s.email_system == email_system
        )

    def row(self, deployment: str, email_system: str) -> Row | None:
        """The row that the email system satisfies; None where the matrix has none for it."""
        names = (email_system, _SATISFIES.get(email_system))
        for row in self.rows:
            if row.deployment == deployment and row.email_system in names:
                return row
        return None

    def excludes(self, deployment: str, email_system: str) -> tuple[str, ...]:
        """Ids of the statements that rule the email system out; none where nothing does."""
        if deployment not in self.deployments:
            return ()
        names = (email_system, _SATISFIES.get(email_system))
        for excluded in self.ruled_out:
            if excluded.email_system in names and excluded.deployment in (None, deployment):
                return excluded.statements
        return ()

    def newer_than_text(self, email_system: str) -> Product | None:
        """The product, where it was released after the text; None where the text is younger.

        A product of the year of a text that gives its year alone counts as known to it.
        """
        product = _products().get(email_system)
        if product is None:
            return None
        released = product.released.isoformat()[: len(self.text_date)]
        return product if released > self.text_date else None


class Choice(Struct, frozen=True, kw_only=True):
    """The edition that applies, or None with the reason; `notes` limit what it is good for."""

    edition: str | None
    reason: str
    notes: tuple[str, ...] = ()


def choose(deployment: str | None, version: tuple[int, ...]) -> Choice:
    """The edition for a deployment and its version, part by part such as `(9, 1, 18)`.

    `deployment` None and `version` `()` mean unknown.
    """
    if deployment == "online":
        return _online(version)
    if deployment != "on-premises":
        return Choice(edition=None, reason="it is not known whether Dynamics 365 is online")
    if not version:
        return Choice(edition=None, reason="the version of Dynamics 365 is not known")
    told = ".".join(str(part) for part in version)
    if version[0] == 9:
        return Choice(edition="customer-engagement-9", reason=f"on-premises version {told}")
    if version[0] < 8:
        return Choice(
            edition=None,
            reason=f"no edition on file speaks of on-premises version {told}; the oldest is 8.0",
        )
    if version[0] > 9 or version[1:2] > (2,):
        return Choice(
            edition=None,
            reason=f"no edition on file speaks of on-premises version {told}; it is newer",
        )
    if version[1:2] == (2,):
        return Choice(edition="crm-2016", reason=f"on-premises version {told}")
    return Choice(
        edition="crm-2016",
        reason=f"on-premises version {told}",
        notes=(
            "The text on file is that of version 8.2. For 8.0 and 8.1 an earlier text held, which "
            "did not support Exchange Online with Dynamics CRM 2016 (on-premises).",
        ),
    )


def _online(version: tuple[int, ...]) -> Choice:
    """The edition for an online version; the text of 8.2 speaks of online organizations too."""
    if version and version < (8,):
        told = ".".join(str(part) for part in version)
        return Choice(
            edition=None,
            reason=f"no edition on file speaks of online version {told}; the oldest is 8.0",
        )
    if version[:1] != (8,):
        return Choice(edition="online", reason="Dynamics 365 is online")
    return Choice(
        edition="crm-2016",
        reason="Dynamics 365 is online, of a version before 9.0",
        notes=(
            "The text of version 8.2 holds for online organizations before 9.0 too. Hardly any "
            "such organization is left: check that the version was read correctly.",
        ),
    )


@cache
def load(edition_id: str) -> Edition:
    """The edition of that id. Raises KeyError, naming the known ids, where there is none."""
    if edition_id not in EDITIONS:
        raise KeyError(f"no edition {edition_id}; choose one of {', '.join(EDITIONS)}")
    return read(
        resources.files("rules").joinpath("editions", f"{edition_id}.toml").read_text("utf-8")
    )


def read(text: str) -> Edition:
    """An edition from the TOML text of its file.

    Raises ValueError where the text is no edition, naming the field or the row that is wrong.
    """
    edition = msgspec.convert(tomllib.loads(text), Edition)
    statements = tuple(
        s if s.source else msgspec.structs.replace(s, source=edition.source)
        for s in edition.statements
    )
    return msgspec.structs.replace(edition, statements=statements, rows=_rows(statements))


def _rows(statements: tuple[Statement, ...]) -> tuple[Row, ...]:
    found: dict[tuple[Deployment, str], dict[CellName, Statement]] = {}
    for s in statements:
        if s.deployment is not None and s.email_system is not None and s.cell is not None:
            found.setdefault((s.deployment, s.email_system), {})[s.cell] = s
    return tuple(_row(*place, cells) for place, cells in found.items())


def _row(deployment: Deployment, email_system: str, cells: dict[CellName, Statement]) -> Row:
    missing = [name for name in CELLS if name not in cells or cells[name].says is None]
    if missing:
        raise ValueError(f"{email_system}, {deployment}: nothing is said of {', '.join(missing)}")
    email, tasks, protocol = (cells[name] for name in CELLS)
    return Row(
        deployment=deployment,
        email_system=email_system,
        email=email.says or "not-listed",
        appointments_contacts_tasks=tasks.says or "not-listed",
        protocols=protocol.protocols,
        statements=tuple(cells[name].id for name in CELLS),
        footnote=email.footnote,
        condition=email.condition,
        notes=tuple(cells[name].note or "" for name in CELLS if cells[name].note),
    )


@cache
def _products() -> dict[str, Product]:
    text = resources.files("rules").joinpath("editions", "products.toml").read_text("utf-8")
    products = msgspec.convert(tomllib.loads(text)["products"], tuple[Product, ...])
    return {product.email_system: product for product in products}
