"""A translation says the same as the original: its cues, claims and numbers; what is missing is listed."""

from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import project as projects
from pipeline.project import script_parser, translation
from tests.pipeline.tiny import write

ROOT = Path(__file__).parents[3]
TOLD = """
# Subir

## first_step

[open] Un paso de {rise.slope}.

## second_step

[open] if up.gets_high: Llega alto, a {up#top:.2f}.
else: Se queda abajo.
"""
SETTINGS = """
[voice]
speed = 1.0
fastest = 1.2

[films.lecture]
title = "Una película"
summary = "Corta."
"""


def told(root: Path, text: str = TOLD, settings: str = SETTINGS) -> Path:
    write(root, "assets/narration/es/ch00_rise.md", text)
    write(root, "assets/narration/es/translation.toml", settings)
    return root


def test_what_is_not_told_yet_is_listed(project: Path) -> None:
    loaded = opened(told(project))
    found = translation.load(loaded, "es")
    assert found.missing(loaded) == ["the_fall"]
    assert found.titles == {"Going up": "Subir"}
    assert (found.settings(loaded).title, found.settings(loaded).language) == ("Una película", "es")


def opened(root: Path) -> projects.Project:
    return projects.load(root)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{rise.slope}", "0.5", "ch00_rise.md:5: the line [open] must say the numbers of the original: rise.slope."),
        ("up.gets_high", "not up.gets_high", "the line [open] must be guarded as the original is: up.gets_high."),
        ("if up.gets_high: Llega alto, a {up#top:.2f}.\nelse: Se queda abajo.", "{up#top}", "must be guarded"),
        ("{up#top:.2f}", "{up#top:.2f} [later] sí", "must have the cues of the original: open."),
        ("[open] Un paso", "[begin] Un paso", "the lines of first_step must be those of the original: open."),
        ("## first_step", "## first_stop", 'the chapter has no clip "first_stop"; did you mean "first_step"?'),
        ("Un paso de {rise.slope}.", "pause 1", "the line [open] must be A step of {rise.slope}., as in the original."),
    ],
)
def test_what_says_something_else_is_refused_with_file_and_line(
    project: Path, old: str, new: str, sentence: str
) -> None:
    assert TOLD.count(old) == 1
    with pytest.raises(UserError) as error:
        translation.load(opened(told(project, TOLD.replace(old, new))), "es")
    assert sentence in str(error.value)
    assert str(error.value).startswith("assets/narration/es/ch00_rise.md")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("[voice]\nspeed = 9", "voice.speed = 9, but it must be at least 0.5 and at most 2."),
        ("[voice]\nspeaker = 3", "voice.speaker is unknown or of the wrong kind"),
        ("[films.tuor]\ntitle = 'x'", 'there is no film "tuor"'),
        ("title = 'x'", '"title" is unknown'),
        ("[films", "translation.toml: "),
    ],
)
def test_settings_are_checked(project: Path, settings: str, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        translation.load(opened(told(project, settings=settings)), "es")
    assert sentence in str(error.value)


def test_a_language_without_a_folder_and_a_film_without_a_title_are_refused(project: Path) -> None:
    loaded = opened(told(project, settings=""))
    with pytest.raises(UserError, match='nothing is told in "fr"'):
        translation.load(loaded, "fr")
    with pytest.raises(UserError, match=r"\[films.lecture\] needs a title"):
        translation.load(loaded, "es").settings(loaded)


def test_the_translations_that_there_are_say_what_the_film_says() -> None:
    loaded = opened(ROOT)
    for language in translation.languages(loaded):
        found = translation.load(loaded, language)
        for path in (ROOT / "assets/narration" / language).glob("*.md"):
            assert script_parser.parse(path).title
        assert found.scripts
