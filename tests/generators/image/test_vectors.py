"""SVG files as sprites: whatever stands in them, they are drawn or refused, and soon."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthlab import InputError
from synthlab_image.assets.vector_checks import DEEPEST, MOST_ELEMENTS
from synthlab_image.assets.vectors import SVG_SIDE, rasterised

RECT = '<rect id="r" width="10" height="10" fill="#c00"/>'


def svg(inner: str, sides: str = 'viewBox="0 0 10 10"') -> str:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {names} {sides}>{inner}</svg>"


def stored(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "a.svg"
    path.write_bytes(text.encode(encoding))
    return path


def laughs(levels: int) -> str:
    """Ten of ten of ten ... of the same square."""
    groups = [f'<g id="l0">{RECT}</g>']
    groups += [f'<g id="l{k}">' + f'<use xlink:href="#l{k - 1}"/>' * 10 + "</g>" for k in range(1, levels)]
    return "".join(groups)


PATTERN = '<pattern id="p"><rect class="a" width="9" height="9"/></pattern>'


def laughs_in_style(levels: int) -> str:
    """The same, each by the class of the one below."""
    rules = "".join(f".l{k} {{ fill: url(#l{k - 1}) }}\n" for k in range(1, levels))
    patterns = f'<pattern id="l0">{RECT}</pattern>'
    for k in range(1, levels):
        patterns += f'<pattern id="l{k}">' + f'<rect class="l{k}" width="1" height="1"/>' * 10 + "</pattern>"
    return f"<style>{rules}</style>{patterns}"


@pytest.mark.parametrize(
    ("inner", "problem"),
    [
        ("<g>" * 500 + RECT + "</g>" * 500, "deep"),
        ("".join(f'<g id="g{k}"><use href="#g{k + 1}"/></g>' for k in range(500)), "deep"),
        ("<g/>" * (MOST_ELEMENTS + 1), "more than 20,000 elements"),
        (laughs(9), "refers to its elements so often"),
        ('<g id="a"><use href="#a"/></g>', "refers to itself"),
        ('<pattern id="p"><rect width="9" height="9" fill="url(#p)"/></pattern>', "refers to itself"),
        ("<style>" + "[:a(" * 500_000 + "{fill:url(#p)}</style>" + PATTERN, "refers to itself"),
        (laughs_in_style(9), "refers to its elements so often"),
        ("<style>rect { fill: url(#p) }</style>" + PATTERN, "refers to itself"),
        ("<style><![CDATA[g > .a:hover, /* } */ b {fill:url('#p')}]]></style>" + PATTERN, "refers to itself"),
        ('<svg:image xmlns:svg="http://www.w3.org/2000/svg" href="b.png"/>', "another picture"),
        ("<g>", "no SVG file"),
    ],
)
def test_a_file_that_would_take_too_much_is_refused(tmp_path: Path, inner: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        rasterised(stored(tmp_path, svg(inner)))


def test_a_style_sheet_may_refer_to_paints_and_patterns(tmp_path: Path) -> None:
    paint = '<linearGradient id="g"><stop stop-color="#f00"/></linearGradient>'
    sheet = "<style>@media screen { svg rect.a[width], .none { fill: url(#g) } }\n* {stroke: none}</style>"
    square = '<rect class="a b" width="10" height="10"/>'
    plain = rasterised(stored(tmp_path, svg(paint + square.replace('class="a b"', 'fill="url(#g)"'))))
    assert (
        rasterised(
            stored(tmp_path, svg(paint + sheet.replace("@media screen { ", "").replace("} }", "}") + square))
        )
        == plain
    ).all()
    rasterised(stored(tmp_path, svg(paint + sheet + square * 5000)))


def test_entities_are_refused_and_a_plain_document_type_is_not(tmp_path: Path) -> None:
    public = '"-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"'
    plain = rasterised(stored(tmp_path, svg(RECT)))
    typed = rasterised(stored(tmp_path, f"<!DOCTYPE svg PUBLIC {public}>{svg(RECT)}"))
    assert (plain == typed).all()
    with pytest.raises(InputError, match="entities"):
        rasterised(stored(tmp_path, f'<!DOCTYPE svg [<!ENTITY a "b">]>{svg(RECT)}'))


def test_elements_as_deep_and_as_many_as_allowed_are_drawn(tmp_path: Path) -> None:
    inner = "<g>" * (DEEPEST - 2) + RECT + "</g>" * (DEEPEST - 2) + laughs(4).replace('id="r"', "")
    assert rasterised(stored(tmp_path, svg(inner)))[..., 3].min() == 255


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_picture_is_the_same_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    text = svg(f'{RECT}<text y="8" font-size="8">é</text>')
    plain = rasterised(stored(tmp_path, text))
    told = rasterised(stored(tmp_path, f'<?xml version="1.0" encoding="{encoding}"?>{text}', encoding))
    assert (plain == told).all()


@pytest.mark.parametrize("unit", ["", "px", "mm", "in"])
def test_sides_may_have_units(tmp_path: Path, unit: str) -> None:
    sides = f'width="20{unit}" height="10{unit}" viewBox="0 0 20 10"'
    assert rasterised(stored(tmp_path, svg(RECT, sides))).shape == (SVG_SIDE // 2, SVG_SIDE, 4)
