"""The types of the graph: the schemas' fields, and the relations between them.

A relation asks the request's loaders. Who may not see a list of a place's reservations or figures
is told so like everywhere: UNAUTHENTICATED, FORBIDDEN by role, NOT_FOUND at others' places; private
fields of ``User`` are null for others, without an error.
"""
