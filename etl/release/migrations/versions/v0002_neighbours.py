"""Neighbours: which areas of one level share a border. Divisions stored before get theirs at the next run."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "neighbour",
        sa.Column("vintage_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("other", sa.Integer, autoincrement=False, nullable=False, comment="the higher position"),
        sa.PrimaryKeyConstraint("vintage_id", "position", "other", name="pk_neighbour"),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name="fk_neighbour_vintage_id"),
    )
