"""What may be spoken of the one answer, its values and its critics, and when."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim, Number, Values


def _node(a: Arrays, prefix: str) -> int:
    return int(np.flatnonzero(a["prefix"] == prefix)[0])


def _value(a: Arrays, prefix: str) -> float:
    return float(a["value"][_node(a, prefix)])


def _misled(a: Arrays) -> Values:
    """Which half-trained critics take "is" for the better choice after "2+2", [critic]."""
    young = a["forecast"][:, int(a["young"])]
    return np.asarray(young[:, _node(a, "2+2 is")] > young[:, _node(a, "2+2 =")])


def _only_is(a: Arrays) -> bool:
    jump = a["jump"]
    return bool(jump[1] < -0.02 and (jump[[0, 2, 3]] > 0.02).all())


NUMBERS: dict[str, Number] = {
    "paid": ("reward of the answer", lambda a: float(a["sentence_paid"])),
    "value_prompt": ("value of the prompt", lambda a: float(a["sentence_value"][0])),
    "value_sum": ('value after "2+2"', lambda a: float(a["sentence_value"][1])),
    "value_is": ('value after "2+2 is"', lambda a: float(a["sentence_value"][2])),
    "value_4": ('value after "2+2 is 4"', lambda a: float(a["sentence_value"][3])),
    "target_whole": ("discounted target before the last token", lambda a: float(a["target"][3])),
    "target_two": ("one token earlier", lambda a: float(a["target"][2])),
    "target_one": ("two tokens earlier", lambda a: float(a["target"][1])),
    "first_step": (
        "where one gradient step moves a forecast of 0 when the answer is paid",
        lambda a: float(a["first_step"][0]),
    ),
    "jump_3": ("how far the value jumps with 4", lambda a: float(a["jump"][2])),
    "worked_4": ("advantage of the last token at the lambda worked by hand", lambda a: float(a["worked"][3])),
    "worked_3": ("of the token before it", lambda a: float(a["worked"][2])),
    "misled": ('half-trained critics that take "is" for the better choice', lambda a: float(_misled(a).sum())),
    "error_end": ("error of the critics over the last quarter, mean", lambda a: float(_late(a).mean())),
    "error_single": ("error of one reward as a forecast", lambda a: float(a["single_error"])),
}


def _late(a: Arrays) -> Values:
    """Mean error of each critic over the last quarter of its answers, [critic]."""
    return np.asarray(a["error"][:, -max(1, a["error"].shape[1] // 4) :].mean(1))


CLAIMS: dict[str, Claim] = {
    "is_lowers": (
        'The value drops when "is" is written, because the number after an equals sign is right more often.',
        lambda a: bool(a["jump"][1] < 0 and _value(a, "2+2 is") < _value(a, "2+2 =")),
    ),
    "only_is_is_blamed": (
        'Of the answer\'s four tokens only "is" lowers the value; each moves it by more than 0.02.',
        _only_is,
    ),
    "critic_learns": (
        "Over the last quarter of the answers the critics' mean error is below a third of that of one reward.",
        lambda a: bool(_late(a).mean() < float(a["single_error"]) / 3),
    ),
    "young_critic_is_wrong": (
        'The half-trained critic takes "is" for a good token, and the exact values do not.',
        lambda a: bool(
            _misled(a)[int(a["misled"])] and _value(a, "2+2 is") < min(_value(a, "2+2"), _value(a, "2+2 ="))
        ),
    ),
    "zero_is_biased": (
        "With lambda 0 the expected gradient is off by a quarter of its length, for this critic and on average.",
        lambda a: bool(min(a["bias"][int(a["misled"]), 0], a["bias"][:, 0].mean()) > 0.25),
    ),
    "one_is_noisier": (
        "With lambda 1 a batch's gradient is at least 1.2 times as noisy as with 0, for this critic and on average.",
        lambda a: bool(
            a["noise"][int(a["misled"]), -1] > 1.2 * a["noise"][int(a["misled"]), 0] > 0
            and a["noise"][:, -1].mean() > 1.2 * a["noise"][:, 0].mean()
        ),
    ),
}
