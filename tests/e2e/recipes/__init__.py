"""The operations behind the rows of docs/AUTHORIZATION.md, ready to be sent."""
