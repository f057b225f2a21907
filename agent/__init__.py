"""The language model, in its two roles: it writes, and it decides. Nothing here knows the database or the tools."""
