"""An OpenID provider on a free port, for tests: real HTTP, signed tokens, codes that are good once, PKCE checked.

A test says who logs in, and what the provider does wrong.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET = "telekom-service", "client-secret-of-the-tests"


def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """The provider's state.

    Attributes:
        claims: Of the person who logs in next.
        changed: Claims of the ID token that are other than they should be; None takes one away.
        signed_by: The key of the next tokens; default: the provider's.
        algorithm: Of their signature.
        kid: The key that their header names.
        down: Every answer is 503.
        requests: Forms that the token endpoint received.
    """

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    signed_by: Any = None
    algorithm: str = "RS256"
    kid: str = "first"
    down: bool = False
    says: dict[str, Any] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    keys: dict[str, RSAPrivateKey] = field(default_factory=lambda: {"first": _key()})
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.keys = {"second": _key()}
        self.kid = "second"

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/bye", **self.says,
        }  # fmt: skip

    def jwks(self) -> dict[str, Any]:
        keys = [
            {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig"}
            for kid, key in self.keys.items()
        ]
        return {"keys": keys}

    def authorize(self, asked: dict[str, str]) -> str:
        """Log the person in, and return where the browser goes."""
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.requests.append(form)
        if b64decode(authorization.removeprefix("Basic ")).decode() != f"{CLIENT}:{SECRET}":
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form["code"], None)
        verifier = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != verifier or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "nobody-uses-it", "token_type": "Bearer", "id_token": self.token(asked["nonce"])}

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": "person-1", "iat": now, "exp": now + 300, "nonce": nonce,
            **self.claims, **self.changed,
        }  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not None}
        key = self.signed_by if self.signed_by is not None else self.keys[self.kid]
        return jwt.encode(kept, None if self.algorithm == "none" else key, self.algorithm, headers={"kid": self.kid})


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider until the block ends."""
    state = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, asked = self._asked()
            if state.down:
                self._send(503, {})
            elif path == "/.well-known/openid-configuration":
                self._send(200, state.metadata())
            elif path == "/keys":
                self._send(200, state.jwks())
            elif path == "/authorize":
                self.send_response(302)
                self.send_header("Location", state.authorize(asked))
                self.end_headers()
            else:
                self._send(404, {})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            self._send(*((503, {}) if state.down else state.exchange(form, self.headers.get("Authorization", ""))))

        def _asked(self) -> tuple[str, dict[str, str]]:
            parts = urlsplit(self.path)
            return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

        def _send(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
