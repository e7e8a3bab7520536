"""Whether people were told of a run, and the messages that reached nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Take every run that there is for one that people were told of."""
    op.add_column(
        "run", sa.Column("announced", sa.Boolean, nullable=False, server_default=sa.true())
    )
    op.create_table(
        "undelivered",
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column(
            "environment", sa.Integer, sa.ForeignKey("environment.id"), nullable=False, index=True
        ),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("receiver", "started_at", "title", "body")
        ),
    )
