"""The auth subgraph: accounts, sessions, mail."""
