"""The tables of the history as this release reads and writes them; migrations make them.

`begin` is the number of the first run in which a row held, `until` that of the first run in which
it no longer did; null: it still does. Digests and fingerprints are bytes, times UTC in ISO 8601.
"""

import sqlalchemy as sa

METADATA = sa.MetaData()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, unique: bool | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, unique=unique)


def _environment(*, index: bool | None = None) -> sa.Column[int]:
    return sa.Column("environment", sa.ForeignKey("environment.id"), nullable=False, index=index)


def _interval() -> tuple[sa.Column[int], sa.Column[int]]:
    """`begin` and `until`, for a table whose rows each last for some runs."""
    return (
        sa.Column("begin", sa.Integer, nullable=False, index=True),
        sa.Column("until", sa.Integer, index=True),
    )


ENVIRONMENTS = sa.Table(
    "environment",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _text("name", unique=True),
    _text("url"),
)

RUNS = sa.Table(
    "run",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    _environment(index=True),
    _text("id", unique=True),
    _text("started_at"),
    _text("finished_at"),
    _text("as_of"),
    _text("tool_version"),
    sa.Column("edition", sa.Text),
    sa.Column("complete", sa.Boolean, nullable=False),
    # What changes from night to night without a change of the tenant, as one JSON text.
    _text("numbers"),
    # Whether its reports were written, and whom it is to tell was told or is owed a message.
    sa.Column("announced", sa.Boolean, nullable=False, server_default=sa.true()),
)

UNDELIVERED = sa.Table(
    "undelivered",
    METADATA,
    sa.Column("row", sa.Integer, primary_key=True),
    _environment(index=True),
    # As the configuration refers to the address, which is a secret.
    _text("receiver"),
    _text("started_at"),
    _text("title"),
    _text("body"),
)
"""Messages of earlier runs that did not reach their receivers."""

FINDINGS = sa.Table(
    "finding",
    METADATA,
    sa.Column("id", NUMBER, primary_key=True),
    _environment(),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    _text("rule"),
    _text("kind"),
    _text("subject"),
    _text("name"),
    _text("address"),
    _text("first_seen"),
    # The state of the last run and the severity; an empty state: it is resolved.
    _text("state"),
    _text("severity"),
    sa.UniqueConstraint("environment", "fingerprint", name="finding_of_environment"),
)

LIVES = sa.Table(
    "life",
    METADATA,
    sa.Column("finding", sa.ForeignKey("finding.id"), primary_key=True),
    sa.Column("begin", sa.Integer, primary_key=True),
    sa.Column("until", sa.Integer, index=True),
    _text("state"),
    _text("severity"),
    _text("change"),
    _text("reason"),
    sa.Index("life_begin", "begin"),
)
"""The states of a finding one after the other; an empty state is a time in which it was resolved.

`change` and `reason` are what the first run of the interval told.
"""

RECORDS = sa.Table(
    "record",
    METADATA,
    sa.Column("row", NUMBER, primary_key=True),
    _environment(),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    _text("source"),
    _text("id"),
    sa.Column("shape", sa.ForeignKey("shape.id"), nullable=False),
    _text("own"),
    _text("read_at"),
    *_interval(),
    sa.Index("record_id", "environment", "id"),
)
"""The settings of each record that was read, as long as they were the same."""

SHAPES = sa.Table(
    "shape",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    _text("content"),
)
"""The values that many records have in common, each combination once, as `Shape` in JSON."""

STANDINGS = sa.Table(
    "standing",
    METADATA,
    sa.Column("row", NUMBER, primary_key=True),
    _environment(),
    _text("mailbox"),
    _text("name"),
    _text("address"),
    _text("standing"),
    *_interval(),
    sa.Index("standing_mailbox", "environment", "mailbox"),
)
"""How each mailbox stands that does not simply work."""

FACTS = sa.Table(
    "fact",
    METADATA,
    sa.Column("row", NUMBER, primary_key=True),
    _environment(),
    _text("kind"),
    _text("content"),
    *_interval(),
)
"""What else lasts, a JSON text each: `source`, `cause`, `shared`, `rule`.

Digests tell whether anything changed: `findings` of each rule, `settings` of each source, and
`standings`; `left-out` holds the rules that were left out, of the run and of the standings.
"""

HEAD = "0002"
"""The revision that these tables are."""
