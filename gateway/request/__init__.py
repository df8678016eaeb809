"""What belongs to one request and travels through the stages: who asks, what, what came of it."""
