"""Languages: models of each language side by side, or one model of translations."""
