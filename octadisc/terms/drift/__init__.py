"""Drift: whether the company of a word has changed."""
