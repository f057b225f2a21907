"""Measuring the agent: data sets, scoring, reports."""
