"""Budgets a release declared, and how well it hits a public truth. Releases stored before have neither."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns."""
    op.add_column(
        "release",
        sa.Column("privacy", sa.JSON, comment="unit of protection -> cap, delta and K the run declared"),
    )
    op.add_column(
        "release",
        sa.Column(
            "quality",
            sa.JSON,
            comment="public counts treated as confidential only: estimates beside the truth",
        ),
    )
