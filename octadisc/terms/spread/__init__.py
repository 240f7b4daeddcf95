"""Dispersion and diversity: how evenly a term is spread, how varied words are."""
