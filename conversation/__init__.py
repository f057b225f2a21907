"""A turn of a conversation, the same for every channel: the service, the running turn, its events and its record."""
