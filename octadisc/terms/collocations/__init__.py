"""Collocations: the company that words keep."""
