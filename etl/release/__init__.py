"""The release store: tables, the only INSERTs (write), the only SELECTs (read)."""
