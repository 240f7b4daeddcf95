"""Relations: what topics say, beside each other: examples, contrasts, correlations, maps, merging, tags."""
