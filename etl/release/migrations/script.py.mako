"""${message}.

Step ${up_revision}, after ${down_revision | comma,n}. Spelled out: it keeps making what it made on the day it was written.
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this step brings."""
    ${upgrades if upgrades else "raise NotImplementedError"}
