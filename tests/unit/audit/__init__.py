"""Tests of etl.audit: the mechanism and a release on public figures, checked."""
