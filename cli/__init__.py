"""The ``telekom`` command."""
