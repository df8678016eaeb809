"""An HTTP/1.1 client on httptools: what the gateway needs of one, at a few microseconds a call.

request_head   what is written
replies        what is read: llhttp, and the rules of framing that it leaves to us
connection     one socket and its states
dialing        addresses, happy fallback, TLS
pool           connections kept for the next call
deadlines      one timer for all calls
client         the Subgraph over them
"""

from gateway.subgraphs.http1.client import Http1Subgraph

__all__ = ["Http1Subgraph"]
