"""Run by Alembic: an open connection comes in with the configuration, the steps run in its transaction."""

from alembic import context

# The ledger adds its tables to the same metadata when it is imported.
from etl.release import schema, schema_ledger  # noqa: F401

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("migrations run through etl.release.migrate.upgrade(engine), not by themselves")

# No batch mode: what is published is never altered in place, so steps add tables and columns only.
context.configure(connection=connection, target_metadata=schema.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
