"""The papers, our toys, and an invitation to change a number."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import plain, text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement

# What it gave the film, authors and year, where to read it; lecture.toml has the same in the same order.
PAPERS = (
    ("REINFORCE", "Williams 1992", "Machine Learning 8"),
    ("policy gradient", "Sutton et al. 2000", "NIPS 12"),
    ("natural step", "Amari 1998", "Neural Computation 10"),
    ("TRPO", "Schulman et al. 2015", "arXiv 1502.05477"),
    ("GAE, the critic", "Schulman et al. 2015", "arXiv 1506.02438"),
    ("PPO", "Schulman et al. 2017", "arXiv 1707.06347"),
    ("what clipping holds", "Engstrom et al. 2020", "arXiv 2005.12729"),
    ("estimates of KL", "Schulman 2020", "joschu.net/blog/kl-approx"),
    ("GRPO", "Shao et al. 2024, DeepSeekMath", "arXiv 2402.03300"),
    ("rules for rewards", "DeepSeek-AI 2025, R1", "arXiv 2501.12948"),
    ("the arcsine", "Davis and Recht 2025", "arXiv 2510.13651"),
    ("DAPO", "Yu et al. 2025", "arXiv 2503.14476"),
    ("RLOO", "Ahmadian et al. 2024", "arXiv 2402.14740"),
    ("Dr. GRPO", "Liu et al. 2025", "arXiv 2503.20783"),
    ("REINFORCE++", "Hu et al. 2025", "arXiv 2501.03262"),
    ("GSPO", "Zheng et al. 2025", "arXiv 2507.18071"),
    ("CISPO", "MiniMax 2025, M1", "arXiv 2506.13585"),
    ("VAPO", "Yue et al. 2025", "arXiv 2504.05118"),
    ("clip and entropy", "Park et al. 2025", "arXiv 2509.26114"),
    ("people's choices", "Bradley and Terry 1952", "Biometrika 39"),
    ("people's rewards", "Ouyang et al. 2022, InstructGPT", "arXiv 2203.02155"),
    ("reward hacking", "Gao et al. 2022", "arXiv 2210.10760"),
    ("vocabulary", "DeepSeek-AI 2024, V3", "arXiv 2412.19437"),
    ("age of the universe", "Planck 2018", "arXiv 1807.06209"),
    ("memory", "Rajbhandari et al. 2020, ZeRO", "arXiv 1910.02054"),
)
LOOKS = {"REINFORCE": "reinforce", "TRPO": "trpo", "PPO": "ppo", "GRPO": "grpo", "DAPO": "dapo"}
ROOMS = layout.columns(theme.PICTURE, 2, gap=theme.WIDE)
FIRST, ROW = theme.PICTURE.top - theme.TIGHT, theme.STATEMENT  # baseline of the first paper, and from one to the next
EDIT = theme.PICTURE.bottom - theme.TIGHT
OURS = EDIT - theme.TITLE - theme.TIGHT
SECOND = theme.Area(
    theme.column(3)[0], theme.PICTURE.top, theme.RIGHT, theme.BOTTOM
)  # beside the first words of a line


class Sources(Stage):
    """The papers, our toys, and an invitation to change a number."""

    traces = ("six_objectives",)
    hyperparameters = ("grpo.beta", "ppo.clip_high", "sampling.seed")

    def build(self) -> None:
        self.put(statement("The rules are theirs. *The runs are ours.*"), "text")
        half = (len(PAPERS) + 1) // 2
        for k, (name, authors, where) in enumerate(PAPERS):
            room, y = ROOMS[k // half], FIRST + (k % half) * ROW
            colour = theme.OBJECTIVES[LOOKS[name]].colour if name in LOOKS else theme.TEXT
            called = self.put(text(f"*{name}*", room.left, y, theme.NOTE, colour), "text")
            self.put(text(plain(authors), layout.area(called).right + theme.TIGHT, y, theme.NOTE), "text")
            self.put(text(plain(where), room.right, y, theme.NOTE, theme.MUTED, "right"), "text")
        trace = self.trace("six_objectives")
        seeds, _, states = trace["j"].shape
        ours = text(
            f"The six rules: one question, three answers; answers a batch: {len(trace['batch_answer'])}, "
            f"batches: {states - 1}, seeds: {seeds}. Everything exact but the random numbers.",
            theme.LEFT,
            OURS,
        )
        self.show(self.put(ours, "text", shown=False), at="ours")
        self.settings()

    def settings(self) -> None:
        # The lines that a viewer can edit, as they stand in the file.
        self.bring(text("hyperparameters.toml", theme.LEFT, EDIT, theme.LABEL, theme.MUTED), "edit")
        keys = type(self).hyperparameters
        for k, (key, place) in enumerate(zip(keys, layout.columns(SECOND, len(keys)), strict=True)):
            colour = theme.OBJECTIVES[key.split(".")[0]].colour if key.split(".")[0] in theme.OBJECTIVES else theme.TEXT
            words = f'#text(font: "DejaVu Sans Mono", size: 0.82em)[{plain(key)} \\= {self.hyper(key):g}]'
            self.bring(text(words, place.left, EDIT, theme.BODY, colour), ("edit", 0.5 + 0.3 * k))
        words, y = "The voice is Kokoro-82M by hexgrad (Apache 2.0).", EDIT + theme.GAP
        self.bring(text(words, theme.RIGHT, y, theme.NOTE, theme.MUTED, "right"), "edit")
