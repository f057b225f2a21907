"""The state machine of one conversation turn: detect, select, confirm, execute, answer."""
