"""An audit as one page of HTML: no script, nothing loaded from elsewhere, all text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from string import Template
from typing import TYPE_CHECKING

from .bars import Bar
from .meanings import MEANINGS, shown

if TYPE_CHECKING:
    from .result import Audit, Column

__all__ = ["page"]

MOST_COLUMNS = 60
"""So many columns are drawn at most, the least like the real ones."""
_LABEL, _WIDTH, _STEP = 112, 320, 20

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5d6b7a; --line: #dde3ea; --back: #fff;
  --card: #f7f9fb; --real: #8b9bad; --made: #d9822b; --good: #1f7a4d; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --soft: #9aa8b6; --line: #313b46;
  --back: #14191f; --card: #1b222a; --real: #71839a; --made: #e8984a; --good: #6cc79a; --bad: #f2938c; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back);
  max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
p, li, .soft { color: var(--soft); } .wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { font-weight: 600; } td small { display: block; color: var(--soft); }
.good { color: var(--good); } .bad { color: var(--bad); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(20.5rem, 1fr)); gap: 1rem; }
figure { margin: 0; padding: .8rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; } figcaption { overflow-wrap: anywhere; } svg { width: 100%; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
.real { fill: var(--real); background: var(--real); } .made { fill: var(--made); background: var(--made); }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
</style>
</head>
<body>
<h1>$title</h1>
<p>$intro</p>
$body
</body>
</html>
""")


def page(audit: Audit) -> str:
    """Return the page.

    It is made from real data: shares of values that many rows have, and no row. It is no more private than
    those shares are.
    """
    against = f"{audit.rows['synthetic']:,} rows of {audit.synthetic} against {audit.rows['holdout']:,} of "
    against += audit.holdout
    if audit.training is not None:
        against += f", with {audit.rows['training']:,} training rows of {audit.training}"
    parts = [
        _measures(audit),
        _listed("What was compared", audit.compared),
        _columns(audit),
        _pairs(audit),
        _associations(audit),
        _patterns(audit),
        _listed("Left out", [f"{name}: {why}" for name, why in audit.left_out.items()]),
        _listed("Notes", audit.notes),
    ]
    title = f"Audit of {audit.synthetic}"
    return _PAGE.substitute(
        title=_text(title), intro=_text(f"{against}."), body="\n".join(filter(None, parts))
    )


def _measures(audit: Audit) -> str:
    rows = []
    for measure in audit.measures:
        found = MEANINGS[measure.name]
        tone = "bad" if " short of " in measure.verdict or "rows are repeated" in measure.verdict else "good"
        tone = "bad" if "remembered" in measure.verdict else tone
        rows.append(
            [
                f"{_text(found.title)}<small>{_text(found.meaning)}</small>",
                _text(shown(measure.name, measure.synthetic)),
                _text(shown(measure.name, measure.real)),
                f'<span class="{tone}">{_text(measure.verdict)}</span>'
                f"<small>over {_text(measure.interval)}</small>",
            ]
        )
    return "<h2>Measures</h2>" + _table(["measure", "synthetic", "real rows instead", "what it says"], rows)


def _columns(audit: Audit) -> str:
    rows = [
        [
            _text(column.name),
            _text(column.kind),
            _text(shown("columns", column.likeness)),
            f"{column.ceiling.value:.3f}",
            f"{column.missing:.1%} (real {column.missing_real:.1%})",
            f"{column.gives_away:.3f}" if column.gives_away >= 0.001 else "",
        ]
        for column in audit.columns
    ]
    head = ["column", "kind", "alike", "real rows", "missing", "gives rows away (AUC)"]
    drawn = audit.columns[:MOST_COLUMNS]
    more = f"<p>The {MOST_COLUMNS} least alike are drawn.</p>" if len(audit.columns) > len(drawn) else ""
    key = '<p><span class="key real"></span>real<span class="key made"></span>synthetic. '
    key += "No bar stands for fewer than 5 real rows: rare values are joined.</p>"
    figures = "".join(_figure(column) for column in drawn)
    return (
        f"<h2>Columns, the least alike first</h2>{_table(head, rows)}"
        f'<h2>Values</h2>{key}{more}<div class="cards">{figures}</div>'
    )


def _figure(column: Column) -> str:
    return f"<figure><figcaption>{_text(column.name)}</figcaption>{_drawing(column.bars)}</figure>"


def _drawing(bars: Sequence[Bar]) -> str:
    """Return the bars as a picture: a line for each value, the real share above the synthetic one."""
    most = max((max(bar.real, bar.synthetic) for bar in bars), default=0) or 1
    room = _WIDTH - _LABEL - 46
    lines = []
    for number, bar in enumerate(bars):
        top = number * _STEP
        ours, theirs = (max(0.0, share / most * room) for share in (bar.real, bar.synthetic))
        lines.append(
            f"<g><title>{_text(bar.label)}: real {bar.real:.1%}, synthetic {bar.synthetic:.1%}</title>"
            f'<text x="{_LABEL - 6}" y="{top + 13}" text-anchor="end">{_text(_short(bar.label))}</text>'
            f'<rect class="real" x="{_LABEL}" y="{top + 3}" width="{ours:.1f}" height="7"/>'
            f'<rect class="made" x="{_LABEL}" y="{top + 10}" width="{theirs:.1f}" height="7"/>'
            f'<text x="{_LABEL + max(ours, theirs) + 5:.1f}" y="{top + 14}">{bar.synthetic:.1%}</text></g>'
        )
    height = max(1, len(bars)) * _STEP
    return f'<svg role="img" viewBox="0 0 {_WIDTH} {height}">{"".join(lines)}</svg>'


def _pairs(audit: Audit) -> str:
    rows = [
        [_text(" and ".join(pair.columns)), _text(shown("pairs", pair.likeness)), f"{pair.ceiling.value:.3f}"]
        for pair in audit.pairs[:10]
    ]
    return "<h2>Worst pairs of columns</h2>" + _table(["pair", "alike", "real rows"], rows) if rows else ""


def _associations(audit: Audit) -> str:
    rows = [
        [
            _text(" and ".join(bond.columns)),
            _text(bond.measure),
            f"{bond.real:.3f}",
            f"{bond.synthetic:.3f}",
            _text(shown("associations", bond.difference)),
        ]
        for bond in audit.associations[:10]
    ]
    head = ["pair", "measure", "real", "synthetic", "difference"]
    return "<h2>Worst correlations</h2>" + _table(head, rows) if rows else ""


def _patterns(audit: Audit) -> str:
    rows = [
        [_text(", ".join(p.columns) or "nothing missing"), f"{p.real:.2%}", f"{p.synthetic:.2%}"]
        for p in audit.patterns
    ]
    return "<h2>Missing together</h2>" + _table(["columns", "real", "synthetic"], rows) if rows else ""


def _listed(title: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return f"<h2>{_text(title)}</h2><ul>{items}</ul>" if items else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the head is text, the cells are HTML."""
    top = "".join(f"<th>{_text(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _text(text: str) -> str:
    """Return text that is only text in HTML, whatever is in it."""
    return escape("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text))


def _short(text: str) -> str:
    return text if len(text) <= 18 else f"{text[:17]}…"
