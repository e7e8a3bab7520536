"""The first released shape."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _environment(*, index: bool = False) -> "sa.Column[int]":
    reference = sa.ForeignKey("environment.id")
    return sa.Column("environment", sa.Integer, reference, nullable=False, index=index)


def _interval() -> "tuple[sa.Column[int], sa.Column[int]]":
    return (
        sa.Column("begin", sa.Integer, nullable=False, index=True),
        sa.Column("until", sa.Integer, index=True),
    )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "environment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("url", sa.Text, nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("number", sa.Integer, primary_key=True),
        _environment(index=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("started_at", "finished_at", "as_of", "tool_version")
        ),
        sa.Column("edition", sa.Text),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("numbers", sa.Text, nullable=False),
    )
    op.create_table(
        "finding",
        sa.Column("id", _NUMBER, primary_key=True),
        _environment(),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in (
                *("rule", "kind", "subject", "name", "address"),
                *("first_seen", "state", "severity"),
            )
        ),
        sa.UniqueConstraint("environment", "fingerprint", name="finding_of_environment"),
    )
    op.create_table(
        "life",
        sa.Column("finding", _NUMBER, sa.ForeignKey("finding.id"), primary_key=True),
        sa.Column("begin", sa.Integer, primary_key=True),
        sa.Column("until", sa.Integer, index=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("state", "severity", "change", "reason")
        ),
    )
    op.create_index("life_begin", "life", ["begin"])
    op.create_table(
        "shape",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "record",
        sa.Column("row", _NUMBER, primary_key=True),
        _environment(),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("shape", sa.Integer, sa.ForeignKey("shape.id"), nullable=False),
        sa.Column("own", sa.Text, nullable=False),
        sa.Column("read_at", sa.Text, nullable=False),
        *_interval(),
    )
    op.create_index("record_id", "record", ["environment", "id"])
    op.create_table(
        "standing",
        sa.Column("row", _NUMBER, primary_key=True),
        _environment(),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("mailbox", "name", "address", "standing")
        ),
        *_interval(),
    )
    op.create_index("standing_mailbox", "standing", ["environment", "mailbox"])
    op.create_table(
        "fact",
        sa.Column("row", _NUMBER, primary_key=True),
        _environment(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        *_interval(),
    )
