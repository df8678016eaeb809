"""The door: Strawberry's ASGI view over the supergraph, with its guards, limits and probes.

One duty a file. A request passes them in this order (``view.py`` calls all but the first two):

    protocol            its headers must arrive in time
    app                 the hot route, or a probe, the metrics, the explorer's files
    http_request        what is read of it, once
    admission           refused at once where too many wait
    guards, negotiation method, forged requests, media types
    bodies, parameters  bytes under a cap, then operations
    request_contexts    limited by rate, the caller named, the deadline fixed
    disconnect          the pipeline's work, while the client is there
    reply_headers       what subgraphs' headers become
    compression, cors, responses

``observing`` and ``tracing`` tell of all of them; ``server`` and ``workers`` run the app.
"""
