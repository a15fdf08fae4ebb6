# SPDX-License-Identifier: BSD-3-Clause
"""The pictures of each stage of labs 2 to 4, at 100 % and at 200 %: taken off the screen while a real mouse and keyboard take the lab.
Part of retake.py."""

import os
import struct
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
from lab_walks import Walks  # noqa: E402
from window import Display  # noqa: E402

SIZES = {100: "1280x720", 200: "1920x1080"}
# Which moment of the walk shows which stage.
MOMENTS = {
    "2": {"begin": "context", "number p2": "predict", "do one": "do", "number o1": "observe", "choose e1": "explain", "failed budget": "transfer", "checks": "checks",
          "end": "end"},
    "3": {"begin": "context", "choose p2": "predict", "do defer": "do", "measured batches": "measured", "number o3": "observe", "choose e1": "explain",
          "number o7": "transfer", "checks": "checks", "end": "end"},
    "4": {"begin": "context", "number p2": "predict", "measured price": "do", "number o5": "observe", "choose e1": "explain", "number o6": "transfer", "checks": "checks",
          "end": "end"},
}
STEPS = 10   # that are shown of a step which is gone through by hand
TRIES = 40   # of a measurement that other programs disturb


def screen(folder):
    """Width and rows of RGB bytes of all that is on the X server's screen."""
    with open(os.path.join(folder, "Xvfb_screen0"), "rb") as file:
        data = file.read()
    head = struct.unpack(">25I", data[:100])
    width, height, stride, begin = head[4], head[5], head[12], head[0] + head[19] * 12
    rows = []
    for y in range(height):
        line = data[begin + y * stride:begin + y * stride + width * 4]
        row = bytearray(width * 3)
        row[0::3], row[1::3], row[2::3] = line[2::4], line[1::4], line[0::4]
        rows.append(bytes(row))
    return width, rows


class Pictures(Walks):
    def runTest(self):
        getattr(self, {"2": "walk_lab_2"}.get(self.lab, "walk_" + self.lab))(*([SIZES[self.scale]] if self.lab == "2" else []))

    def open(self, *words, lab="1", **more):
        return super().open(*words, lab=lab, **{**more, "size": SIZES[self.scale], "scale": str(self.scale)})

    def stage(self, moment):
        w = self.window
        if moment.startswith("measured "):
            for attempt in range(TRIES):
                if not w.shows("Not clear.", "Measured"):
                    break
                print(f"lab {self.lab}, {moment}: not clear, try {attempt + 1} of {TRIES}", flush=True)
                block = moment.split()[1]
                self.scroll_to(f"Lab/again {block}")
                w.settle("Lab/")
                w.click(f"Lab/again {block}")
                w.wait(lambda w: w.state["waiting"] or f"Lab/stop {block}" in w.map["targets"], "measure again")
                w.wait(lambda w: f"Lab/chart {block}" in w.map["targets"] and not w.state["waiting"], "have measured again", 120)
        name = MOMENTS[self.lab].get(moment)
        if not name:
            return
        if moment.startswith("do "):
            for _ in range(STEPS):
                steps = w.state["steps"]
                w.key("Right")
                w.wait(lambda w: w.state["steps"] > steps, "step")
        w.tool("mousemove", *[int(part) - 1 for part in SIZES[self.scale].split("x")])  # out of the picture
        w.settle("Lab/")
        w.next_frames(3)
        target = os.path.join(ROOT, "docs", "images", f"lab-{self.lab}-{name}-{self.scale}.png")
        self.write(*screen(self.pixels), target)
        print(f"{os.path.getsize(target) // 1024:5} kB  {os.path.basename(target)[:-4]}", flush=True)


def take_all(part, write):
    """Those whose names hold `part`; a lab is taken whole for one of them, and all of its pictures are taken anew."""
    for lab, moments in MOMENTS.items():
        for scale, size in SIZES.items():
            if not any(part in f"lab-{lab}-{name}-{scale}" for name in moments.values()):
                continue
            with tempfile.TemporaryDirectory() as pixels:
                Pictures.display = Display(size, pixels)
                walk = Pictures()
                walk.lab, walk.scale, walk.pixels, walk.write = lab, scale, pixels, write
                try:
                    walk.setUp()
                    walk.runTest()
                finally:
                    walk.tearDown()
                    Pictures.display.close()
