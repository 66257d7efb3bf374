"""From sources to releases: extract, count, add noise, reconcile, publish."""
