"""Rising terms: what is said more and more, or less and less."""
