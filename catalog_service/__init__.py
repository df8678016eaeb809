"""The catalog subgraph: offers, places, reservations, partnerships, activity."""
