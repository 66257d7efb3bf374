"""A database goes in, new or made by an older version; the same database comes out with today's tables.

One transaction: a run that is killed half-way leaves the database as it was.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from etl.errors import EtlError
from etl.release.engine import writing

_STEPS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Bring the store to the newest step; does nothing, and waits for nobody, when it is there already.

    Raises EtlError when the database was made by a newer version, or holds our tables without their history.
    """
    config = Config(attributes={})
    # A percent sign in a path would be read as a placeholder.
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    steps = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        if _step_of(connection) == steps.get_current_head():
            return
    with writing(engine) as connection:
        _refuse_strangers(connection, steps)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _step_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_strangers(connection: Connection, steps: ScriptDirectory) -> None:
    found = _step_of(connection)
    known = {step.revision for step in steps.walk_revisions()}
    if found is not None and found not in known:
        raise EtlError(
            f"this database is at step '{found}', this version knows {', '.join(sorted(known))}. "
            "A newer version has written it: use that version, or another database."
        )
    if found is None and connection.dialect.has_table(connection, "release"):
        raise EtlError(
            "this database has a table 'release' but no record of which version made it. "
            "Name an empty database, or the one Regiobeeld made before."
        )
