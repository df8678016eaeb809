"""Text to a validated, limited, normalised operation: decided once, kept, without I/O."""
