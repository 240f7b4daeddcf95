"""Selection: how many topics, and by which method; held-out words, residuals, coherence, stability."""
