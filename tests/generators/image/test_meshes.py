"""Meshes: the files that are read, and what is seen of them."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from synthlab import Rows
from synthlab.errors import InputError
from synthlab_image import ImageGenerator
from synthlab_image.assets.kinds import AnyAsset
from synthlab_image.assets.mesh import MeshAsset

Point = tuple[float, float, float]
Faces = Sequence[Sequence[int]]

CUBE: list[Point] = [(x, y, z) for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)]
SIDES = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
AHEAD: dict[str, Any] = {"azimuth": 0, "elevation": 0, "light": [0, 0, 1], "shine": 0}


def ball(around: int = 32, down: int = 16) -> tuple[list[Point], Faces]:
    """Return a sphere of rings of four-sided faces."""
    points = [
        (math.sin(t) * math.cos(p), math.cos(t), math.sin(t) * math.sin(p))
        for t in (math.pi * i / down for i in range(down + 1))
        for p in (2 * math.pi * k / around for k in range(around))
    ]
    faces = [
        (i + k, i + around + k, i + around + (k + 1) % around, i + (k + 1) % around)
        for i in range(0, down * around, around)
        for k in range(around)
    ]
    return points, faces


def obj(points: Sequence[Sequence[float]], faces: Faces) -> str:
    corners = ["v " + " ".join(map(str, p)) for p in points]
    return "\n".join([*corners, *("f " + " ".join(f"{i + 1}//1" for i in face) for face in faces)]) + "\n"


def ply(form: str, points: Sequence[Point], faces: Faces) -> bytes:
    head = f"ply\nformat {form} 1.0\ncomment made by hand\nelement vertex {len(points)}\n"
    head += "property float x\nproperty float y\nproperty float z\nproperty uchar red\n"
    head += f"property uchar green\nproperty uchar blue\nelement face {len(faces)}\n"
    head += "property uchar side\nproperty list uchar int vertex_indices\nend_header\n"
    if form == "ascii":
        lines = [f"{x} {y} {z} 200 199 199" for x, y, z in points]
        lines += [" ".join(map(str, (0, len(face), *face))) for face in faces]
        return (head + "\n".join(lines)).encode()
    order = "<" if "little" in form else ">"
    body = b"".join(struct.pack(f"{order}3f3B", *p, 200, 199, 199) for p in points)
    return head.encode() + body + b"".join(struct.pack(f"{order}BB4i", 0, 4, *face) for face in faces)


def stl(points: Sequence[Point], faces: Faces, *, text: bool) -> bytes:
    triangles = [[points[face[i]] for i in (0, k, k + 1)] for face in faces for k in range(1, len(face) - 1)]
    if text:
        facets = ("outer loop\n" + "".join(f"vertex {x} {y} {z}\n" for x, y, z in t) for t in triangles)
        return ("solid cube\n" + "endloop\n".join(facets) + "endloop\nendsolid").encode()
    records = b"".join(struct.pack("<12fH", 0, 0, 0, *sum(t, ()), 0) for t in triangles)
    return bytes(80) + struct.pack("<I", len(triangles)) + records


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cube and a ball."""
    made = tmp_path_factory.mktemp("meshes")
    (made / "models").mkdir()
    (made / "models" / "cube.obj").write_text(obj(CUBE, SIDES))
    (made / "models" / "ball.obj").write_text(obj(*ball()))
    return made


def mesh(folder: Path, **more: Any) -> MeshAsset:
    made: MeshAsset = TypeAdapter(AnyAsset).validate_python(
        {"asset": "mesh", "folder": "models", **more}, context={"folder": folder}
    )
    return made


def seen(folder: Path, file: str, size: int = 60, up: str = "y", **look: Any) -> npt.NDArray[Any]:
    """Return the pixels of a file, seen straight ahead in the light of the viewer."""
    return mesh(folder, up=up).draw({**AHEAD, "file": file, **look}, size).pixels


def drawn(tmp_path: Path, name: str, content: str | bytes, **look: Any) -> npt.NDArray[Any]:
    (tmp_path / "models").mkdir(exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (tmp_path / "models" / name).write_bytes(data)
    return seen(tmp_path, name, **look)


def test_a_cube_seen_straight_on_covers_a_square(folder: Path) -> None:
    pixels = seen(folder, "cube.obj")
    assert pixels.shape == (62, 62, 4)
    assert (pixels[1:-1, 1:-1, 3] == 255).all()
    assert len(np.unique(pixels[1:-1, 1:-1].reshape(-1, 4), axis=0)) == 1, "a side is of one colour"


def test_a_ball_covers_a_disc_from_any_side_and_is_smooth(folder: Path) -> None:
    for azimuth, elevation in ((0, 0), (77, 31), (200, -90)):
        look = {"azimuth": azimuth, "elevation": elevation, "light": [0.8, 0.6, 0.0]}
        pixels = seen(folder, "ball.obj", 100, **look)
        assert pixels[..., 3].sum() / 255 == pytest.approx(math.pi * 50**2, rel=0.02)
        assert len(set(pixels[50, 8:-8, 1])) > 40, "more shades along a line than the 16 faces it crosses"


def test_where_sides_meet_there_is_an_edge(folder: Path) -> None:
    pixels = seen(folder, "cube.obj", azimuth=30, elevation=30, light=[0.6, 0.8, 0])
    solid = pixels[pixels[..., 3] == 255]
    _, counts = np.unique(solid, axis=0, return_counts=True)
    assert np.sort(counts)[-3:].sum() > 0.9 * len(solid), "three sides, each of one colour"


@given(
    file=st.sampled_from(["cube.obj", "ball.obj"]),
    azimuth=st.floats(0, 360),
    elevation=st.floats(-90, 90),
    size=st.integers(1, 90),
)
@settings(max_examples=40, deadline=None)
def test_the_longer_side_is_the_size_and_the_margin_is_clear(
    folder: Path, file: str, azimuth: float, elevation: float, size: int
) -> None:
    look = {"azimuth": azimuth, "elevation": elevation}
    pixels = seen(folder, file, size, **look)
    height, width = pixels.shape[:2]
    cover = pixels[..., 3]
    assert max(height, width) == size + 2
    assert not cover[[0, -1]].any()
    assert not cover[:, [0, -1]].any()
    assert size < 20 or (cover[1].any() and cover[-2].any() and cover[:, 1].any() and cover[:, -2].any())
    assert (pixels[..., :3] <= cover[..., None]).all(), "colours are multiplied by the coverage"
    assert np.array_equal(pixels, seen(folder, file, size, **json.loads(json.dumps(look))))


def test_looks_repeat_and_views_and_lights_differ(folder: Path) -> None:
    asset = mesh(folder, views=6, lights=2, colours=[[200, 30, 30], [30, 30, 200]])
    looks = {json.dumps(asset.look(lots, ())) for lots in Rows(3, 0, 1000).stream("looks").each()}
    assert len(looks) == 2 * 6 * 2 * 2
    cubes = [look for look in map(json.loads, looks) if look["file"] == "cube.obj"]
    assert len({asset.draw(look, 40).pixels.tobytes() for look in cubes}) == 6 * 2 * 2
    assert all(10 <= look["elevation"] <= 60 for look in cubes)
    assert all(sum(v * v for v in look["light"]) == pytest.approx(1, abs=1e-5) for look in cubes)


def test_what_is_nearer_hides_what_is_behind_in_any_order(tmp_path: Path) -> None:
    """A small red square before a large blue one, and two that go through each other."""
    large = [(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]
    small = [(-0.4, -0.4, 0.5), (0.4, -0.4, 0.5), (0.4, 0.4, 0.5), (-0.4, 0.4, 0.5)]
    blue, red = [(*p, 0, 0, 1) for p in large], [(*p, 1, 0, 0) for p in small]
    one = drawn(tmp_path, "one.obj", obj([*blue, *red], [(0, 1, 2, 3), (4, 5, 6, 7)]))
    two = drawn(tmp_path, "two.obj", obj([*red, *blue], [(0, 1, 2, 3), (4, 5, 6, 7)]))
    assert np.array_equal(one, two)
    assert one[31, 31, 2] > 200 > 0 == one[31, 31, 0]
    assert one[5, 5, 0] > 200 > 0 == one[5, 5, 2]
    behind = seen(tmp_path, "one.obj", azimuth=180)
    assert behind[31, 31, 0] > 200 > 0 == behind[31, 31, 2]
    slanted = [(x, y, x, 0, 1, 0) for x, y, _ in large]
    crossing = drawn(tmp_path, "crossing.obj", obj([*blue, *slanted], [(0, 1, 2, 3), (4, 5, 6, 7)]))
    assert crossing[31, 12, 0] > crossing[31, 12, 1] == 0
    assert crossing[31, 50, 1] > crossing[31, 50, 0] == 0


@pytest.mark.parametrize("name", ["text.stl", "binary.stl"])
def test_stl_files_show_what_obj_files_show(folder: Path, tmp_path: Path, name: str) -> None:
    content = stl(CUBE, SIDES, text=name == "text.stl")
    found = drawn(tmp_path, name, content, azimuth=40, elevation=20)
    assert np.array_equal(found, seen(folder, "cube.obj", azimuth=40, elevation=20))


@pytest.mark.parametrize("form", ["ascii", "binary_little_endian", "binary_big_endian"])
def test_ply_files_in_all_forms_show_what_obj_files_show(folder: Path, tmp_path: Path, form: str) -> None:
    found = drawn(tmp_path, "cube.ply", ply(form, CUBE, SIDES), azimuth=40, elevation=20)
    plain = seen(folder, "cube.obj", azimuth=40, elevation=20, colour=[200, 199, 199])
    assert np.abs(found.astype(int) - plain).max() <= 1


def test_faces_may_go_either_way_round(folder: Path, tmp_path: Path) -> None:
    found = drawn(tmp_path, "turned.obj", obj(CUBE, [face[::-1] for face in SIDES]), azimuth=40)
    assert np.abs(found.astype(int) - seen(folder, "cube.obj", azimuth=40)).max() <= 1


def test_z_may_point_up(tmp_path: Path) -> None:
    tall = obj([(x / 2, y / 2, z) for x, y, z in CUBE], SIDES)
    (height, width), side = (drawn(tmp_path, "tall.obj", tall, up=up).shape[:2] for up in ("z", "y"))
    assert height > 1.6 * width
    assert side == (62, 62)


def test_a_mesh_of_any_scale_and_place_looks_the_same(folder: Path, tmp_path: Path) -> None:
    far = [(4096 * x + 8192, 4096 * y, 4096 * z - 4096) for x, y, z in CUBE]
    assert np.array_equal(
        drawn(tmp_path, "far.obj", obj(far, SIDES), azimuth=25, elevation=50),
        seen(folder, "cube.obj", azimuth=25, elevation=50),
    )


def test_materials_beside_an_obj_file_colour_it(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "paint.mtl").write_text("newmtl red\nKd 0.9 0.1 0.1\nnewmtl blue\nKd 0 0 1\n")
    text = "mtllib paint.mtl\nusemtl red\n" + obj(CUBE, SIDES)
    red = drawn(tmp_path, "cube.obj", text)[31, 31]
    assert red[2] > 200 > 60 > red[1] == red[0]
    assert tuple(drawn(tmp_path, "cube.obj", text, colour=[0, 255, 0])[31, 31, [0, 2]]) == (0, 0)


SHEET = [(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]


def textured(top: float = 1.0) -> str:
    """Return a sheet whose texture goes up to `top`, 1 being all of it, in the OBJ form."""
    corners = "".join(f"v {x} {y} {z}\nvt {(x + 1) / 2} {(y + 1) / 2 * top}\n" for x, y, z in SHEET)
    return f"mtllib paint.mtl\nusemtl tiles\n{corners}f 1/1 2/2 3/3 4/4\n"


def test_textures_are_the_right_way_up_and_repeat(tmp_path: Path) -> None:
    (tmp_path / "models" / "maps").mkdir(parents=True)
    (tmp_path / "models" / "paint.mtl").write_text(
        "newmtl tiles\nKd 1 1 1\nmap_Kd -s 1 1 1 maps\\tiles.png\n"
    )
    tiles = np.zeros((2, 2, 3), dtype=np.uint8)
    tiles[0, 0, 2] = tiles[0, 1, 1] = tiles[1, 0, 0] = 255  # red and green above blue and black
    cv2.imwrite(str(tmp_path / "models" / "maps" / "tiles.png"), tiles)
    pixels = drawn(tmp_path, "sheet.obj", textured())
    assert [list(pixels[y, x, :3] > 200) for y in (15, 46) for x in (15, 46)] == [
        [False, False, True], [False, True, False], [True, False, False], [False, False, False],
    ]  # fmt: skip
    twice = drawn(tmp_path, "twice.obj", textured(top=2.0))
    assert np.array_equal(twice[1:31], twice[31:61])


def test_textures_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "paint.mtl").write_text("newmtl tiles\nmap_Kd tiles.png\n")
    (tmp_path / "models" / "tiles.png").write_text("no picture")
    with pytest.raises(InputError, match=r"tiles\.png is not a picture"):
        drawn(tmp_path, "sheet.obj", textured())
    with pytest.raises(InputError, match="the place in a texture 6, counted from 0, of 4"):
        drawn(tmp_path, "beyond.obj", textured().replace("4/4", "4/7"))
    (tmp_path / "models" / "paint.mtl").write_text("newmtl tiles\nKd 1 1\n")
    with pytest.raises(InputError, match=r"paint\.mtl:2: a colour needs three numbers"):
        drawn(tmp_path, "paint.obj", textured())


@pytest.mark.parametrize(
    "name", ["../tiles.png", "/{}/tiles.png", ".tiles.png", "link/tiles.png", "gone.png"]
)
def test_textures_elsewhere_are_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "link").symlink_to(tmp_path)
    for place in ("tiles.png", "models/.tiles.png"):
        cv2.imwrite(str(tmp_path / place), np.zeros((2, 2, 3), dtype=np.uint8))
    (tmp_path / "models" / "paint.mtl").write_text(
        f"newmtl tiles\nKd 1 1 1\nmap_Kd {name.format(tmp_path)}\n"
    )
    assert (drawn(tmp_path, "sheet.obj", textured())[31, 31] > 200).all()


@pytest.mark.parametrize("name", ["../paint.mtl", "/{}/paint.mtl", ".paint.mtl", "paint.txt", "none.mtl"])
def test_materials_elsewhere_are_not_read(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "models").mkdir()
    for place in ("paint.mtl", "models/.paint.mtl", "models/paint.txt"):
        (tmp_path / place).write_text("newmtl red\nKd 0.9 0.1 0.1\n")
    text = f"mtllib {name.format(tmp_path)}\nusemtl red\n" + obj(CUBE, SIDES)
    assert np.array_equal(drawn(tmp_path, "cube.obj", text), seen(folder, "cube.obj"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.obj", "", "it has no corner"),
        ("a.obj", "v 0 0\n", "line 1: a corner needs three numbers"),
        ("a.obj", "v 0 0 0\nv 1 0 z\n", "line 2: could not convert"),
        ("a.obj", "v 0 0 0\nf 1 2 9\n", "names the corner 8, counted from 0, of 1"),
        ("a.obj", "v 0 0 0\nf 1 1 -2\n", "names the corner -1"),
        ("a.obj", "v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\n", "no triangle with an area"),
        ("a.obj", "vt 0 nan\n", "line 1: a place in a texture needs two numbers"),
        ("a.obj", "v 0 0 nan\nv 1 0 0\nv 2 0 0\nf 1 2 3\n", "not finite"),
        ("a.ply", "solid", "no header of a PLY file"),
        ("a.ply", ply("ascii", CUBE, SIDES)[:-9], "ends too early"),
        ("a.ply", ply("binary_little_endian", CUBE, SIDES)[:-1], "ends too early"),
        ("a.ply", ply("ascii", CUBE, []), "no face"),
        ("a.ply", ply("middle_endian", CUBE, SIDES), "middle_endian"),
        ("a.stl", "vertex 0 0 0", "1 corners, which do not make triangles"),
        ("a.stl", stl(CUBE, SIDES, text=False)[:-7], "0 corners"),
    ],
)
def test_files_that_cannot_be_used_say_why(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        drawn(tmp_path, name, content)
    assert name in str(caught.value)


def test_triangles_without_end_behind_each_other_are_refused(tmp_path: Path) -> None:
    layers = "".join(f"v 0 0 {i}\nv 9e6 0 {i}\nv 0 9e6 {i}\nf -3 -2 -1\n" for i in range(3000))
    with pytest.raises(InputError, match=r"layers\.obj has too many triangles"):
        drawn(tmp_path, "layers.obj", layers, size=400)


def test_a_folder_without_a_mesh_is_told(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (problem,) = mesh(tmp_path).problems()
    assert problem == "there is no mesh in the folder 'models': .obj, .ply, .stl"
    with pytest.raises(ValidationError, match="goes from low to high"):
        mesh(tmp_path, elevation_range=[60, 10])


def test_rows_with_meshes_are_labeled_from_what_is_seen(folder: Path, tmp_path: Path) -> None:
    sheet = obj([(-1, 0, -1), (1, 0, -1), (1, 0, 1), (-1, 0, 1)], [(0, 1, 2, 3)])
    edge_on = drawn(tmp_path, "sheet.obj", sheet)
    assert not edge_on.any(), "a sheet seen from its edge cannot be seen"
    options = {
        "width": 160,
        "height": 120,
        "classes": {
            "solid": {"asset": "mesh", "folder": "models", "views": 4, "lights": 1},
            "star": {"asset": "shape", "shape": "star"},
        },
        "objects_range": [2, 4],
    }
    generator = ImageGenerator.model_validate(options, context={"folder": folder})
    assert not list(generator.problems())
    batch = generator.generate(Rows(1, 0, 12))
    again = ImageGenerator.model_validate(options, context={"folder": folder})
    assert again.generate(Rows(1, 5, 9)).equals(batch.slice(5, 4))
    found = [o for row in batch.column("objects").to_pylist() for o in row]
    assert len(found) > 20
    flat = ImageGenerator.model_validate(
        {**options, "classes": {"solid": {**options["classes"]["solid"], "elevation_range": [0, 0]}}},  # type: ignore[index]
        context={"folder": tmp_path},
    )
    assert not any(flat.generate(Rows(1, 0, 5)).column("objects").to_pylist()), (
        "what is not seen is not labeled"
    )
