"""Reading: from press releases as they come to a Corpus; workers import its parts, but not pandas."""
