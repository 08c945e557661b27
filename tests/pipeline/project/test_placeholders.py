"""Numbers are looked up, and a name that is not there is a sentence."""

from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import placeholders, scripts
from tests.pipeline.project.written import SCRIPT, VALUES, Trace, clip, parse


def test_an_item_of_a_list_can_be_said(tmp_path: Path) -> None:
    second = parse(tmp_path, SCRIPT).clips[1]
    assert scripts.resolve(second, VALUES, {})[0].text == "Rewards are 0.25."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("[open] It is {sampling.grops}.", 'there is no hyperparameter "sampling.grops"; did you mean'),
        ("[open] It is {run#ende}.", 'run has no number "ende"; did you mean "end"?'),
        ("[open] It is {runs#end}.", 'there is no experiment "runs"; did you mean "run"?'),
        ("[open] if run.fall: It falls.", 'run has no claim "fall"; did you mean "falls"?'),
        (
            "[open] It is {run#end:.2q}.",
            "format that cannot be said; write for instance run#end:.2f",
        ),
        ("[open] It is {run#end:9999999999}.", "has a format that cannot be said"),
        ("[open] It is {run#end:*>9}.", "has a format that cannot be said"),
        ("[open] It is {run#end:.999f}.", "has a format that cannot be said"),
        ("[open] It is {run#end:d}.", "cannot show 0.456 in the format 'd'"),
        ("[open] It is {world.rewards[" + "9" * 5000 + "]}.", "is no placeholder"),
        ("[open] It is {world.rewards[7]}.", "asks for item 7 of"),
    ],
)
def test_an_unknown_name_is_a_sentence_with_the_nearest_one(tmp_path: Path, body: str, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        scripts.resolve(clip(tmp_path, body), VALUES, {"run": Trace()})
    assert str(error.value).startswith("ch00.md:3: ")
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("groups", "said"), [(1, "Only 1 group, and it is 1.0."), (8, "All 8 groups, and it are 2.0.")]
)
def test_a_number_chooses_between_two_words(tmp_path: Path, groups: int, said: str) -> None:
    body = "[a] {world.n|Only|All} {world.n} {world.n|group|groups}, and it {run#m:.1f|is|are} {run#m:.1f}."
    with pytest.raises(UserError, match="is no placeholder"):
        clip(tmp_path, body)  # a word to choose has no format
    script = clip(tmp_path, body.replace("{run#m:.1f|", "{run#m|"))
    assert scripts.needs(script) == ({"world.n"}, {"run"})
    numbers = {"run": Trace(numbers={"m": 1.0 if groups == 1 else 2.0})}
    assert scripts.resolve(script, {"world.n": groups}, numbers)[0].text == said
    assert placeholders.count(script.lines[0].text) == 2


@pytest.mark.parametrize(
    ("n", "said"),
    [(1e-06, "It is 0.000001, 0.000001 and 0.00."), (2.5e-07, "It is 0.00000025, 0.00000025 and 0.00.")],
)
def test_a_small_number_is_said_without_a_power_of_ten(tmp_path: Path, n: float, said: str) -> None:
    script = clip(tmp_path, "[a] It is {world.n}, {world.n:g} and {world.n:.2f}.")
    assert scripts.resolve(script, {"world.n": n}, {})[0].text == said
