"""Small files for pictures of pages: such a picture has few colours, so each pixel is a byte, the number of
its colour. What has more than 256 keeps one of each kind (a small green sign stays green) and those that are
most often there; each other one becomes the nearest of them."""

import asyncio
import base64
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page

COLOURS = 256
COUNTED = """async ([picture, most]) => {
    const bitmap = await createImageBitmap(await (await fetch(picture)).blob());
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(bitmap, 0, 0);
    const pixels = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
    const counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const parts = pixel => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
    const common = [...counts].sort((a, b) => b[1] - a[1]).map(([pixel]) => pixel);
    const kinds = new Map();
    for (const pixel of common) {
        const kind = parts(pixel).map(part => part >> 5).join();
        if (!kinds.has(kind)) kinds.set(kind, pixel);
    }
    const often = [...new Set([...kinds.values(), ...common])].slice(0, most);
    const palette = often.map(parts);
    const numbers = new Map(often.map((pixel, number) => [pixel, number]));
    const nearest = ([red, green, blue]) => {
        let [found, least] = [0, Infinity];
        palette.forEach(([r, g, b], number) => {
            const far = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
            if (far < least) [found, least] = [number, far];
        });
        return found;
    };
    const told = pixels => new Promise(done => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result.split(",")[1]);
        reader.readAsDataURL(new Blob([pixels]));
    });
    const numbered = Uint8Array.from(pixels, pixel => {
        if (!numbers.has(pixel)) numbers.set(pixel, nearest(parts(pixel)));
        return numbers.get(pixel);
    });
    return [width, height, palette.flat(), await told(numbered)];
}"""


async def small(tab: "Page", picture: bytes) -> bytes:
    """The PNG with a palette, counted by a browser's `tab`."""
    address = "data:image/png;base64," + base64.b64encode(picture).decode()
    width, height, palette, pixels = await tab.evaluate(COUNTED, [address, COLOURS])
    return await asyncio.to_thread(_png, width, height, bytes(palette), base64.b64decode(pixels))


def _png(width: int, height: int, palette: bytes, pixels: bytes) -> bytes:
    header = struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, len(pixels), width))
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
