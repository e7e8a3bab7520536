"""The tables of the history as this release reads and writes them; migrations make them.

`begin` is the number of the first run in which a row held, `until` that of the first run in which
it no longer did; null: it still does. Digests and fingerprints are bytes, times UTC in ISO 8601.
"""

import sqlalchemy as sa

METADATA = sa.MetaData()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ENVIRONMENTS = sa.Table(
    "environment",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("url", sa.Text, nullable=False),
)

RUNS = sa.Table(
    "run",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("environment", sa.ForeignKey("environment.id"), nullable=False, index=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("started_at", sa.Text, nullable=False),
    sa.Column("finished_at", sa.Text, nullable=False),
    sa.Column("as_of", sa.Text, nullable=False),
    sa.Column("tool_version", sa.Text, nullable=False),
    sa.Column("edition", sa.Text),
    sa.Column("complete", sa.Boolean, nullable=False),
    # What changes from night to night without a change of the tenant, as one JSON text.
    sa.Column("numbers", sa.Text, nullable=False),
)

FINDINGS = sa.Table(
    "finding",
    METADATA,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("environment", sa.ForeignKey("environment.id"), nullable=False),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("first_seen", sa.Text, nullable=False),
    # The state of the last run and the severity; an empty state: it is resolved.
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.UniqueConstraint("environment", "fingerprint", name="finding_of_environment"),
)

LIVES = sa.Table(
    "life",
    METADATA,
    sa.Column("finding", sa.ForeignKey("finding.id"), primary_key=True),
    sa.Column("begin", sa.Integer, primary_key=True),
    sa.Column("until", sa.Integer, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("life_begin", "begin"),
)
"""The states of a finding one after the other; an empty state is a time in which it was resolved.

`change` and `reason` are what the first run of the interval told.
"""

RECORDS = sa.Table(
    "record",
    METADATA,
    sa.Column("row", NUMBER, primary_key=True),
    sa.Column("environment", sa.ForeignKey("environment.id"), nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("shape", sa.ForeignKey("shape.id"), nullable=False),
    sa.Column("own", sa.Text, nullable=False),
    sa.Column("read_at", sa.Text, nullable=False),
    sa.Column("begin", sa.Integer, nullable=False, index=True),
    sa.Column("until", sa.Integer, index=True),
    sa.Index("record_id", "environment", "id"),
)
"""The settings of each record that was read, as long as they were the same."""

SHAPES = sa.Table(
    "shape",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("content", sa.Text, nullable=False),
)
"""The values that many records have in common, each combination once, as `Shape` in JSON."""

STANDINGS = sa.Table(
    "standing",
    METADATA,
    sa.Column("row", NUMBER, primary_key=True),
    sa.Column("environment", sa.ForeignKey("environment.id"), nullable=False),
    sa.Column("mailbox", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("standing", sa.Text, nullable=False),
    sa.Column("begin", sa.Integer, nullable=False, index=True),
    sa.Column("until", sa.Integer, index=True),
    sa.Index("standing_mailbox", "environment", "mailbox"),
)
"""How each mailbox stands that does not simply work."""

FACTS = sa.Table(
    "fact",
    METADATA,
    sa.Column("row", NUMBER, primary_key=True),
    sa.Column("environment", sa.ForeignKey("environment.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("begin", sa.Integer, nullable=False, index=True),
    sa.Column("until", sa.Integer, index=True),
)
"""What else lasts, a JSON text each: `source`, `cause`, `shared`, `rules`."""

HEAD = "0001"
"""The revision that these tables are."""
