"""The chat page: where its files are laid out, and how the events of a turn are shown on it."""
