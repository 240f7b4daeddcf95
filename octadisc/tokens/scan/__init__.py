"""The scanner: texts cut into words, numbers and sentences."""
