"""The film's colours and type as a style sheet, and the frame around every tab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from scenes import theme

TITLES = {"explore": "Explore", "run": "Your run", "film": "The film"}
PALE = {"rloo": "#C9B27C", "reinforce_pp": "#D9A66B", "dr_grpo": "#7FD6B4", "vapo": "#8CB8E8", "cispo": "#E0A08A"}
PALE |= {"gspo": "#9FD08A"}
"""Hues of the six rules of the family, which the film shows by name only."""


def colour_of(rule: str) -> str:
    """The colour of a rule wherever it appears."""
    return theme.OBJECTIVES[rule].colour if rule in theme.OBJECTIVES else PALE.get(rule, theme.MUTED)


def label_of(rule: str) -> str:
    """How a rule is written on the page."""
    names = {"rloo": "RLOO", "dr_grpo": "Dr. GRPO", "reinforce_pp": "REINFORCE++", "vapo": "VAPO"}
    names |= {"cispo": "CISPO", "gspo": "GSPO"}
    return theme.OBJECTIVES[rule].label if rule in theme.OBJECTIVES else names.get(rule, rule)


def variables() -> str:
    """Colours of the film as CSS variables."""
    named = {"canvas": theme.CANVAS, "text": theme.TEXT, "muted": theme.MUTED, "axis": theme.AXIS}
    named |= {"hairline": theme.HAIRLINE, "hatch": theme.HATCH, "up": theme.UP, "down": theme.DOWN}
    named |= {"panel": theme.mix(theme.CANVAS, theme.HAIRLINE, 0.32)}
    named |= {f"symbol-{name}": colour for name, colour in theme.SYMBOLS.items()}
    named |= {f"rule-{name}": look.colour for name, look in theme.OBJECTIVES.items()}
    named |= {f"rule-{name}": colour for name, colour in PALE.items()}
    return ":root{" + "".join(f"--{key}:{value};" for key, value in named.items()) + "}"


@contextmanager
def frame(active: str, names: list[str]) -> Iterator[None]:
    """The head with the tabs, and below it the container that a tab fills."""
    ui.add_head_html(f'<style>{variables()}</style><link rel="stylesheet" href="/web/page.css">')
    links = "".join(
        f'<a href="/{name}"{" aria-current=page" if name == active else ""}>{TITLES.get(name, name)}</a>'
        for name in names
    )
    with ui.element("div").classes("atlas"):
        ui.html(
            '<a class="skip" href="#content">Skip to the content</a>'
            '<div class="mark"><a href="/explore">Objective <em>Atlas</em></a></div>'
            f'<nav aria-label="Tabs">{links}</nav>',
            sanitize=False,
        ).classes("head")
        with ui.element("div").props('id="content" tabindex="-1"').classes("content"):
            yield
