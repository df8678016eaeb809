"""The Strawberry types that clients see, and how domain objects become them."""
