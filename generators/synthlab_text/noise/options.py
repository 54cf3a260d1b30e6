"""Which noise, and how much of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Noise", "TYPICAL"]

Rate = Annotated[float, Field(ge=0, le=1)]


class Noise(BaseModel):
    """How real writers write, as shares of texts.

    A writer is consistently careless: a kind is switched on for a whole text, by its rate, and then
    shows in several places of it, or in the one place that there is. A text without such a place (no
    word that has a short form) stays as it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    typos: Rate = Field(
        0.0,
        description="Texts with slips of the fingers: the key beside the right one, a letter left out, "
        "doubled, or swapped with the next. Only in words of four letters and more, so that no `not` is "
        "lost.",
    )
    capitals: Rate = Field(
        0.0, description="Texts without capitals: all in lower case, or only `i` for `I` (English)."
    )
    stops: Rate = Field(
        0.0,
        description="Texts without a full stop at the end, or with `...`, `!!` or `!!!` for full stops; "
        "in Spanish also without the marks that open a question or an exclamation. Neutral texts get no "
        "exclamation marks.",
    )
    shouting: Rate = Field(0.0, description="Texts with words in capitals; a few of them all in capitals.")
    elongation: Rate = Field(
        0.0,
        description="Texts with a letter held in words that take it: `sooo good`, `loooove`. Neutral "
        "texts get none.",
    )
    emoji: Rate = Field(
        0.0,
        description="Texts that end in an emoji or emoticon of their own mood; never one that "
        "contradicts. Texts of unknown mood get none.",
    )
    slang: Rate = Field(
        0.0,
        description="Texts with abbreviations, slang and short forms: `u`, `tho`, `btw`, `gonna`, "
        "`didn't`. Labeled strings are left as they are.",
    )
    apostrophes: Rate = Field(
        0.0, description="Texts without apostrophes: `its`, and `dont` for `don't` and for `do not`."
    )
    accents: Rate = Field(
        0.0, description="Texts without accents: `cafe`, Spanish `mas`, German `ae` for `ä`, `ss` for `ß`."
    )
    spelling: Rate = Field(
        0.0,
        description="Texts with words in another spelling: British in American and the other way around, "
        "old or Swiss in German, as they sound in Spanish.",
    )


TYPICAL = Noise(
    typos=0.2,
    capitals=0.15,
    stops=0.25,
    shouting=0.06,
    elongation=0.05,
    emoji=0.1,
    slang=0.15,
    apostrophes=0.15,
    accents=0.1,
    spelling=0.1,
)
"""About what reviews and posts on the open web look like; a guess, not measured."""
