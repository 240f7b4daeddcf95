"""Differences of trends between groups."""
