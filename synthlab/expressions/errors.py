"""What is wrong with an expression, and where in it."""

from __future__ import annotations

from synthlab.errors import UsageError

__all__ = ["ExpressionError"]

_WIDTH = 88
"""How many characters of a long expression are shown around the mistake."""


class ExpressionError(UsageError):
    """An expression that cannot be used; `offset` and `length` are characters of its source."""

    def __init__(self, message: str, source: str, offset: int, length: int = 1, hint: str = "") -> None:
        super().__init__(message, source, offset, length, hint)
        self.message = message
        self.source = source
        self.offset = offset
        self.length = max(1, length)
        self.hint = hint

    def __str__(self) -> str:
        first = max(0, self.offset - _WIDTH // 2)
        shown = "".join(map(_visible, self.source[first : first + _WIDTH]))
        carets = "^" * min(self.length, _WIDTH // 2)
        said = f"{self.message}; {self.hint}" if self.hint else self.message
        return f"{said}\n  {shown}\n  {' ' * (self.offset - first)}{carets}"


def _visible(character: str) -> str:
    """Return one character for one, so that the carets stay under what they point at."""
    if character.isprintable():
        return character
    return " " if character.isspace() else "�"
