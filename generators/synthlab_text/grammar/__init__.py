"""Texts by a grammar that the schema file brings along: a front end of the engine, as the reviews are one."""

from __future__ import annotations

from .generate import GrammarTexts
from .options import Grammar

__all__ = ["Grammar", "GrammarTexts"]
