"""A server as small as the supervisor's view of one: a port, readiness, an end.

python server.py PORT [ready|never|dies]
"""

from __future__ import annotations

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, behaviour = int(sys.argv[1]), sys.argv[2]


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503 if behaviour == "never" else 200)
        self.end_headers()
        if self.path == "/die":
            sys.stderr.write("out of cheese\n")
            sys.stderr.flush()
            os._exit(3)


sys.stdout.write("listening\n")
sys.stdout.flush()
ThreadingHTTPServer(("127.0.0.1", port), Health).serve_forever()
