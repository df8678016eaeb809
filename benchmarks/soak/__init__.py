"""Traffic of every kind for as long as one likes, and a look at what grows meanwhile."""
