"""What changed since the release before, with reasons. Releases stored before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "release",
        sa.Column(
            "changes",
            sa.JSON,
            comment="the release that this one follows, and what changed since then and why",
        ),
    )
