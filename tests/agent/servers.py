"""A model server that does what a test says: slow, failing, talking nonsense, or giving log-probabilities.

What a real server does is tested against a real one (test_served_models.py); this one shows what none can be made to.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], Any]
"""Request body -> JSON, text, or a status."""


@contextmanager
def model_server(answer: Answer, delay: float = 0.0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server; its address and the bodies that it got."""
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(200, "text/plain", b"ok")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append(body)
            time.sleep(delay)
            made = answer(body)
            if isinstance(made, int):
                self._send(made, "text/plain", b"no")
            elif isinstance(made, str):
                self._send(200, "text/html", made.encode())
            else:
                self._send(200, "application/json", json.dumps(made).encode())

        def _send(self, status: int, kind: str, content: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:  # whoever asked is gone
                pass

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def said(text: str, **message: Any) -> dict[str, Any]:
    """A chat completion."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text, **message}}
    return {
        "id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }  # fmt: skip


def lettered(shares: dict[str, float]) -> dict[str, Any]:
    """A chat completion of one letter, with the log-probabilities of the letters."""
    told = [{"token": letter, "logprob": math.log(share), "bytes": None} for letter, share in shares.items()]
    completion = said(told[0]["token"])
    completion["choices"][0]["logprobs"] = {"content": [{**told[0], "top_logprobs": told}]}
    return completion
