"""`est run`: the whole system as child processes of one supervisor, on one machine."""
