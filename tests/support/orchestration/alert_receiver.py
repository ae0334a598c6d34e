"""Records webhook calls in the stack's network."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infra.stack.stack import Stack
from tests.support.orchestration.operated_stack import docker

_SERVER = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        print(self.rfile.read(int(self.headers["content-length"])).decode(), flush=True)
        self.send_response(204)
        self.end_headers()
    def log_message(self, *_):
        pass
HTTPServer(("", 9000), Handler).serve_forever()
"""


@dataclass
class AlertReceiver:
    container: str
    url = "http://alerts:9000/token-that-nobody-may-see"

    @classmethod
    @contextmanager
    def started(cls, stack: Stack, image: str) -> Iterator["AlertReceiver"]:
        network = f"{stack.project}_default"
        container = docker("run", "--detach", "--init", "--network", network, "--network-alias", "alerts", image, "python3", "-c", _SERVER)
        try:
            yield cls(container)
        finally:
            docker("rm", "--force", container)

    def texts(self) -> list[str]:
        return [json.loads(line)["text"] for line in docker("logs", self.container).splitlines()]
