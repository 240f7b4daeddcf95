"""Quality: how coherent topics are, and how exclusive their terms."""
