"""The scores of R1's students as their paper gives them, and of the same model after practice alone."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box, rule
from scenes.engine.lettering import halo, paragraph, plain, text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.headings import statement
from scenes.parts.settings import Quote, foot, quote, sources

STUDENTS = (
    "student_qwen_1",
    "student_qwen_7",
    "student_llama_8",
    "student_qwen_14",
    "student_qwen_32",
    "student_llama_70",
)
TEACHER, ALONE, TWIN = "teacher_r1", "alone_qwen_32", "student_qwen_32"
READ = "r1_samples"
HIGHEST = 100.0  # per cent at the top of the axis
PLOT = layout.trimmed(theme.PICTURE, left=theme.NUMBER, top=theme.NUMBER, bottom=theme.NUMBER)
QWEN, LLAMA, GRPO = theme.UP, theme.HATCH, theme.OBJECTIVES["grpo"].colour
TAKEN = 0.8  # of a student's room that its bars take


class StudentsOfR1(Stage):
    """The scores of R1's students as their paper gives them, and of the same model after practice alone."""

    traces = ("papers",)

    def build(self) -> None:
        trace = self.trace("papers")
        self.bring(statement("*R1's students:* supervised fine-tuning, and nothing else"))
        quotes = {key: quote(trace, key) for key in (*STUDENTS, TEACHER, ALONE, READ)}
        self.reading(quotes[READ])
        y = theme.PICTURE.top + theme.GUTTER
        self.bring(text(f"read: *{quotes[READ].shown}* samples, as words", PLOT.left, y, theme.BODY), "axes")
        chart = Chart(*layout.rectangle(PLOT), (0.0, float(len(STUDENTS))), (0.0, HIGHEST))
        ticks = {float(level): f"{level} %" for level in range(0, int(HIGHEST) + 1, 50)}
        axis = chart.put(self, "", {}, "right answers at AIME 2024 (pass\\@1)", ticks, False, theme.NOTE)
        self.show(*axis, at="axes")
        # The students from small to large; beside the best one the same base model after practice alone, hollow.
        for room, key in zip(layout.columns(PLOT, len(STUDENTS), gap=0), STUDENTS, strict=True):
            first, second = layout.columns(layout.narrowed(room, TAKEN), 2, gap=theme.TIGHT)
            colour = LLAMA if "llama" in key else QWEN
            self.bar(chart, first, quotes[key], "students", fill=colour)
            words = plain(quotes[key].name.split(",")[0])
            label = paragraph(words, first.left, PLOT.bottom + theme.GAP, room.width - theme.GUTTER, theme.NOTE)
            self.bring(label, "students")
            if key == TWIN:
                self.bar(chart, second, quotes[ALONE], "alone", stroke=GRPO, pen=theme.PEN)
        self.level(chart, quotes[TEACHER])
        words = "hollow: the same base model, *practice alone*"
        self.bring(text(words, PLOT.right, y, theme.BODY, GRPO, "right"), "alone")
        tag = text("*the paper's own*", PLOT.right, y + theme.TITLE, theme.BODY, theme.MUTED, "right")
        self.bring(tag, "own")
        self.bring(foot(plain(sources(list(quotes.values())))))

    def reading(self, of: Quote) -> None:
        # What they read, and what they did not do.
        place = layout.rows(theme.PICTURE, 4, gap=0)
        lines: tuple[tuple[str, float, str, When], ...] = (
            (f"*{of.shown} samples*", theme.DISPLAY, theme.TEXT, "ask"),
            ("words, for *supervised fine-tuning*", theme.TITLE, theme.TEXT, ("ask", theme.REST)),
            ("no probabilities, no practice", theme.TITLE, theme.MUTED, "none"),
        )
        for room, (words, size, colour, at) in zip(place, lines, strict=False):
            line = self.bring(text(words, room.left, room.bottom, size, colour), at)
            self.hide(line, at=("axes", -theme.QUICK))

    def bar(self, chart: Chart, place: theme.Area, of: Quote, at: When, **style: object) -> None:
        # A bar from the foot of the chart, and its number.
        y = chart.pixels(0.0, of.value)[1]
        self.bring(box(place.left, y, place.width, PLOT.bottom - y, round_joins=False, **style), at, "mark")
        colour = theme.CANVAS if "fill" in style else GRPO
        foot = PLOT.bottom - theme.GUTTER
        self.bring(text(f"*{of.shown}*", place.middle[0], foot, theme.STATEMENT, colour, "center"), at)

    def level(self, chart: Chart, of: Quote) -> None:
        # What the teacher has.
        y = chart.pixels(0.0, of.value)[1]
        self.bring(rule(PLOT.left, y, PLOT.right, y, stroke=theme.TEXT, pen=theme.FINE, dash=theme.DASHED), "teacher")
        words = f"R1: *{of.shown}*"
        self.bring(halo(text(words, PLOT.left + theme.TIGHT, y - theme.TIGHT, theme.BODY)), "teacher")
