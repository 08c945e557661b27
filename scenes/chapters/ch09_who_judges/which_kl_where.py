"""Which KL, where, and with which sign: one card for the two places in which the leash may stand."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.headings import statement
from scenes.parts.settings import foot, quote, sources
from scenes.parts.spoken import Spoken
from scenes.theme import Area

WHICH = '{{ upright("KL")(pi_theta || pi_(upright("ref"))) : kl }}'
REWARD = '{{ r_t : reward }} - {{ beta thin upright("k1")_t : kl }}'
LOSS = '#word[loss]_t + {{ beta thin upright("k3")_t : kl }}'
K1 = '{{ upright("k1") : kl }} = - log x'
K3 = '{{ upright("k3") : kl }} = x - 1 - log x'
ESTIMATE = 'with #box[$x = pi_(upright("ref")) slash pi_theta$]'
HEADS, IN_REWARD, IN_LOSS = layout.columns(theme.PICTURE, (5, 6, 6), theme.GAP)
NAMES = (
    "which KL",
    "where",
    "who",
    "each token",
    ESTIMATE,
    "has it a gradient?",
    "it pushes along",
    "its sign",
    "beta in a paper",
)
ROWS = dict(zip(NAMES, layout.rows(theme.PICTURE, len(NAMES), gap=0), strict=True))
DROP = theme.STATEMENT / 3  # from the middle of a row to its baseline


class WhichKlWhere(Stage):
    """Which KL, where, and with which sign: one card for the two places in which the leash may stand."""

    traces = ("papers",)

    def build(self) -> None:
        self.bring(statement("Which KL, *where*, and with *which sign?*"))
        for name in NAMES:
            self.say(name, HEADS, name, None, theme.BODY, theme.MUTED)
        line = ROWS["where"].top
        self.bring(rule(theme.LEFT, line, theme.RIGHT, line, stroke=theme.AXIS, pen=theme.FINE), layer="grid")
        # To the reference, and not to the policy that wrote the batch.
        self.formula("which KL", IN_REWARD, WHICH, "which")
        other = 'in both places, *not* to #box[$pi_(upright("old"))$]'
        self.say("which KL", IN_LOSS, other, "old", theme.BODY, theme.MUTED)
        # In the reward: a number, paid to each token.
        self.say("where", IN_REWARD, "in the *reward*", "reward")
        self.say("who", IN_REWARD, "PPO with human feedback", "reward")
        self.formula("each token", IN_REWARD, REWARD, ("reward", 2.0))
        self.formula(ESTIMATE, IN_REWARD, K1, ("reward", 3.0))
        self.say("has it a gradient?", IN_REWARD, "*no*, it is a number", "number")
        # In the loss: its gradient counts.
        self.say("where", IN_LOSS, "in the *loss*", "loss")
        self.say("who", IN_LOSS, "GRPO", "loss")
        self.formula("each token", IN_LOSS, LOSS, ("loss", 2.0))
        self.formula(ESTIMATE, IN_LOSS, K3, ("loss", 3.0))
        self.say("has it a gradient?", IN_LOSS, "*yes*", "through")
        # What that comes to, and the signs.
        after = ("through", theme.QUICK)
        self.say("it pushes along", IN_REWARD, "the *reverse* KL", after)
        self.say("it pushes along", IN_LOSS, "the *forward* KL", after)
        self.say("its sign", IN_REWARD, "*minus*", "sign")
        self.say("its sign", IN_LOSS, "*plus*", ("sign", theme.REST))
        self.betas()

    def say(
        self,
        row: str,
        place: Area,
        words: str,
        at: When | None,
        size: float = theme.STATEMENT,
        colour: str = theme.TEXT,
    ) -> None:
        """Words in a row, at one of the three places."""
        self.bring(text(words, place.left, ROWS[row].middle[1] + DROP, size, colour), at)

    def formula(self, row: str, place: Area, source: str, at: When) -> None:
        """A formula in a row."""
        Spoken(source, x=place.left, y=ROWS[row].middle[1] + DROP, size=theme.STATEMENT).enter(self, at=at)

    def betas(self) -> None:
        # What real runs took.
        quotes = [quote(self.trace("papers"), key) for key in ("instruct_beta", "math_beta")]
        at = ("sign", 3.0)
        for place, one in zip((IN_REWARD, IN_LOSS), quotes, strict=True):
            self.say("beta in a paper", place, f"*{one.shown}*, {one.run.split(',')[0]}", at, theme.BODY)
        self.bring(foot(sources(quotes)), at=at)
