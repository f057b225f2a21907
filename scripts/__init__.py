"""Helpers of the repository itself: setup, checks, drawings."""
