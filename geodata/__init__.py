"""The public map: levels, regions of one division year, boundaries, tiles."""
