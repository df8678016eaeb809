"""What the gateway tells of itself: its schema, and the plan that ran."""
