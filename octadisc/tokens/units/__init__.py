"""Units: titles, paragraphs and sentences as rows of their own."""
