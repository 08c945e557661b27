"""Another site's page cannot drive ours."""

import pytest

from companion.guard import Guard


async def nothing(*_: object) -> None:
    """Stands for the application."""


def asked(host: str = "127.0.0.1", method: str = "GET", **heads: str) -> bool:
    """Whether a request with these headers is let in by a server on `host`."""
    listed = [(name.replace("_", "-").encode(), text.encode()) for name, text in heads.items()]
    return Guard(nothing, host).allows({"type": "http", "method": method, "headers": listed})


def test_its_own_pages_and_programs_are_let_in() -> None:
    assert asked(host="127.0.0.1") is False  # no Host at all
    assert Guard(nothing, "127.0.0.1").is_ours("localhost:8080")
    heads = [(b"host", b"127.0.0.1:8080"), (b"origin", b"http://127.0.0.1:8080"), (b"sec-fetch-site", b"same-origin")]
    assert Guard(nothing, "127.0.0.1").allows({"type": "websocket", "headers": heads})


@pytest.mark.parametrize(
    "heads",
    [
        {"host": b"evil.example"},
        {"host": b"127.0.0.1:8080", "origin": b"http://evil.example"},
        {"host": b"127.0.0.1:8080", "origin": b"http://127.0.0.1:9999"},
        {"host": b"127.0.0.1:8080", "origin": b"null"},
        {"host": b"127.0.0.1:8080", "sec-fetch-site": b"cross-site", "sec-fetch-mode": b"no-cors"},
        {"host": b"192.168.0.7:8080"},
        {"host": b"[bad"},
    ],
)
def test_a_foreign_page_is_refused(heads: dict[str, bytes]) -> None:
    listed = [(name.encode(), value) for name, value in heads.items()]
    assert not Guard(nothing, "127.0.0.1").allows({"type": "http", "method": "GET", "headers": listed})


def test_a_link_from_elsewhere_opens_the_page_but_posts_nothing() -> None:
    heads = [(b"host", b"localhost"), (b"sec-fetch-site", b"cross-site"), (b"sec-fetch-mode", b"navigate")]
    assert Guard(nothing, "127.0.0.1").allows({"type": "http", "method": "GET", "headers": heads})
    assert not Guard(nothing, "127.0.0.1").allows({"type": "http", "method": "POST", "headers": heads})


def test_where_other_machines_are_let_in_an_address_by_number_is_ours_and_a_name_is_not() -> None:
    assert Guard(nothing, "0.0.0.0").is_ours("192.168.0.7:8080")
    assert not Guard(nothing, "0.0.0.0").is_ours("evil.example")
