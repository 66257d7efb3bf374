"""Tests of /patronen."""
