"""One use case per file.

Each function takes the session of the transaction that the api opened and never commits: what it
raises undoes the whole of it. Rules are the domain's, statements the repository's; what is here is
the sequence.
"""
