"""Measuring the search of the operator's pages."""
