"""What may be shared of a study: counts, results and figures, and no running text."""
