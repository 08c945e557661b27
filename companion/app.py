"""The server: a tab for each module of `TABS`, on this machine unless told otherwise."""

from __future__ import annotations

import importlib
import importlib.util
import socket
import sys
import threading
import traceback
import webbrowser
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from nicegui import app as toolkit
from nicegui import ui
from starlette.requests import Request

from companion import look
from companion.guard import LOCAL, Guard
from pipeline.errors import UserError

TABS = {"explore": "companion.explore.page", "run": "companion.run.page", "film": "companion.film.page"}
"""Tab -> the module that builds it: `build()` fills the page, `routes(site, root)`, if it has one, adds addresses."""
WEB = Path(__file__).parent / "web"
SORRY = "This could not be shown. The terminal in which the page was started says why; reload to try again."


def tabs() -> dict[str, Any]:
    """The tabs that there are, with their modules."""
    found = {}
    for name, module in TABS.items():
        package = module.rpartition(".")[0]
        if importlib.util.find_spec(package) and importlib.util.find_spec(module):
            found[name] = importlib.import_module(module)
    return found


def site(root: Path) -> FastAPI:
    """The whole page as an application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    modules = tabs()
    app.mount("/web", StaticFiles(directory=WEB), name="web")

    @app.get("/")
    def first() -> RedirectResponse:
        return RedirectResponse("/explore")

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": SORRY}, status_code=500)

    for name, module in modules.items():
        if hasattr(module, "routes"):
            module.routes(app, root)
        _page(name, module, list(modules))
    # The toolkit's bar over the page has no name to be read aloud.
    toolkit.config.quasar_config["loadingBar"]["skipHijack"] = True
    ui.run_with(app, title="Objective Atlas", dark=True, language="en-US", reconnect_timeout=10)
    return app


def _page(name: str, module: Any, names: list[str]) -> None:
    """One tab, under its own address; what goes wrong in it is a sentence there and a traceback in the terminal."""

    def shown() -> None:
        with look.frame(name, names):
            try:
                module.build()
            except Exception:
                traceback.print_exc(file=sys.stderr)
                ui.html(f'<p class="sorry" role="alert">{SORRY}</p>', sanitize=False)

    ui.page(f"/{name}", title=f"{name.capitalize()} · Objective Atlas")(shown)


def serve(root: Path, host: str, port: int, browser: bool) -> None:
    """Serve until Ctrl-C."""
    listening = _listen(host, port)
    port = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else shown}:{port}/"
    if host not in LOCAL:
        print(f"Warning: with --host {host}, everyone who reaches this machine can use the page.", file=sys.stderr)
    app = site(root)
    config = uvicorn.Config(Guard(app, host), log_level="critical", timeout_graceful_shutdown=1)
    print(f"{address} shows it; Ctrl-C ends it.", flush=True)
    if browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        print(file=sys.stderr)


def _listen(host: str, port: int) -> socket.socket:
    """A socket on the address, or a sentence that says why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise UserError(f"port {port} of {host} cannot be had ({error.strerror}); try --port 0.") from error
    return listening
