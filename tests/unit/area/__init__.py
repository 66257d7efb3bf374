"""Tests of the pages about areas: one area, the comparison, the brief."""
