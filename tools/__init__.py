"""The operations that the agent can carry out for a customer; see ``catalog.py`` for the list."""
