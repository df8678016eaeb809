"""What both services, and where it fits the gateway, stand on. No business words in it."""
