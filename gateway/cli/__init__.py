"""What a person runs from a terminal, beside serving: compose, explain."""
