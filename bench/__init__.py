"""Benchmarks that print a table with machine and versions; run by `make bench`."""
