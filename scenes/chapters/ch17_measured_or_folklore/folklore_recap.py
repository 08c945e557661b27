"""What was measured here, what was not, and what the viewer can ask from now on."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import paragraph
from scenes.engine.stage import Stage
from scenes.parts.headings import statement

LINES = (
    ("toy", "*Measured:* what each rule does in small worlds, exactly."),
    ("not", "*Not measured:* which rule trains your model best."),
    ("so", "Now you can say what a rule does, and ask *how it was compared*."),
)


class FolkloreRecap(Stage):
    """What was measured here, what was not, and what the viewer can ask from now on."""

    def build(self) -> None:
        self.bring(statement("What is *measured*, and what is *folklore?*"))
        for (cue, words), row in zip(LINES, layout.rows(theme.PICTURE, len(LINES)), strict=True):
            line = paragraph(words, row.left, row.middle[1], row.width, theme.TITLE)
            self.bring(layout.centred(line, row, across=False), cue)
