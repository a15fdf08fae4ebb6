# SPDX-License-Identifier: BSD-3-Clause
"""The real window under Xvfb, with a real mouse and keyboard: what a student does in the first minutes."""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from window import Display, Window, need_tools, patient  # noqa: E402


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def thin(text):
    return text.replace("\u2009", " ")


def pause_and_step(w):
    w.wait_state(state="running", mode="free")
    w.key("space")
    w.wait_state(state="paused")
    w.wait_text("Paused", "top bar")
    w.click("top bar/Step")
    w.wait_state(steps=1, mode="stepped", waiting=False)
    w.key("Right", "Right")
    w.wait_state(steps=3, waiting=False)
    check(w.state["last"] == "step grain=access", w.state["last"])
    w.click("top bar/Stage")
    w.wait_state(grain="stage")
    w.click("top bar/Step")
    w.wait(lambda w: w.state["last"] == "step grain=stage" and not w.state["waiting"], "a step by stage")
    w.click("top bar/Access")
    w.wait_state(grain="access")


def until_exit(w):
    before = w.state["steps"]
    w.key("x")
    w.wait(lambda w: w.state["last"] == "step until=exit" and not w.state["waiting"] and w.state["steps"] > before, "the next VM exit")
    w.key("ctrl+1")
    w.wait_state(layout="learn")
    w.wait_text("left the guest", "Steps")
    # the same by the menu, which shows what it sends
    w.click("top bar/Until")
    w.wait_text("step until=exit", "menu")
    before = w.state["steps"]
    w.wait_state(menu=True)
    w.click("menu/the next VM exit")
    w.wait(lambda w: not w.state["waiting"] and w.state["steps"] > before, "one more VM exit")


def choose_a_descriptor(w):
    w.settle("Rings/row ")
    rows = w.wait(lambda w: sorted(t for t in w.map["targets"] if t.startswith("Rings/row "))[:5], "rows beside the head")
    number = int(rows[2].split()[-1])
    w.click(rows[2])
    w.wait_state(row=number, focus="Rings")
    w.wait_text(f"Descriptor {number}", "Rings")
    for field in ("address", "length", "STA", "raw"):
        w.wait_text(field, "Rings")
    w.key("Right")
    w.wait_text(f"Descriptor {(number + 1) % 256}", "Rings")
    steps = w.state["steps"]
    check(w.state["steps"] == steps, "an arrow in a ring walks, it does not step")
    w.key("Escape")
    w.wait_state(row=-1)


def change_the_exit_cost(w):
    w.key("ctrl+2")
    w.wait_state(layout="explore")
    w.key("c")
    w.wait_state(console=True)
    w.wait(lambda w: "Console/field" in w.map["targets"], "the console's field")
    w.type("vm set name=web exit_cost=2000")
    w.key("Return")
    w.wait(lambda w: w.state["last"] == "vm set name=web exit_cost=2000" and not w.state["waiting"], "the answer to vm set")
    w.wait(lambda w: "2 000" in thin(w.all_text("Topology")), "the new price in the VM's node")
    # a wrong one is answered in three parts, and changes nothing
    w.type("vm set name=web rx_ring=100")
    w.key("Return")
    w.wait_text("rx_ring=100 is not possible", "error")
    w.wait_text("rx_ring=104", "error")
    w.key("Escape")
    w.wait(lambda w: not w.shows("not possible", "error"), "the card closed")
    w.key("Escape")
    w.wait_state(console=False)


def menu_of_a_vm(w):
    w.click("Topology/vm web", button=3)
    w.wait_text("vm set name=web doorbell=batch", "menu")
    w.click("menu/once per batch")
    w.wait(lambda w: w.state["last"] == "vm set name=web doorbell=batch" and not w.state["waiting"], "the menu's command")
    w.wait(lambda w: "batch" in w.texts("Topology"), "the VM's doorbell")


def search(w):
    w.key("ctrl+p")
    w.wait_text("choose", "palette")
    w.type("transmit descriptor tail")
    w.wait_text("TDT", "palette")
    w.key("Return")
    w.wait_state(register="TDT")
    w.wait_text("Transmit Descriptor Tail", "Registers")


def hover_and_copy(w):
    w.point("Throughput/number vm.per_packet web")
    w.wait_text("Exits per packet", "tooltip")
    w.wait_text("measured", "tooltip")
    w.key("ctrl+c")
    w.wait(lambda w: w.state["last"].startswith("copy "), "a copied number")


def splitter(w):
    def place():
        return w.read()["targets"]["splitters/explore.top"][1]

    before = place()

    def moved(w):  # on a slow machine the button and the way may fall into one frame
        w.drag("splitters/explore.top", 0, -83)
        time.sleep(0.4)
        return place() != before
    w.wait(moved, "a splitter that was moved")
    w.settle("splitters/")
    check(place() < before and (before - place()) % 8 == 0, f"a splitter follows the mouse and snaps to 8: {before}, {place()}")
    return before, place()


def remembers(display, folder, before, moved):
    w = Window(display, environment={"XDG_STATE_HOME": folder})
    try:
        check(w.read()["targets"]["splitters/explore.top"][1] == moved, "the splitter stands where it was left")
        x, top = w.place_of("splitters/explore.top")

        def brought_back(w):  # as above: both clicks may fall into one frame, or too far from each other
            for delay in (150, 180, 210, 240):
                w.tool("mousemove", x, top, "sleep", 0.1, "click", "--repeat", 2, "--delay", delay, 1, "sleep", 0.4)
                if w.read()["targets"]["splitters/explore.top"][1] == before:
                    return True
            return False
        w.wait(brought_back, "a double click brings it back")
        w.key("ctrl+equal")
        w.wait_state(scale=125)
    finally:
        w.close()
    # What somebody chose is remembered; what one start was told is of that start.
    for told, scale in (("200", 200), (None, 125)):
        w = Window(display, scale=told, environment={"XDG_STATE_HOME": folder})
        try:
            w.wait_state(scale=scale)
            w.stop()
        finally:
            w.close()


def tour(display):
    w = Window(display)
    try:
        w.click("top bar/?")
        w.click("menu/the tour")
        w.wait_text("1 of 6", "tour")
        w.key("space")
        w.wait_text("2 of 6", "tour")
        w.key("Right", "Right", "Right")
        w.wait_text("3 of 6", "tour")
        steps = 0
        while not w.shows("4 of 6", "tour"):  # point at rows until both kinds were under the mouse
            rows = w.wait(lambda w: sorted(t for t in w.map["targets"] if t.startswith("Rings/row ")), "rows to point at")
            check(steps < 40, "both kinds of rows were pointed at")
            w.point(rows[steps % len(rows)])
            time.sleep(0.05)
            steps += 1
        w.key("x")
        w.wait_text("5 of 6", "tour")
        presses = 0
        while "Steps/packet" not in w.map["targets"]:  # frames that were under way when time stood have no number
            steps, presses = w.state["steps"], presses + 1
            check(presses < 20, "a packet to click")
            w.key("shift+Right")
            w.wait(lambda w: w.state["steps"] > steps and not w.state["waiting"], "the next packet")
            w.settle("Steps/")
        w.click("Steps/packet")
        w.wait_text("6 of 6", "tour")
        w.click("Topology/vm", button=3)
        w.wait_state(menu=True)
        w.click("menu/once per batch")
        w.wait(lambda w: w.state["last"].startswith("vm set") and not w.state["waiting"], "the menu's command was carried out")
        w.key("space")
        w.wait_text("You have seen all that the labs use.", "tour")
        w.click("tour/Look around")
        w.wait(lambda w: not w.shows("You have seen", "tour"), "the tour's end")
    finally:
        w.close()


def type_without_a_pause(display):
    """What a fast hand or a paste by keyboard types: each line is sent as it is, and no letter goes elsewhere."""
    w = Window(display, "--scenario", "assets/scenarios/small-ring.scn")
    try:
        w.wait(lambda w: w.state.get("state"), "the machine")
        w.key("c")
        lines = ["snapshot cut", "step", "pause", "step n=2", "snapshot cut", "pause"]
        for line in lines:
            w.tool("type", "--delay", 2, line)
            w.tool("key", "--delay", 2, "Return")
        w.wait(lambda w: w.state["steps"] == 3 and [text for text in w.texts("Console") if text in lines][:5] == lines[:0:-1], "all lines, the last one at the bottom")
    finally:
        w.close()


def a_display_that_goes():
    """The window ends with it, by the code of an environment that cannot be used, and says so."""
    display = Display()
    w = Window(display, size="1024x768")
    try:
        display.close()
        code = w.process.wait(timeout=patient(60))
        w.log.seek(0)
        check(code == 3 and "The display is gone" in w.log.read(), f"an end with code 3 and words, not {code}")
    finally:
        w.close()


def signals_that_come_twice(display):
    """A terminal that closes says so twice, and a service manager may follow: the second came to a window that was no more."""
    for gap in (0.0, 0.01, 0.03, 0.05, 0.1):
        for second in (signal.SIGHUP, signal.SIGTERM):
            w = Window(display, size="1024x768")
            try:
                w.process.send_signal(signal.SIGHUP)
                time.sleep(gap)
                w.process.send_signal(second)
                code = w.process.wait(timeout=patient(60))
                check(code == 0, f"an end with code 0, not {code}, of two signals {gap} s apart")
            finally:
                w.close()


def main():
    need_tools()
    begin = time.monotonic()
    display = Display()
    try:
        w = Window(display)
        try:
            for part in (pause_and_step, until_exit, choose_a_descriptor, change_the_exit_cost, menu_of_a_vm, search, hover_and_copy):
                part(w)
                print(f"{time.monotonic() - begin:5.1f} s  {part.__name__}")
            before, moved = splitter(w)
            w.stop()
            remembers(display, w.folder, before, moved)
            print(f"{time.monotonic() - begin:5.1f} s  splitter, remembers")
        finally:
            w.close()
        tour(display)
        print(f"{time.monotonic() - begin:5.1f} s  tour")
        type_without_a_pause(display)
        print(f"{time.monotonic() - begin:5.1f} s  type without a pause")
        a_display_that_goes()
        signals_that_come_twice(display)
        print(f"{time.monotonic() - begin:5.1f} s  signals that come twice")
    finally:
        display.close()


if __name__ == "__main__":
    main()
