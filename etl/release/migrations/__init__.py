"""The history of the release store: one file a step, run by `etl.release.migrate`."""
