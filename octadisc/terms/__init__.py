"""Terms: counts, trends, coverage."""
