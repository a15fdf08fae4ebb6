# SPDX-License-Identifier: BSD-3-Clause
"""A `ringside` under Xvfb with a real mouse and keyboard (xdotool). What is where is read from `ringside --ui-map`, never guessed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
from patience import patient  # noqa: E402


def skip(reason):
    print("SKIPPED: " + reason)
    sys.exit(77)


def need_tools():
    for tool, package in (("Xvfb", "xvfb"), ("xdotool", "xdotool")):
        if not shutil.which(tool):
            skip(f"no {tool}; install the package {package}")
    if not os.access(Window.program(), os.X_OK):
        skip("no window was built: " + Window.program())


class Display:
    """An X server of its own, on a number that the server chooses."""

    def __init__(self, size="1920x1080", pixels=None):
        """`pixels`: a folder in which the X server keeps what is on its screen, as an XWD file."""
        read, write = os.pipe()
        kept = ["-fbdir", pixels] if pixels else []
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", size + "x24", "-nolisten", "tcp", "-noreset", *kept],
                                       pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        number = b""
        while not number.endswith(b"\n"):
            part = os.read(read, 16)
            if not part:
                skip("Xvfb did not start")
            number += part
        os.close(read)
        self.name = ":" + number.decode().strip()

    def close(self):
        self.server.terminate()
        self.server.wait()


class Window:
    """One `ringside`. Names of targets and texts are those of its map; `targets` have the form "panel/name"."""

    @staticmethod
    def program():
        return os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringside")

    def __init__(self, display, *words, environment=None, size="1920x1080", scale="100"):
        self.folder = tempfile.mkdtemp(prefix="ringside-window-")
        self.path = os.path.join(self.folder, "map.json")
        self.environment = {**os.environ, "DISPLAY": display.name, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "LIBGL_ALWAYS_SOFTWARE": "1",
                            "XDG_DATA_HOME": self.folder, "XDG_STATE_HOME": self.folder, "XDG_CONFIG_HOME": self.folder, **(environment or {})}
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen([self.program(), "--ui-map", self.path, "--size", size, *(["--scale", scale] if scale else []), *words],
                                        env=self.environment, stdout=self.log, stderr=self.log)
        self.stamp, self.frames, self.text = None, 0, ""
        self.map = {"state": {}, "targets": {}, "texts": []}
        self.wait(lambda w: w.map["targets"], "its first picture", 120)

    # --- what it shows
    def read(self):
        if self.process.poll() is not None:
            self.log.seek(0)
            raise AssertionError(f"ringside has ended with {self.process.returncode}: {self.log.read()}")
        try:
            stamp = os.stat(self.path)
            if (stamp.st_mtime_ns, stamp.st_ino) != self.stamp:
                with open(self.path, encoding="utf-8") as file:
                    text = file.read()
                if text != self.text:
                    self.text, self.map = text, json.loads(text)
                self.stamp = (stamp.st_mtime_ns, stamp.st_ino)
                self.frames += 1
        except FileNotFoundError:
            pass
        return self.map

    @property
    def state(self):
        return self.read()["state"]

    def texts(self, panel=None):
        return [text["text"] for text in self.read()["texts"] if panel in (None, text["in"])]

    def all_text(self, panel=None):
        return " ".join(self.texts(panel))

    def shows(self, text, panel=None):
        return text in self.all_text(panel)

    def wait(self, condition, what, seconds=60):
        """The seconds are a safety net, for what should have come at once."""
        seconds = patient(seconds)
        end = time.monotonic() + seconds
        while True:
            self.read()
            value = condition(self)
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"the window did not come to {what} in {seconds} s; state {self.map['state']}\ntargets {sorted(self.map['targets'])}\n"
                                     + "\n".join(f"{text['in']}: {text['text']}" for text in self.map["texts"]))
            time.sleep(0.01)

    def wait_text(self, text, panel=None, seconds=60):
        self.wait(lambda w: w.shows(text, panel), f"show “{text}”", seconds)

    def wait_state(self, seconds=60, **wanted):
        self.wait(lambda w: all(w.state.get(key) == value for key, value in wanted.items()), f"state {wanted}", seconds)

    def settle(self, prefix, still=0.4):
        """Until what begins with this prefix has stood still: a list that follows an event moves once more when its picture arrives."""
        since, before = time.monotonic(), None

        def stands(w):
            nonlocal since, before
            now = {name: at for name, at in w.map["targets"].items() if name.startswith(prefix)}
            if now != before:
                since, before = time.monotonic(), now
            return now and time.monotonic() - since > still
        self.wait(stands, f"stand still: {prefix}")

    # --- mouse and keyboard
    def tool(self, *words):
        subprocess.run(["xdotool", *[str(word) for word in words]], env=self.environment, check=True)

    def place_of(self, target, seconds=60):
        """The middle of a target; “text:…” aims at a text, “place:…” at a panel or a node."""
        if target.startswith("place:"):
            return middle(self.wait(lambda w: w.map["places"].get(target[6:]), "show " + target, seconds))
        if target.startswith("text:"):
            return middle(self.wait(lambda w: next((t["at"] for t in w.map["texts"] if t["text"] == target[5:]), None), f"show “{target[5:]}”", seconds))
        return middle(self.wait(lambda w: w.map["targets"].get(target), "offer " + target, seconds))

    def point(self, target):
        self.tool("mousemove", *self.place_of(target))

    def click(self, target, button=1):
        """Where it comes to rest: a list may still be on its way from what was done before, and the picture late."""
        x, y = self.place_of(target)
        self.tool("mousemove", x, y)
        self.next_frames(3)  # what the pointer's coming changes, what was on its way, and one that shows the same
        while (now := self.place_of(target)) != (x, y):
            x, y = now
            self.tool("mousemove", x, y)
            self.next_frames(3)
        self.tool("mousedown", button, "sleep", 0.03, "mouseup", button)

    def next_frames(self, count, seconds=1):
        """Until so many more pictures were seen; a window that stands still draws none after those that follow a touch."""
        wanted, end = self.frames + count, time.monotonic() + patient(seconds)
        while self.frames < wanted and time.monotonic() < end:
            self.read()
            time.sleep(0.005)

    def wheel(self, target, clicks):
        """Positive = down."""
        x, y = self.place_of(target)
        self.tool("mousemove", x, y, "click", "--repeat", abs(clicks), "--delay", 20, 5 if clicks > 0 else 4)

    def drag(self, target, dx, dy):
        x, y = self.place_of(target)
        self.tool("mousemove", x, y, "mousedown", 1, "sleep", 0.15, "mousemove", x + dx // 2, y + dy // 2, "sleep", 0.1, "mousemove", x + dx, y + dy, "sleep", 0.15, "mouseup", 1)

    def key(self, *keys):
        """As xdotool calls them: space, Right, shift+Right, Return, Escape, x."""
        self.tool("key", "--delay", 30, *keys)

    def hold(self, *keys):
        """Keys held down together for a while: within a text field a press must not be shorter than a frame."""
        self.tool(*[word for key in keys for word in ("keydown", key)], "sleep", 0.25, *[word for key in reversed(keys) for word in ("keyup", key)])

    def type(self, text):
        self.tool("type", "--delay", 12, text)

    # --- its end
    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait()
        self.log.close()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def middle(rect):
    x, y, w, h = rect
    return x + w // 2, y + h // 2
