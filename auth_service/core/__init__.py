"""What the use cases stand on: settings, password hashing, tokens, addresses, mail."""
