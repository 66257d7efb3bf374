"""Tests of the findings, room by room."""
