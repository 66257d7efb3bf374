"""Tests of etl.release: what is stored, read back and shown."""
