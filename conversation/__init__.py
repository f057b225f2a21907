"""Conversations, the same for every channel: the service, one turn, its events, its record and its spans."""
