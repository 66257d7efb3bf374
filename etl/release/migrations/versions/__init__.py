"""Steps of the release store, oldest first; each names the one before it."""
