"""Animations: frames on one palette, and the gif of them, whose comment says what it shows."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

COLOURS = 64
MILLISECONDS, LAST = 700, 2500  # a frame, the last frame


@dataclass(frozen=True)
class Animation:
    """Frames of one size, RGB."""

    frames: list[Image.Image]

    def content(self, about: tuple[str, str]) -> bytes:
        """A gif that plays for ever, the same bytes each time; `about`, a title and a caption, is its comment."""
        palette = self.frames[-1].quantize(COLOURS, Image.Quantize.FASTOCTREE)
        first, *others = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in self.frames]
        buffer = io.BytesIO()
        durations = [MILLISECONDS] * len(others) + [LAST]
        comment = "\n".join(about).encode()
        first.save(buffer, "GIF", save_all=True, append_images=others, duration=durations, loop=0, comment=comment)
        return buffer.getvalue()


def frame(canvas: FigureCanvasAgg) -> Image.Image:
    """What a canvas shows now."""
    return Image.fromarray(np.asarray(canvas.renderer.buffer_rgba())).convert("RGB")
