"""What each measure means, in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass

from .estimates import Estimate

__all__ = ["MEANINGS", "Meaning", "shown", "verdict"]


@dataclass(frozen=True)
class Meaning:
    """The name of a measure for people, what it says, and which value is best."""

    title: str
    meaning: str
    best: str
    """`highest`, `lowest`, `half` (0.5) or `natural` (what real rows have by nature)."""
    percent: bool = False


MEANINGS = {
    "columns": Meaning(
        "columns",
        "How alike the shares of values are, column by column; 1 is the same.",
        "highest",
    ),
    "pairs": Meaning(
        "pairs of columns",
        "How alike the shares of pairs of values are; 1 is the same.",
        "highest",
    ),
    "associations": Meaning(
        "correlations",
        "How far the dependences between columns are from the real ones, on average; 0 is the same.",
        "lowest",
    ),
    "missing": Meaning(
        "missing patterns",
        "How alike the shares of rows are that lack the same values; 1 is the same.",
        "highest",
    ),
    "told_apart": Meaning(
        "told apart",
        "The AUC of gradient boosting that tells synthetic rows from real ones; 0.5 is a coin, 1 is always.",
        "half",
    ),
    "boosting": Meaning(
        "usefulness, boosting",
        "The score, on real rows, of gradient boosting that learned from synthetic ones.",
        "highest",
    ),
    "linear": Meaning(
        "usefulness, linear",
        "The score, on real rows, of a linear model that learned from synthetic ones.",
        "highest",
    ),
    "closer": Meaning(
        "closer to training",
        "How many synthetic rows lie nearer to a training row than to one that was held out; "
        "half is chance, more is memory.",
        "half",
        percent=True,
    ),
    "copies": Meaning(
        "copies",
        "How many synthetic rows equal a training row, beside how many rows held out do by nature.",
        "natural",
        percent=True,
    ),
    "sdmetrics": Meaning(
        "SDMetrics quality",
        "The score of SDMetrics' quality report: the shapes of columns and the trends of pairs; 1 is best.",
        "highest",
    ),
}


def verdict(name: str, synthetic: Estimate, real: Estimate | None) -> str:
    """Return a sentence on what was found."""
    best = MEANINGS[name].best
    if best == "natural" or name == "closer":
        return _verdict_of_memory(name, synthetic, real)
    if real is None:
        return ""
    worse = synthetic.value - real.value if best in ("lowest", "half") else real.value - synthetic.value
    apart = synthetic.low > real.high if best in ("lowest", "half") else synthetic.high < real.low
    if worse <= 0:
        return "as good as real rows"
    if not apart:
        return "no clear difference from real rows"
    return f"{worse:.3f} short of real rows"


def _verdict_of_memory(name: str, synthetic: Estimate, real: Estimate | None) -> str:
    if name == "closer":
        if synthetic.low > 0.5:
            return "nearer to the training rows than chance explains: some of them are remembered"
        return "no nearer to the training rows than chance explains"
    natural = 0.0 if real is None else real.high
    if synthetic.low > natural:
        return "more copies of training rows than real rows make by nature: rows are repeated"
    return "no more copies than real rows make by nature"


def shown(name: str, estimate: Estimate | None) -> str:
    """Return a number with its interval for people."""
    if estimate is None:
        return ""
    form = ".2%" if MEANINGS[name].percent else ".3f"
    value, low, high = (format(part, form) for part in (estimate.value, estimate.low, estimate.high))
    return f"{value} ({low} to {high})"
