"""Pages of ordered lists: cursors that clients hand back, and Relay's connections around them."""
