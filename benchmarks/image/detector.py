"""A small detector in plain torch that trains in a minute of one core: centres, sizes and offsets.

After "Objects as Points" (Zhou and others, 2019): a net with a U-shape says for each cell of 4 x 4 pixels
whether an object of each class has its centre there, where in the cell, and how large it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

import cv2
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from .examples import Example

__all__ = ["SIZE", "Net", "detect", "trained"]

SIZE = 192, 144
"""Width and height of what the net looks at."""
CELL = 4
BATCH = 8
RATE = 2e-3
SETTLED = 0.99
"""What is tested is a running mean of the weights with this decay: less depends on the last batches."""


def _block(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _block(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class Net(nn.Module):
    """Returns (logits of a centre for each class, offset x and y and the logarithms of width and height)."""

    def __init__(self, classes: int, width: int = 16) -> None:
        super().__init__()
        w = width
        self.down4 = nn.Sequential(_block(3, 12, 2), _block(12, w, 2), _Residual(w))
        self.down8 = nn.Sequential(_block(w, 2 * w, 2), _Residual(2 * w))
        self.down16 = nn.Sequential(_block(2 * w, 4 * w, 2), _Residual(4 * w))
        self.down32 = nn.Sequential(_block(4 * w, 4 * w, 2), _Residual(4 * w))
        self.across = nn.ModuleList(nn.Conv2d(n * w, 2 * w, 1) for n in (1, 2, 4, 4))
        self.joined = _block(2 * w, 2 * w)
        self.centres = nn.Conv2d(2 * w, classes, 1)
        self.shapes = nn.Conv2d(2 * w, 4, 1)
        # At first everything is background: a loss on all those cells would drown the rest.
        nn.init.constant_(self.centres.bias, -3.5)  # type: ignore[arg-type]

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        levels = [self.down4(images)]
        for down in (self.down8, self.down16, self.down32):
            levels.append(down(levels[-1]))
        sideways = [across(level) for across, level in zip(self.across, levels, strict=True)]
        x = sideways[-1]
        for level in reversed(sideways[:-1]):
            x = level + F.interpolate(x, size=level.shape[-2:], mode="bilinear", align_corners=False)
        x = self.joined(x)
        return self.centres(x), self.shapes(x)


def trained(sources: Sequence[Sequence[Example]], classes: int, steps: int, seed: int) -> Net:
    """Return a net trained on examples of the size SIZE; each source is drawn from equally often."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = Net(classes).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mean = deepcopy(net)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    for _ in range(steps):
        drawn = []
        for _ in range(BATCH):
            source = sources[rng.integers(len(sources))]
            drawn.append(_varied(source[rng.integers(len(source))], rng))
        targets = [_target(example.boxes, classes) for example in drawn]
        heat, shape, known = (torch.from_numpy(np.stack(part)) for part in zip(*targets, strict=True))
        centres, shapes = net(_tensor([example.image for example in drawn]))
        loss = _loss(centres, shapes, heat, shape, known)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            for kept, new in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
                kept.copy_(kept.lerp(new, 1 - SETTLED) if kept.is_floating_point() else new)
    return mean.eval()


@torch.no_grad()
def detect(net: Net, images: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return what is found in each image, shape `(n, 6)`: class, box in pixels, score."""
    found = []
    for start in range(0, len(images), 16):
        centres, shapes = net(_tensor([np.float32(image) / 255 for image in images[start : start + 16]]))
        scores = centres.sigmoid()
        scores = scores * (F.max_pool2d(scores, 3, 1, 1) == scores)
        found += [_decoded(s, h) for s, h in zip(scores.numpy(), shapes.numpy(), strict=True)]
    return found


def _tensor(images: Sequence[np.ndarray]) -> Tensor:
    batch = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)
    return ((batch - 0.5) / 0.25).contiguous(memory_format=torch.channels_last)


def _loss(centres: Tensor, shapes: Tensor, heat: Tensor, shape: Tensor, known: Tensor) -> Tensor:
    scores = centres.sigmoid().clamp(1e-4, 1 - 1e-4)
    peak = (heat > 0.999).float()
    hit = peak * (1 - scores) ** 2 * scores.log()
    miss = (1 - peak) * (1 - heat) ** 4 * scores**2 * (1 - scores).log()
    off = F.smooth_l1_loss(shapes, shape, reduction="none", beta=0.1) * known[:, None]
    return -(hit + miss).sum() / peak.sum().clamp(min=1) + 0.5 * off.sum() / known.sum().clamp(min=1)


def _target(boxes: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (how near a centre each cell is, what the shape is there, where it is known)."""
    columns, rows = SIZE[0] // CELL, SIZE[1] // CELL
    heat = np.zeros((classes, rows, columns), dtype=np.float32)
    shape = np.zeros((4, rows, columns), dtype=np.float32)
    known = np.zeros((rows, columns), dtype=np.float32)
    x, y = np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)
    # The smallest last: their few cells are theirs.
    for label, *ends in boxes[np.argsort(-np.prod(boxes[:, 3:] - boxes[:, 1:3], axis=1))].tolist():
        left, top, right, bottom = (end / CELL for end in ends)
        middle_x, middle_y, width, height = (
            (left + right - 1) / 2,
            (top + bottom - 1) / 2,
            right - left,
            bottom - top,
        )
        near_x = np.exp(-((x - middle_x) ** 2) / (2 * max(width * 0.1, 0.6) ** 2))
        near_y = np.exp(-((y - middle_y) ** 2) / (2 * max(height * 0.1, 0.6) ** 2))
        near = np.multiply.outer(near_y, near_x)
        cell = min(max(0, round(middle_y)), rows - 1), min(max(0, round(middle_x)), columns - 1)
        near[cell] = 1
        np.maximum(heat[int(label)], near, out=heat[int(label)])
        at_y, at_x = np.nonzero(near > 0.4)
        size = np.log(max(width, 0.5)), np.log(max(height, 0.5))
        shape[:, at_y, at_x] = middle_x - at_x, middle_y - at_y, *(np.full(len(at_x), s) for s in size)
        known[at_y, at_x] = 1
    return heat, shape, known


def _varied(example: Example, rng: np.random.Generator) -> Example:
    """Return an example moved, enlarged, mirrored and in another light, its levels 0 to 1."""
    width, height = SIZE
    scale = rng.uniform(0.85, 1.2)
    shift = rng.uniform(-0.1, 0.1, 2) * SIZE + (1 - scale) / 2 * np.array(SIZE)
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], dtype=np.float32)
    image = cv2.warpAffine(example.image, matrix, SIZE, borderMode=cv2.BORDER_REFLECT_101)
    boxes = example.boxes.copy()
    moved = boxes[:, 1:] * scale + np.tile(shift, 2)
    inside = moved.clip(0, [width, height, width, height])
    # What is mostly outside is no longer asked for.
    stays = np.prod(inside[:, 2:] - inside[:, :2], axis=1) > 0.35 * np.prod(
        moved[:, 2:] - moved[:, :2], axis=1
    )
    boxes = np.column_stack([boxes[:, :1], inside])[stays]
    if rng.random() < 0.5:
        image, boxes[:, [1, 3]] = image[:, ::-1], width - boxes[:, [3, 1]]
    if rng.random() < 0.5:
        image, boxes[:, [2, 4]] = image[::-1], height - boxes[:, [4, 2]]
    contrast, brightness = rng.uniform(0.8, 1.2), rng.uniform(-0.1, 0.1) + rng.normal(0, 0.03, 3)
    levels = (np.float32(image) / 255 - 0.5) * contrast + 0.5 + brightness
    return Example(levels.astype(np.float32), boxes.astype(np.float32))


def _decoded(scores: np.ndarray, shapes: np.ndarray, most: int = 60) -> np.ndarray:
    """Return the best peaks as boxes, less those that repeat a better one of their class."""
    width, height = SIZE
    best = np.argsort(-scores, axis=None, kind="stable")[:most]
    label, row, column = np.unravel_index(best, scores.shape)
    off_x, off_y, log_width, log_height = shapes[:, row, column]
    x, y = (column + off_x + 0.5) * CELL, (row + off_y + 0.5) * CELL
    half_width, half_height = (np.exp(np.minimum(log, 5)) * CELL / 2 for log in (log_width, log_height))
    ends = [x - half_width, y - half_height, x + half_width, y + half_height]
    boxes = np.stack(ends, axis=1).clip(0, [width, height, width, height])
    found = np.column_stack([label, boxes, scores[label, row, column]])
    kept: list[np.ndarray] = []
    for one in found[found[:, 5] >= 0.02]:
        if all(one[0] != other[0] or _overlap(one[1:5], other[1:5]) < 0.6 for other in kept):
            kept.append(one)
    return np.array(kept).reshape(-1, 6)


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Return the intersection over the union."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    if sides.min() <= 0:
        return 0.0
    common = sides.prod()
    return float(common / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - common))
