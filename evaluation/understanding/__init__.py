"""Measuring the understanding of single messages."""
