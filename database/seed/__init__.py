"""The rows that a fresh database begins with."""
