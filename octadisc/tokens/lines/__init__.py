"""Lines: concordances, and the sheets on which they are coded by hand."""
