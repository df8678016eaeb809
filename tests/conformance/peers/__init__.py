"""Another vendor's gateway beside ours: see README.md."""
