"""Scores of many terms at once, and what chance does to them."""
