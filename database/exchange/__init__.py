"""The operator's records as files: read, checked as a whole, imported, exported."""
