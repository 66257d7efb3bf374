"""Tests of the public site, without a browser."""
