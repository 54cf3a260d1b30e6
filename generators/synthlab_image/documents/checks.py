"""What is wrong with the options of documents beyond the types of their fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from synthlab import OptionProblem

from ..options import Effects
from .kinds import KINDS
from .languages import alphabet
from .typefaces import can_shape, covers, font_files, right_to_left

if TYPE_CHECKING:
    from .generator import DocumentGenerator
    from .lines import TextLineGenerator

__all__ = ["line_problems", "problems"]


IN_VAIN = ("shading_range", "tint_range")
"""Effects of scenes that do nothing here."""
SHAPED = (range(0x0900, 0x1100), range(0x1780, 0x1800), range(0x1A20, 0x1AB0))
"""Letters that change beside each other, from Devanagari to Myanmar, Khmer, Tai Tham."""


def problems(options: DocumentGenerator) -> Iterator[OptionProblem]:
    """Yield what is wrong, in the order of the options."""
    known = sorted({name for kind in options.documents for name in KINDS[kind].NAMES})
    for name in options.fields:
        if name not in known:
            near = get_close_matches(name, known, 1)
            guess = f"did you mean {near[0]}? " if near else ""
            hint = f"{guess}These may be given: {', '.join(known)}."
            yield OptionProblem(
                ("fields", name), f"no document has a field {name!r} to fill", hint, at_key=True
            )
    if not options.typefaces:
        yield OptionProblem(
            ("families",), "there is no font to write with", "name a family, or a folder in `fonts`"
        )
    texts: dict[tuple[str | int, ...], str] = {
        ("fields", n, i): text for n, texts in options.fields.items() for i, text in enumerate(texts)
    }
    texts.update({("goods", name): name for name in options.goods})
    faces = dict.fromkeys(f for t in options.typefaces for f in (t.regular, t.bold, t.italic))
    for path, text in texts.items():
        if not text.strip():
            yield OptionProblem(
                path, "this is blank", "a field must have something in it", at_key=path[0] == "goods"
            )
        yield from _missing_letters(faces, path, text, at_key=path[0] == "goods")
    yield from _own_fonts(options, options.languages)
    yield from _effects(options.effects, IN_VAIN)
    yield from _photos(options)


def line_problems(options: TextLineGenerator) -> Iterator[OptionProblem]:
    """Yield what is wrong with the options of lines."""
    if not options.faces:
        yield OptionProblem(
            ("families",), "there is no font to write with", "name a family, or a folder in `fonts`"
        )
    for i, text in enumerate(options.texts):
        if not text.strip():
            yield OptionProblem(("texts", i), "this is blank", "a line must have something in it")
    if options.characters is not None and not options.characters.strip():
        yield OptionProblem(("characters",), "these are blank", "a line must have something in it")
    elif options.characters is not None and any(c.isspace() for c in options.characters):
        yield OptionProblem(
            ("characters",), "there is a space among them", "words_range says how many words there are"
        )
    aside = {"ar", "he"} & set(options.languages)
    for path, texts in (("texts", options.texts), ("characters", tuple(options.characters or ""))):
        plain = "".join(text for text in texts if not right_to_left(text))
        yield from _missing_letters(options.faces, (path,), plain)
        shaped = [text for text in texts if right_to_left(text)]
        if any(not options.faces_for(text) for text in shaped):
            hint = "name fonts that have them in `fonts`"
            yield OptionProblem((path,), "no font has all letters of these words from right to left", hint)
        aside = {*aside, *(["texts"] if shaped else [])}
    if aside and not can_shape():
        yield OptionProblem(
            ("languages",),
            "words from right to left need raqm, and the installed Pillow has none",
            "install a build of Pillow that has it, as those of the package index do",
        )
    if not options.texts and options.characters is None:
        yield from _own_fonts(options, {*options.languages} - {"ar", "he"})
    yield from _effects(options.effects, (*IN_VAIN, "shadows", "lens_rate", "lens_range"))
    yield from _photos(options)


def _own_fonts(
    options: DocumentGenerator | TextLineGenerator, languages: Iterable[str]
) -> Iterator[OptionProblem]:
    """Yield which fonts of the user's lack letters of a language."""
    for font in font_files(options.fonts):
        for name in sorted(languages):
            lacking = [c for c in alphabet(name) if not covers(font, c)]
            if lacking:
                letters = " ".join(repr(c) for c in lacking[:5])
                message = f"the font {Path(font).name} has no {letters}, which {name!r} is written with"
                yield OptionProblem(
                    ("fonts",), message, "take it out of the folder, or leave the language out"
                )
                break


def _effects(effects: Effects, in_vain: Iterable[str]) -> Iterator[OptionProblem]:
    for name in in_vain:
        # A resolved schema says everything, so it is what differs that counts.
        if getattr(effects, name) != type(effects).model_fields[name].default:
            yield OptionProblem(("effects", name), f"{name} does nothing here", "leave it out")


def _photos(options: DocumentGenerator | TextLineGenerator) -> Iterator[OptionProblem]:
    if "annotated" in options.backgrounds:
        message = "photographs with labeled objects are for scenes"
        yield OptionProblem(("backgrounds",), message, "`photos` are photographs without labels")
    if "photos" in options.backgrounds and not options.photo_names:
        yield OptionProblem(("backgrounds",), "there are no photographs", "name a folder of them in `photos`")
    if options.photos and "photos" not in options.backgrounds:
        yield OptionProblem(("photos",), "nothing uses them", "add `photos` to `backgrounds`")


def _missing_letters(
    faces: Iterable[str], path: tuple[str | int, ...], text: str, at_key: bool = False
) -> Iterator[OptionProblem]:
    """Yield a problem where a font lacks a letter of a text: it would draw a box instead."""
    letters = [c for c in dict.fromkeys(text) if not c.isspace()]
    beyond = [c for c in letters if any(ord(c) in part for part in SHAPED)]
    if beyond:
        message = f"{beyond[0]!r} is of a script whose letters change beside each other"
        yield OptionProblem(path, message, "of those, Arabic and Hebrew can be written", at_key=at_key)
        return
    for face in faces:
        lacking = [c for c in letters if not covers(face, c)]
        if lacking:
            message = f"the font {Path(face).name} has no {' '.join(repr(c) for c in lacking[:5])}"
            hint = "leave that font out, or name fonts that have it in `fonts`"
            yield OptionProblem(path, message, hint, at_key=at_key)
            return
