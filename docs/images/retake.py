#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Takes all pictures of this folder anew, under Xvfb: python3 docs/images/retake.py [PART OF A NAME], from the repository's root.

Those of labs 2 to 4 (`lab-2-observe-100`) are taken while the walks of tests/support/lab_walks.py take the lab. Each other is what `ringside --screenshot` draws of the real engine, then written with a palette so that it stays small: the most frequent
colours stay exact, and those that stand out; the others (edges of letters) become the nearest of them.
"""

import collections
import os
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BIN = os.environ.get("RINGSIDE_BIN_DIR", os.path.join(ROOT, "build", "bin"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab_stages  # noqa: E402
from loaded import Load  # noqa: E402
from window import Display  # noqa: E402

COMMON = 96  # colours that are kept because they are frequent

STEP = "run for=200ms\npause\nstep until=arrival\nstep until=exit\nstep n=3\n"
SIZES = (("1280x720", 100), ("1920x1080", 100), ("2560x1440", 200), ("3840x2160", 200))
FRAMES = {"1280x720": 420, "1920x1080": 360, "2560x1440": 240, "3840x2160": 80}  # some seconds each: software OpenGL is slower on more pixels

LAB = "lab answer p1 device\nlab do one\nlab end\nlab do two-more\nlab end\nlab answer o1 3\n"

# name: layout, scenario or lab:ID, commands, frames, size, scale, theme
PICTURES = {}
for size, scale in SIZES:
    for theme in ("dark", "light"):
        PICTURES[f"explore-running-{size}-{theme}"] = ("explore", "first.scn", "", FRAMES[size], size, scale, theme)
        PICTURES[f"learn-step-{size}-{theme}"] = ("learn", "first.scn", STEP, 8, size, scale, theme)
        PICTURES[f"learn-lab-{size}-{theme}"] = ("learn", "lab:anatomy-of-a-ring", LAB, 90, size, scale, theme)
PICTURES["explore-nics"] = ("explore", "nics.scn", "window tab=Talk\n", 480, "1920x1080", 100, "dark")
PICTURES["first-running"] = ("explore", "first.scn", "", 480, "1920x1080", 100, "dark")
PICTURES["first-step"] = ("learn", "two-vms.scn", "step n=11\n", 8, "1920x1080", 100, "dark")
PICTURES["explore-ring-4096"] = ("explore", "first.scn", "vm set name=web rx_ring=4096 tx_ring=4096\nrun for=300ms\npause\nstep n=40\nwindow ring=web.nic0.rx size=extended packet=0\n",
                                 8, "2560x1440", 100, "dark")
PICTURES["explore-search"] = ("explore", "two-vms.scn", "step n=14\nwindow search=tail\n", 8, "1280x720", 100, "light")
PICTURES["learn-tour"] = ("learn", "two-vms.scn", "step n=11\nwindow tour=3\n", 10, "1920x1080", 100, "dark")
# Small and large: class S, one VM in a large window, and more VMs than have room.
PICTURES["learn-step-1024x768"] = ("learn", "two-vms.scn", "step n=14\n", 8, "1024x768", 100, "dark")
PICTURES["explore-one-vm-2560x1440"] = ("explore", "first.scn", "", 240, "2560x1440", 100, "dark")
# A run that is over, and a machine that others keep busy.
PICTURES["explore-finished"] = ("explore", "compare.scn", "", 60, "1920x1080", 100, "dark")
PICTURES["explore-busy"] = ("explore", "first.scn", "", 300, "1280x720", 100, "dark")
PICTURES["explore-32-vms"] = ("explore", "vms:32", "", 300, "1920x1080", 100, "dark")


def many_vms(n):
    """A scenario of n VMs behind one switch, every third a VMXNET3, every fourth waiting for interrupts."""
    names = [f"vm{i:02d}" for i in range(n)]
    vms = "".join(f"vm add name={name} nic={'e1000' if i % 3 else 'vmxnet3'} switch=s0 driver={'poll' if i % 4 else 'interrupt'} workload=forward\n"
                  for i, name in enumerate(names))
    return f"wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n{vms}send to={','.join(names)} count=forever rate=200kpps size=60 flows=64\nrun mode=free seed=1\n"


def chunks(data):
    at = 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at:at + 4])
        yield data[at + 4:at + 8], data[at + 8:at + 8 + length]
        at += 12 + length


def rows_of(path):
    """Width and rows of an RGB PNG whose lines are not filtered, as --screenshot writes it."""
    with open(path, "rb") as file:
        data = file.read()
    width = height = 0
    packed = b""
    for kind, body in chunks(data):
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        elif kind == b"IDAT":
            packed += body
    raw, stride = zlib.decompress(packed), width * 3 + 1
    if any(raw[y * stride] for y in range(height)):
        raise SystemExit(path + ": a line is filtered")
    return width, [raw[y * stride + 1:(y + 1) * stride] for y in range(height)]


def distance(one, other):
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2


def with_palette(width, rows, target):
    lines = [[row[i:i + 3] for i in range(0, len(row), 3)] for row in rows]
    seen = collections.Counter()
    for line in lines:
        seen.update(line)
    palette = [colour for colour, _ in seen.most_common(COMMON)]
    nearest = {colour: min((distance(colour, known), n) for n, known in enumerate(palette)) for colour in seen}
    while len(palette) < min(256, len(seen)):  # then what would be farthest off: a small green mark stays green
        colour = max(seen, key=lambda one: nearest[one][0] * seen[one] ** 0.5)
        palette.append(colour)
        for one in seen:
            nearest[one] = min(nearest[one], (distance(one, colour), len(palette) - 1))
    index = {colour: n for colour, (_, n) in nearest.items()}
    raw = b"".join(b"\0" + bytes(index[colour] for colour in line) for line in lines)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    with open(target, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)) + chunk(b"PLTE", b"".join(palette))
                   + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def take(display, name, layout, scenario, commands, frames, size, scale, theme, folder):
    raw, script = os.path.join(folder, name + ".png"), os.path.join(folder, "commands")
    if scenario.startswith("lab:"):
        source = ["--lab", scenario[4:], "--variant", "1", "--student", "ada", "--progress", os.path.join(folder, name + ".db")]
    elif scenario.startswith("vms:"):
        source = ["--scenario", os.path.join(folder, f"{scenario[4:]}-vms.scn")]
        with open(source[1], "w", encoding="utf-8") as file:
            file.write(many_vms(int(scenario[4:])))
    else:
        source = ["--scenario", os.path.join(ROOT, "assets", "scenarios", scenario)]
    words = [os.path.join(BIN, "ringside"), *source, "--layout", layout, "--size", size, "--scale", str(scale),
             "--theme", theme, "--screenshot", raw, "--frames", str(frames)]
    if commands:
        with open(script, "w", encoding="utf-8") as file:
            file.write(commands)
        words += ["--exec", script]
    others = Load(3 if name.endswith("-busy") else 0)
    subprocess.run(words, cwd=ROOT, check=True, env={**os.environ, "DISPLAY": display.name, "LIBGL_ALWAYS_SOFTWARE": "1"})
    others.end()
    target = os.path.join(ROOT, "docs", "images", name + ".png")
    with_palette(*rows_of(raw), target)
    print(f"{os.path.getsize(target) // 1024:5} kB  {name}", flush=True)


def main():
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    display = Display("3840x2160")
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, picture in PICTURES.items():
                if part in name:
                    take(display, name, *picture, folder)
    finally:
        display.close()
    lab_stages.take_all(part, with_palette)


if __name__ == "__main__":
    main()
