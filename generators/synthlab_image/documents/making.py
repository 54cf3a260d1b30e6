"""From chance to one row: record, sheet, print, image, labels."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from synthlab import Draws

from ..effects import photograph as develop
from ..files import photograph
from ..geometry import direction
from ..painting import encode, paint_background
from ..sampling import draw_background, draw_camera, draw_light
from ..scene import Scene
from ..warp import Lens
from .bending import Mesh
from .capture import photo, scan, scan_camera, wear
from .columns import reading, records
from .handling import Handling, fitted, handled
from .kinds import KINDS
from .languages import language
from .line_images import ink_on, set_line
from .sheet import Sheet
from .typesetting import Print, lay, printed

if TYPE_CHECKING:
    from .generator import DocumentGenerator
    from .lines import TextLineGenerator

__all__ = ["make", "make_line"]

Pixels = npt.NDArray[Any]


def make(
    options: DocumentGenerator, record: Draws, style: Draws, paper: Draws, background: Draws, light: Draws,
    camera: Draws,
) -> dict[str, Any]:  # fmt: skip
    """Return one row; each of the draws is for what its name says."""
    name = _one(options.documents, record)
    spoken = _one(options.languages, record)
    words, kind = language(spoken), KINDS[name]
    facts = kind.record(record, words, options.given)
    sheet: Sheet = kind.compose(facts, style, words, _one(options.typefaces, style))
    picture, print_, mesh = _captured(options, sheet, kind.FOLDING, paper, background, light, camera)
    found = reading(sheet, print_.letters, mesh)
    row: dict[str, Any] = {
        "image": encode(picture, options.encoding, options.quality),
        "width": picture.shape[1],
        "height": picture.shape[0],
    }
    for label in options.labels:
        match label:
            case "text":
                row[label] = "\n".join(found.lines)
            case "kind":
                row[label] = name
            case "language":
                row[label] = spoken
            case "record":
                row[label] = json.dumps(kind.truth(facts), ensure_ascii=False, separators=(",", ":"))
            case _:
                row[label] = found.column(label, picture.shape[1], picture.shape[0])
    return row


def make_line(
    options: TextLineGenerator, text: Draws, shape: Draws, background: Draws, light: Draws, camera: Draws
) -> dict[str, Any]:
    """Return one row of lines; each of the draws is for what its name says."""
    written = options.written(text)
    face, bounds = _one(options.faces_for(written), shape), (options.slant, options.bow, options.tilt)
    line = set_line(written, face, options.height, options.width, shape, *bounds)
    cover = line.cover
    if options.padded:
        room = options.width - cover.shape[1]
        cover = cv2.copyMakeBorder(cover, 0, 0, 0, room, cv2.BORDER_CONSTANT, value=0)
    height, width = cover.shape
    behind, lit, taken = (
        draw_background(options, background), draw_light(options, light), draw_camera(options, camera)
    )  # fmt: skip
    # A lens would bend what is bent already, and its labels with it.
    scene = Scene(width, height, behind, replace(lit, shadow=None), replace(taken, lens=0.0))

    def photos(name: str, annotated: bool = False, emptied: bool = False) -> Pixels:
        assert options.photos is not None
        return np.asarray(photograph(options.photos.files[name], options.width, options.height))

    picture = paint_background(behind, scene, photos)
    places = picture[:: max(1, height // 4), :: max(1, width // 6)].reshape(-1, 3).tolist()
    paper = tuple((red, green, blue) for blue, green, red in places)
    lay(picture, ink_on(shape, paper), cover)
    picture = develop(picture, scene)
    row: dict[str, Any] = {
        "image": encode(picture, options.encoding, options.quality),
        "width": width,
        "height": height,
    }
    for label in options.labels:
        match label:
            case "text":
                row[label] = written
            case "words":
                row[label] = records(line.words, line.word_quads)
            case "characters":
                row[label] = records(line.letters.texts, line.character_quads, "word", line.letters.words)
    return row


def _captured(
    options: DocumentGenerator, sheet: Sheet, folding: Any, paper: Draws, background: Draws, light: Draws,
    camera: Draws,
) -> tuple[Pixels, Print, Mesh | None]:  # fmt: skip
    """Return the image, the sheet as it was printed, and the mesh between them if there is one."""
    size = width, height = options.width, options.height
    capture = _one(options.captures, paper)
    whole = min(width / sheet.width, height / sheet.height)
    if capture == "clean":
        print_ = printed(sheet, whole)
        return print_.colours, print_, None
    handling = handled(paper, options, folding)
    if capture == "scan":
        return _scanned(options, sheet, handling, whole, paper, camera)
    taken = draw_camera(options, camera)
    lens = Lens(width, height, taken.lens) if taken.lens else None
    tall, _ = fitted(handling, sheet.width / sheet.height, width, height, lens)
    scale = tall / sheet.height
    worn = wear(handling, round(sheet.width * scale), round(sheet.height * scale), paper)
    print_ = printed(sheet, scale, worn)
    rows, columns = print_.cover.shape
    _, pose = fitted(handling, columns / rows, width, height, lens)
    lit, behind = draw_light(options, light), draw_background(options, background)

    def photos(name: str, annotated: bool = False, emptied: bool = False) -> Pixels:
        assert options.photos is not None
        return np.asarray(photograph(options.photos.files[name], width, height))

    picture, mesh = photo(print_, pose, handling, behind, lit, taken, size, photos)
    return picture, print_, mesh


def _scanned(
    options: DocumentGenerator, sheet: Sheet, handling: Handling, whole: float, paper: Draws, camera: Draws
) -> tuple[Pixels, Print, Mesh | None]:
    lying = Handling(direction(paper.uniform(-1.5, 1.5)), fill=0.995, fade=handling.fade)
    scale = whole * 0.97
    size = round(sheet.width * scale / 0.97), round(sheet.height * scale / 0.97)
    worn = wear(lying, round(sheet.width * scale), round(sheet.height * scale), paper)
    print_ = printed(sheet, scale, worn)
    rows, columns = print_.cover.shape
    _, pose = fitted(lying, columns / rows, *size, None)
    lid = paper.choice((255, 250, 236, 60, 20))
    picture, mesh = scan(print_, pose, size, scan_camera(camera), lid, paper.chance(0.5))
    return picture, print_, mesh


def _one(weights: Any, draws: Draws) -> Any:
    """Return one of the keys, in proportion to their weights."""
    return list(weights)[draws.weighted(list(weights.values()))]
