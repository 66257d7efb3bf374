"""Tests of /cirkel."""
