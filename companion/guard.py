"""Who may talk to the page: its own pages, and no other site's."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

LOCAL = ("127.0.0.1", "localhost", "::1")
REFUSED = b"Refused: this page answers only to itself."


class Guard:
    """Refuses a request whose Host is not ours (DNS rebinding) or that another origin's page has sent."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self.app = app
        self.open = host not in LOCAL
        self.host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request on, or refuses it."""
        if scope["type"] in ("http", "websocket") and not self.allows(scope):
            await _refuse(scope, send)
            return
        await self.app(scope, receive, send)

    def allows(self, scope: Scope) -> bool:
        """Whether a request comes from a page of ours, or from no page at all."""
        heads = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        host = heads.get("host", "")
        if not self.is_ours(host):
            return False
        origin = heads.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return False
        foreign = heads.get("sec-fetch-site", "none") not in ("same-origin", "none")
        return not foreign or (scope.get("method") == "GET" and heads.get("sec-fetch-mode") == "navigate")

    def is_ours(self, host: str) -> bool:
        """Whether a Host header names this server; where other machines are let in, any address by number does."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in (*LOCAL, self.host):
            return True
        return self.open and _is_number(name)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    heads = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": heads})
    await send({"type": "http.response.body", "body": REFUSED})
