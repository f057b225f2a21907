"""Whole conversations, scored on the database."""
