"""Retractions: notices beside a release that one of its figures is withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "retraction",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("indicator_id", sa.Text, nullable=False),
        sa.Column("reason_nl", sa.Text, nullable=False),
        sa.Column("reason_en", sa.Text, nullable=False),
        sa.Column("date", sa.Date, nullable=False, comment="day of the notice"),
        sa.PrimaryKeyConstraint("release_id", "indicator_id", name="pk_retraction"),
        sa.ForeignKeyConstraint(
            ["release_id", "indicator_id"],
            ["indicator.release_id", "indicator.id"],
            name="fk_retraction_release_id_indicator_id",
        ),
    )
