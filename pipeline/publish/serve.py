"""A folder served to browsers on this machine, with the ranges of bytes that a player asks for when it seeks."""

from __future__ import annotations

import functools
import os
import re
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import UserError

HOST = "127.0.0.1"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Handler(SimpleHTTPRequestHandler):
    """Files, whole or a range of their bytes."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def end_headers(self) -> None:
        """Tells that ranges can be asked for, and that nothing is to be kept: a deck may be made anew."""
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_head(self) -> Any:
        """As for any file, or the part of it that was asked for."""
        wanted = _RANGE.fullmatch(self.headers.get("Range", ""))
        path = self.translate_path(self.path)
        if not wanted or not any(wanted.groups()) or not os.path.isfile(path):
            return super().send_head()
        size = os.path.getsize(path)
        first, last = _span(wanted[1], wanted[2], size)
        if first > last:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        with open(path, "rb") as file:
            return _part(file, first, last - first + 1)

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """A player that seeks hangs up in the middle of an answer; that is no error."""
        try:
            super().copyfile(source, outputfile)
        except ConnectionError:
            self.close_connection = True


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Serves a folder; a UserError if the port is taken."""
    try:
        return ThreadingHTTPServer((HOST, port), functools.partial(Handler, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise UserError(f"--port {port}: {getattr(error, 'strerror', None) or error}; take another one.") from None


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and last byte of a range; a range without a first byte is the end of the file."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _part(file: BinaryIO, first: int, length: int) -> BytesIO:
    file.seek(first)
    return BytesIO(file.read(length))
