"""Earlier divisions: their areas, where those went, and which figures came in their codes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the column."""
    op.add_column(
        "series",
        sa.Column("coded_in", sa.Text, comment="earlier division in whose codes the source gave this year"),
    )
    op.create_table(
        "earlier",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("vintage", sa.Text, nullable=False, comment="id of a division before that of the release"),
        sa.Column("position", sa.Integer, nullable=False, comment="0 for the oldest"),
        sa.Column("year", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("release_id", "vintage", name="pk_earlier"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_earlier_release_id"),
    )
    op.create_table(
        "former_area",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("vintage", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("parent", sa.Text, comment="code of the area above it, then"),
        sa.PrimaryKeyConstraint("release_id", "vintage", "code", name="pk_former_area"),
        sa.ForeignKeyConstraint(
            ["release_id", "vintage"],
            ["earlier.release_id", "earlier.vintage"],
            name="fk_former_area_release_id_vintage",
        ),
    )
    op.create_table(
        "step",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("vintage", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column(
            "new_code", sa.Text, nullable=False, comment="in the next division; empty when it went nowhere"
        ),
        sa.Column(
            "share", sa.Text, nullable=False, comment="of the old area, a fraction such as 1 or 103/250"
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("date", sa.Date, nullable=False, comment="day from which the new borders hold"),
        sa.PrimaryKeyConstraint("release_id", "vintage", "code", "new_code", name="pk_step"),
        sa.ForeignKeyConstraint(
            ["release_id", "vintage", "code"],
            ["former_area.release_id", "former_area.vintage", "former_area.code"],
            name="fk_step_release_id_vintage_code",
        ),
    )
