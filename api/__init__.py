"""The HTTP interface: login, conversations and the operations over REST."""
