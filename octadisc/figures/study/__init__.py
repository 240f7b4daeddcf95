"""A study of one's own: its folder, its file study.toml, and what runs in it."""
