"""From a socket to an application, and back: strict reading, who is let in, what is told of it.

``server`` runs an application; ``protocol`` is its side of a connection, with ``heads``,
``bodies``, ``broken_body``, ``lingering`` and ``unread_answers``. ``door`` and ``admission`` decide
what a service takes on, ``awaited`` until when, ``gateway_key``, ``origins`` and ``request_id`` who
asks. ``health``, ``metrics`` and ``internal`` are what it answers beside GraphQL.
"""
