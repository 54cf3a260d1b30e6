"""What a grammar says in a schema file."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from synthlab import TableReference

__all__ = ["Alternative", "Grammar", "LexiconOptions", "Variable", "Word"]

NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,59}$"
MOST_ALTERNATIVES = 5_000
MOST_ENTRIES = 50_000


def _as_text(value: Any) -> Any:
    """Return a number as the text that a person wrote for it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return str(value)


Name = Annotated[str, Field(pattern=NAME)]
Weight = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Word = Annotated[
    str, BeforeValidator(_as_text, json_schema_input_type=str | int | float), Field(max_length=500)
]
Phrase = Annotated[str, Field(max_length=4_000)]
Entry = Word | dict[str, str | int | float | bool]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Alternative(_Part):
    """One way to say what a rule says."""

    text: Phrase = Field(description="What it says, in the notation of phrases.")
    weight: Weight = Field(1.0, description="How often, where the other alternatives count 1.")
    when: str | None = Field(None, description="An expression of attributes and of what variables stand for.")


class LexiconOptions(_Part):
    """Words that a slot may take; more of these keys together make one list."""

    entries: list[Entry] = Field(
        [],
        max_length=MOST_ENTRIES,
        description="Words, or mappings of `text` with `value`, `weight`, `number` and other forms by name.",
    )
    include: str | list[str] = Field([], description="Lexicons that come with synthlab, by name.")
    pattern: Word | None = Field(
        None, description="A code such as `AB-####`: `#` is a digit, `@` a capital letter."
    )
    check: Literal["luhn", "iban"] | None = Field(
        None,
        description="Makes the last digit of a pattern (`luhn`, as cards have), or the third and fourth "
        "character (`iban`), right.",
    )
    count: int | None = Field(
        None, ge=2, le=MOST_ENTRIES, description="So many different ones of a pattern, as a list of words."
    )
    range: tuple[float, float] | None = Field(None, description="Numbers from the first to the second.")
    step: float = Field(1, gt=0, description="Of a range.")
    decimals: int = Field(0, ge=0, le=6, description="Of the numbers of a range.")
    thousands: bool = Field(False, description="Write 1,250 rather than 1250.")
    dates: tuple[datetime.date, datetime.date] | None = Field(
        None, description="All days from the first to the second."
    )
    format: Word = Field("%Y-%m-%d", description="How dates are written: %d %e %m %B %b %Y %y %A %a.")

    @model_validator(mode="before")
    @classmethod
    def _list(cls, data: Any) -> Any:
        return {"entries": data} if isinstance(data, list) else data


class Variable(_Part):
    """A word that is chosen once a row, so that it can be named again."""

    lexicon: str = Field(description="Where it comes from.")
    other_than: str | list[str] = Field([], description="Variables of the same lexicon that it differs from.")

    @model_validator(mode="before")
    @classmethod
    def _name(cls, data: Any) -> Any:
        return {"lexicon": data} if isinstance(data, str) else data


class Grammar(_Part):
    """Rules by which texts are put together, with labels that follow from what was chosen."""

    attributes: dict[Name, list[Word] | dict[str, Weight]] = Field(
        {},
        max_length=50,
        description="What each row has one value of: a list, or values by weight, kept exactly in every "
        "1,000 rows.",
    )
    lexicons: dict[Name, list[Entry] | LexiconOptions] = Field(
        {}, max_length=1_000, description="Words by the name of their slot."
    )
    variables: dict[Name, str | Variable] = Field(
        {}, max_length=100, description="Words that are chosen once a row: the name of a lexicon."
    )
    rules: dict[Name, Phrase | list[Phrase | Alternative]] = Field(
        min_length=1, max_length=2_000, description="What a slot of that name may say."
    )
    texts: dict[Name, str] = Field(
        {}, max_length=10, description="The text columns, by the rule that each starts with; {text: start}."
    )
    spans: dict[Name, str] = Field(
        {}, max_length=100, description="Slots whose words are labeled in the text, and as what."
    )
    labels: list[str] | None = Field(
        None, description="The attributes that a model is to learn; by default all that are written."
    )
    hidden: list[str] = Field([], description="Attributes that are not written.")
    table: TableReference | None = Field(
        None, description="Another table: row i speaks of its row i, as {table.column}."
    )
    capitals: bool = Field(True, description="Begin each sentence with a capital letter.")
    unique: bool = Field(False, description="Never make a text twice.")
