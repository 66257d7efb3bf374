"""Tests of the shape of the house: imports, length of files, pins, and what the docs name."""
