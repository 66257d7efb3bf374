"""Noise, what it costs, and the ledger of what was spent."""
