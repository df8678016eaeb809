"""The settings: what they are, where they come from, what of them is refused."""
