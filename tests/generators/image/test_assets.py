"""Every kind of asset: the same look gives the same picture, and what is known about it is true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import cv2
import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from synthlab import Draws, Rows
from synthlab.errors import InputError
from synthlab_image import ImageGenerator
from synthlab_image.assets.base import Asset
from synthlab_image.assets.codes import ean13
from synthlab_image.assets.kinds import AnyAsset
from synthlab_image.assets.sign import SignName

MORE: dict[str, dict[str, Any]] = {
    "particle": {
        "colours": [[200, 120, 160]],
        "softness_range": [0, 0.1],
        "nucleus": {"colours": [[100, 80, 200]], "lobes_range": [1, 5]},
        "granules": {"colours": [[180, 60, 90]]},
        "glints_range": [0, 3],
    },
    "document": {"documents": ["receipt", "id-card", "label", "page"], "languages": ["en", "de"]},
    "part": {"parts": ["nut", "washer", "bolt", "gear", "bracket", "spring"], "defects": 0.5},
    "shape": {"shape": "crescent"},
    "sign": {"signs": list(get_args(SignName))},
    "text": {"length_range": [1, 9], "cards": 0.5},
}
KINDS = [
    "barcode", "card", "coin", "die", "display", "document", "gauge", "package", "part", "particle",
    "plate", "price_tag", "qr", "shape", "sign", "text",
]  # fmt: skip


def asset(kind: str, **more: Any) -> Asset:
    made: Asset = TypeAdapter(AnyAsset).validate_python({"asset": kind, **MORE.get(kind, {}), **more})
    return made


def draws(count: int = 30, seed: int = 4) -> list[Draws]:
    return list(Rows(seed, 0, count).stream("looks").each())


@pytest.mark.parametrize("kind", KINDS)
def test_a_look_is_plain_data_and_all_that_a_picture_needs(kind: str) -> None:
    made, looks = asset(kind), set()
    for lots in draws():
        look = made.look(lots, ((90, 120, 60),))
        looks.add(json.dumps(look))
        for size in (12, 61):
            one, again = made.draw(look, size), made.draw(json.loads(json.dumps(look)), size)
            assert np.array_equal(one.pixels, again.pixels)
            assert (one.text, one.parts, one.keypoints) == (again.text, again.parts, again.keypoints)
            height, width = one.pixels.shape[:2]
            assert abs(max(height, width) - 2 * one.margin - size) <= 3
            cover = one.pixels[..., 3]
            assert (one.pixels[..., :3] <= cover[..., None]).all(), "colours are multiplied by the coverage"
            assert not cover[0].any()
            assert not cover[:, -1].any()
            assert size < 50 or (cover >= 128).mean() > 0.05
            assert len(one.keypoints) == len(made.keypoints)
            for part in one.parts:
                assert all(-3 <= x <= width + 3 and -3 <= y <= height + 3 for x, y in part.corners)
    assert len(looks) > (4 if kind == "die" else 15)


def test_the_words_on_a_document_are_its_parts() -> None:
    made = asset("document")
    for lots in draws(6):
        raster = made.draw(made.look(lots, ()), 400)
        assert [part.text for part in raster.parts] == raster.text.split()
        paper = np.median(raster.pixels[2:-2, 2:-2, :3].reshape(-1, 3), axis=0)
        for part in raster.parts:
            (left, top), _, (right, bottom), _ = part.corners
            inside = raster.pixels[round(top) : round(bottom), round(left) : round(right), :3]
            assert inside.size
            assert np.abs(inside - paper).max() > 20, "there is ink in its box"


def test_bar_codes_and_qr_codes_can_be_read() -> None:
    bars, codes = 0, 0
    for lots in draws(12):
        for kind, size in (("barcode", 452), ("qr", 400)):
            raster = (made := asset(kind)).draw(made.look(lots, ()), size)
            shown = 255 - raster.pixels[..., 3:] + raster.pixels[..., :3]
            page = cv2.copyMakeBorder(shown, 100, 100, 100, 100, cv2.BORDER_CONSTANT, value=(255, 255, 255))
            if kind == "qr":
                codes += cv2.QRCodeDetector().detectAndDecode(page)[0] == raster.text
            else:
                read = cv2.barcode.BarcodeDetector().detectAndDecode(page)[0]
                # OpenCV's reader finds few of them; what it reads must be right.
                assert read == "" or read.zfill(13) == raster.text
                bars += bool(read)
                row = shown[len(shown) // 3, 1:-1, 1].astype(int)
                modules = [int(row[round((11 + i + 0.5) * 4)] < 128) for i in range(95)]
                assert "".join(map(str, modules)) == ean13(raster.text[:12])[1]
    assert codes >= 11
    assert bars >= 2
    assert ean13("400638133393")[0] == "4006381333931"


def test_what_parts_say_is_the_text() -> None:
    for lots in draws():
        plate, display = asset("plate"), asset("display")
        raster = plate.draw(plate.look(lots, ()), 200)
        assert "".join(p.text for p in raster.parts) == raster.text.replace(" ", "")
        raster = display.draw(display.look(lots, ()), 200)
        assert "".join(p.text for p in raster.parts) == raster.text.replace(".", "")


def test_the_reading_of_a_gauge_is_where_its_pointer_is() -> None:
    gauge = asset("gauge")
    for lots in draws():
        look = gauge.look(lots, ())
        raster = gauge.draw(look, 240)
        centre, tip, low, high = (np.array(p) for p in raster.keypoints)
        reading = float(raster.text.split()[0]) / look["top"]

        def turn(point: Any, centre: Any = centre) -> float:
            return float(np.degrees(np.arctan2(*(point - centre)[::-1])) - 135) % 360

        assert turn(high) == pytest.approx(270, abs=0.5)
        assert min(turn(low), 360 - turn(low)) < 0.5
        assert turn(tip) % 359.9 == pytest.approx(270 * reading, abs=1)


def test_the_numbers_of_a_scale_are_exact_as_written() -> None:
    gauge = asset("gauge")
    for lots in draws():
        look = gauge.look(lots, ())
        for i in range(look["steps"] + 1):
            value = look["top"] * i / look["steps"]
            assert float(f"{value:.1f}") == value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, colour in (("tom", (0, 200, 255, 255)), ("leo", (200, 0, 90, 255))):
        picture = np.zeros((60, 90, 4), dtype=np.uint8)
        cv2.ellipse(picture, (45, 30), (30, 20), 15, 0, 360, colour, -1)
        (tmp_path / "cats").mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / "cats" / f"{name}.png"), picture)
    (tmp_path / "photos").mkdir()
    photo = np.zeros((200, 300, 3), dtype=np.uint8)
    photo[:] = (40, 90, 40)
    cv2.imwrite(str(tmp_path / "photos" / "meadow.png"), photo)
    return tmp_path


def test_sprites_and_photographs_come_from_folders_beside_the_schema(folder: Path) -> None:
    options = {
        "width": 160,
        "height": 120,
        "classes": {"cat": {"asset": "sprites", "folder": "cats"}},
        "backgrounds": ["photos"],
        "photos": "photos",
    }
    files: dict[str, Path] = {}
    generator = ImageGenerator.model_validate(options, context={"folder": folder, "files": files})
    assert set(files) == {"cats/tom.png", "cats/leo.png", "photos/meadow.png"}
    assert not list(generator.problems())
    batch = generator.generate(Rows(1, 0, 8))
    assert sum(len(row) for row in batch.column("objects").to_pylist()) > 8
    again = ImageGenerator.model_validate(options, context={"folder": folder})
    assert again.generate(Rows(1, 3, 5)).equals(batch.slice(3, 2))


def test_objects_of_a_coco_dataset_are_cut_out(folder: Path) -> None:
    data = {
        "images": [{"id": 5, "file_name": "meadow.png", "width": 300, "height": 200}],
        "categories": [{"id": 3, "name": "tree"}],
        "annotations": [
            {"id": 9, "image_id": 5, "category_id": 3, "bbox": [10, 20, 60, 40], "iscrowd": 0,
             "segmentation": [[10, 20, 70, 20, 40, 60]]},
            {"id": 10, "image_id": 5, "category_id": 3, "bbox": [100, 20, 4, 4], "iscrowd": 0},
        ],
    }  # fmt: skip
    (folder / "trees.json").write_text(json.dumps(data))
    tree = {"asset": "cutouts", "annotations": "trees.json", "images": "photos", "category": "tree"}
    options: dict[str, Any] = {"width": 160, "height": 120, "classes": {"tree": tree}}
    generator = ImageGenerator.model_validate(options, context={"folder": folder})
    assert not list(generator.problems())
    for layout in generator.layouts(Rows(1, 0, 5)):
        for placed in layout.placed:
            assert placed.thing.look == {"annotation": 9}
            assert 0.4 < (placed.raster.pixels[..., 3] >= 128).mean() < 0.6, "a triangle"
    tree["category"] = "house"
    generator = ImageGenerator.model_validate(options, context={"folder": folder})
    assert "has no category 'house'; it has 'tree'" in next(iter(generator.problems())).message


@pytest.mark.parametrize("name", ["../cats", "/etc", ".", "cats/tom.png", "dogs"])
def test_folders_elsewhere_are_refused(folder: Path, name: str) -> None:
    (folder / "schemas").mkdir(exist_ok=True)
    options = {"classes": {"cat": {"asset": "sprites", "folder": name}}}
    inner = folder / "schemas" if name == "../cats" else folder
    with pytest.raises(ValidationError, match="folder"):
        ImageGenerator.model_validate(options, context={"folder": inner})
    with pytest.raises(ValidationError, match="cannot refer to a folder"):
        ImageGenerator.model_validate(options)


def test_a_link_out_of_the_folder_is_refused(folder: Path) -> None:
    (folder / "inner" / "cats").mkdir(parents=True)
    (folder / "inner" / "cats" / "tom.png").symlink_to(folder / "cats" / "tom.png")
    options = {"classes": {"cat": {"asset": "sprites", "folder": "cats"}}}
    with pytest.raises(ValidationError, match="leads outside"):
        ImageGenerator.model_validate(options, context={"folder": folder / "inner"})


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'


def test_svg_files_are_sprites_with_clear_backgrounds(folder: Path) -> None:
    (folder / "signs").mkdir()
    (folder / "signs" / "arrow.svg").write_text(
        SVG.format('<path d="M0 5h20v-5l20 10-20 10v-5h-20z" fill="#c00"/>')
    )
    (folder / "signs" / "word.svg").write_text(SVG.format('<text y="15" font-size="16">on</text>'))
    options = {"classes": {"sign": {"asset": "sprites", "folder": "signs"}}, "rotation_range": [0, 0]}
    generator = ImageGenerator.model_validate(options, context={"folder": folder})
    (asset,) = generator.assets[0]
    arrow = asset.draw(
        {"file": "signs/arrow.svg" if "signs/arrow.svg" in asset.folder.files else "arrow.svg"}, 400
    )  # type: ignore[attr-defined]
    height, width = arrow.pixels.shape[:2]
    assert (width, height) == (402, 202)
    coverage = arrow.pixels[..., 3]
    # A shaft of half of the height over half of the width, and a triangle: half of the box.
    assert abs((coverage / 255).sum() / (400 * 200) - 0.5) < 0.01
    assert tuple(arrow.pixels[101, 100, :3]) == (0, 0, 204)
    assert generator.generate(Rows(1, 0, 4)).equals(generator.generate(Rows(1, 0, 6)).slice(0, 4))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SVG.format('<image href="/etc/secret.png" width="9" height="9"/>'), "shows another picture"),
        ("<svg", "no SVG file that can be drawn"),
        (SVG.format(""), "transparent all over"),
    ],
)
def test_svg_files_that_cannot_be_used_say_why(folder: Path, text: str, message: str) -> None:
    (folder / "signs").mkdir()
    (folder / "signs" / "bad.svg").write_text(text)
    options = {"classes": {"sign": {"asset": "sprites", "folder": "signs"}}}
    generator = ImageGenerator.model_validate(options, context={"folder": folder})
    with pytest.raises(InputError, match=message):
        generator.generate(Rows(1, 0, 2))


FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")


@pytest.mark.skipif(not FONT.exists(), reason="no font with coloured emoji is installed")
def test_emoji_come_from_a_font_beside_the_schema(folder: Path) -> None:
    (folder / "emoji.ttf").write_bytes(FONT.read_bytes())
    emoji = {"asset": "emoji", "characters": ["😀", "🍎", "👍🏽"], "font": "emoji.ttf"}
    options: dict[str, Any] = {"classes": {"emoji": emoji}, "labels": ["box", "label", "text"]}
    files: dict[str, Path] = {}
    generator = ImageGenerator.model_validate(options, context={"folder": folder, "files": files})
    assert list(files) == ["emoji.ttf"]
    (asset,) = generator.assets[0]
    apple = asset.draw({"emoji": "🍎"}, 100).pixels
    solid = apple[apple[..., 3] == 255]
    assert len(solid) > 0.4 * apple[..., 3].size
    assert solid[:, 2].mean() > 1.5 * solid[:, 0].mean(), "an apple is red"
    texts = {
        o["text"] for row in generator.generate(Rows(1, 0, 20)).column("objects").to_pylist() for o in row
    }
    assert texts == {"😀", "🍎", "👍🏽"}
