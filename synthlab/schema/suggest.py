"""What was probably meant: by a key that nobody knows, or a number or date that is written otherwise."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from ..errors import nearest

__all__ = ["did_you_mean", "meant", "meant_date", "meant_number", "meant_share"]

# What people write for the same thing. A key that is unknown is compared with these before its spelling is.
_SYNONYMS = [
    set(words.split())
    for words in (
        "std sd sigma stddev std_dev stdev standard_deviation",
        "mean mu average avg loc",
        "low min minimum lower from start",
        "high max maximum upper to end stop",
        "rows num_rows n_rows row_count count n num samples num_samples n_samples size",
        "seed random_state random_seed rng",
        "values choices enum categories items",
        "weights probabilities probs",
        "lam lambda rate mu",
        "columns fields features",
        "kind type dtype distribution",
        "name title id",
        "generator modality plugin engine",
        "options parameters params config settings",
        "format output writer",
        "splits split",
        "otherwise else default fallback",
        "decimals round precision digits",
        "expression expr formula",
        "description desc comment",
        "synthlab version",
        "normal gaussian gauss",
        "categorical choice category enum options",
        "bernoulli boolean bool binary coin",
        "expression formula computed derived",
        "sequence id serial counter autoincrement",
        "number float real decimal",
        "integer int whole",
        "jsonl ndjson json_lines",
        "p probability prob share chance",
        "missing missing_values missing_data nulls null na nan blanks",
        "duplicates duplicate_rows copies repeats",
        "typos misspellings typing_errors",
        "outliers anomalies spikes",
        "rate probability share fraction frequency",
        "when condition where if filter",
        "from_row start from begin first_row",
        "to_row end to stop until last_row",
        "jpeg jpg",
        "annotators annotator annotations raters labelers crowd",
        "labels_per_row overlap redundancy votes answers_per_row",
    )
]

# Longer is no misspelt name, and comparing it would take time.
_LONGEST_NAME = 40

_GROUPED = re.compile(r"([-+]?[0-9]{1,3}(?:[_,' ][0-9]{3})+|[-+]?[0-9]{1,15})(\.[0-9]{1,15})?([kKmM%]?)")
_UNITS = {"": 1, "%": 0.01, "k": 1_000, "m": 1_000_000}
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def did_you_mean(name: str | None) -> str:
    """Return the hint that names what was meant, if anything was."""
    return f"did you mean {name!r}?" if name is not None else ""


@lru_cache(maxsize=4096)
def meant(found: str, known: tuple[str, ...]) -> str | None:
    """Return the known name that was probably meant: another spelling or another word for it."""
    if len(found) > _LONGEST_NAME:
        return None
    word = found.casefold().replace("-", "_")
    for synonyms in _SYNONYMS:
        if word in synonyms:
            for name in known:
                if name in synonyms:
                    return name
    near = nearest(found, known)
    if near is not None or len(word) < 3:
        return near
    # `blur` for `blur_range` is no near spelling, but when it is the one name with that beginning, it is it.
    longer = [name for name in known if name.casefold().startswith(f"{word}_")]
    return longer[0] if len(longer) == 1 else None


def meant_number(found: object) -> str:
    """Return the hint for text that people read as a number: `10_000`, `10,000`, `10k`, `50%`."""
    match = _GROUPED.fullmatch(found.strip()) if isinstance(found, str) and len(found) < 40 else None
    if match is None:
        return ""
    value = float(re.sub("[_,' ]", "", match[1]) + (match[2] or "")) * _UNITS[match[3].lower()]
    return f"did you mean {int(value) if value.is_integer() else f'{value:g}'}?"


def meant_share(found: object, limit: object) -> str:
    """Return the hint for a number that is too large for a share, and may be a percentage."""
    if limit != 1 or not isinstance(found, (int, float)) or not 1 < found <= 100:
        return ""
    return f"did you mean {found / 100:g}?"


def meant_date(found: object) -> str:
    """Return the hint for a date that is not written year-month-day."""
    for form, order in ((_DAY_FIRST, (2, 1)), (_MONTH_FIRST, (1, 2))):
        match = form.fullmatch(found) if isinstance(found, str) else None
        if match:
            try:
                day = datetime.date(int(match[3]), int(match[order[0]]), int(match[order[1]]))
            except ValueError:
                continue
            return f"did you mean {day}?"
    return ""
