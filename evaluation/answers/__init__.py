"""Measuring answers: groundedness, language and speed."""
