"""Tests of the StatLine and PDOK clients against a server of our own."""
