#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Labs 3 and 4 in the window, from start to end, with a real mouse and keyboard. They measure: where other programs had the CPU, what was
measured is not clear, and a check is inconclusive and says why; none fails."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.getcwd(), "tests", "support"))
import lab_window  # noqa: E402

PRICES = "What an exit costs on this machine, in cycles"
WHY = ("Other programs took", "within the noise", "Measure again", "The clock moved", "The work moved", "comes first")


class Walks(lab_window.LabWindow):
    def end(self, wanted, timed, promise):
        """The checks as the last page of the lab tells them, then the end."""
        told, words = self.checks_told()
        self.assertEqual(sorted(told), sorted(wanted), words)
        for check, verdict in told.items():
            if check in timed and verdict != "pass":
                self.assertIn(verdict, timed[check], words)
                self.assertTrue(any(why in words for why in WHY) or verdict == "skipped", words)
            else:
                self.assertEqual(verdict, "pass", f"{check}: {words}")
        self.scroll_to("Lab/page next")
        self.window.click("Lab/page next")
        self.lab_says(promise)
        self.lab_says("Questions")

    def test_lab_3(self):
        w = self.open(lab="3", size="1400x900")
        w.wait(lambda w: w.state["state"] == "paused" and w.shows("An E1000 driver", "Lab"), "open the lab at its first line")
        self.see("Lab/answer p1")
        self.number("p1", 12)
        self.do("defer")
        self.onwards()
        self.number("o1", 5)
        self.lab_says("You read 5.")
        w.click("Lab/look o1")  # what the reply leads to shows the number
        w.wait_text("TXPROD", "Exits")
        self.assertIn("3", w.texts("Exits"))
        w.click("Lab/answer o1")
        self.number("o1", 3)
        self.settled("o1")
        self.onwards()
        self.see("Lab/p2 97")
        self.choose("p2", "97")
        w.key("Return")
        self.number("p3", 32)
        self.measured("one")
        self.onwards()
        self.lab_says("It was: a threshold of 32")
        self.read_off("o2", "One by one", "exits of web a packet", "VMXNET3")
        self.read_off("o3", "One by one", "packets a second at db", "VMXNET3 by E1000")
        self.see("Lab/o4 the guest with its exits")
        self.choose("o4", "the guest with its exits")
        w.key("Return")
        self.settled("o4")
        self.onwards()
        self.number("p4", 10)
        self.measured("batches")
        self.onwards()
        self.read_off("o5", "In batches", "packets a second at db", "VMXNET3 by E1000")
        self.see("Lab/o6 the back end")
        self.choose("o6", "the back end")
        w.key("Return")
        self.onwards()
        self.see("Lab/e1 limit")
        self.choose("e1", "limit")
        w.key("Return")
        self.lab_says("it is another card")
        self.see("Lab/e1 share")
        self.choose("e1", "share")
        w.key("Return")
        self.sentence("e2", "How large the exits' part is, beside the back end.", "only that part can go away")
        self.onwards()
        self.number("p5", 4)
        self.see("Lab/p6 at 1")
        w.key("1")  # it rises
        w.key("Return")
        self.measured("between")
        if not self.said_unclear("o7"):
            self.number("o7", 1)  # there the exits are all there is
            self.lab_says("You read 1.")
            self.number("o7", 8)
        self.settled("o7")
        timed = dict.fromkeys(("c2", "c3", "c5", "c6", "c7"), ("inconclusive",))
        self.end(["c1", "c2", "c3", "c4", "c5", "c6", "c7"], timed, "Say how much fewer exits bring")
        beliefs = self.rows("SELECT question, belief FROM answer WHERE belief IS NOT NULL ORDER BY id")
        self.assertEqual(beliefs, [("p2", "threshold-is-percent"), ("p3", "proportional")])

    def test_lab_4(self):
        w = self.open(lab="4", size="1280x720")
        w.wait(lambda w: w.shows("What an exit takes", "Lab"), "open the lab at its first line")
        self.see("Lab/answer p1")
        self.number("p1", 2000)
        self.measured("price")
        self.onwards()
        self.read_off("o1", "The price", "cycles a packet, the guest web with its exits", "3000 cycles")
        self.read_off("o2", "The price", "exits of web a packet", "3000 cycles")
        self.onwards()
        self.number("p2", 2000)
        self.measured("count")
        self.onwards()
        self.read_off("o3", "The count", "cycles a packet, the guest web with its exits", "3000 cycles")
        self.onwards()
        kvm = os.access("/dev/kvm", os.R_OK | os.W_OK)
        if kvm:
            self.see("Lab/p3 same")
            self.choose("p3", "same")
            w.key("Return")
            self.number("p4", 1000)
            self.see("Lab/start prices")
            w.key("Return")
            w.wait(lambda w: "Lab/page next" in w.map["targets"] and not w.state["waiting"], "measure the prices", 120)
            self.onwards()
            self.number("o4", 1)
            self.lab_says("It stands in Measured.")
            self.number("o4", self.on_the_chart(PRICES, PRICES, "MMIO write"))
            self.settled("o4")
            self.number("o5", self.on_the_chart(PRICES, PRICES, "ioeventfd doorbell"))
            self.settled("o5")
            self.onwards()
        self.see("Lab/e1 three")
        self.choose("e1", "three")
        w.key("Return")
        self.lab_says("Only the exits' part would.")
        self.see("Lab/e1 count")
        self.choose("e1", "count")
        w.key("Return")
        self.sentence("e2", "On which machine, and which exit?", "is that host a VM itself")
        self.onwards()
        self.number("p5", 8)
        self.measured("share")
        self.see("Lab/answer o6")
        self.number("o6", 1)
        self.lab_says("You read 1.")
        self.number("o6", 0.0625)
        self.settled("o6")
        timed = {"c1": ("inconclusive",), "c2": ("inconclusive",), "c3": ("inconclusive", "skipped"), "c4": ("inconclusive",)}
        self.end(["c1", "c2", "c3", "c4"], timed, "Predict what a packet costs")
        beliefs = [("p2", "price-is-everything")] + ([("p3", "an-exit-is-an-exit"), ("p4", "book-number-is-mine")] if kvm else [])
        self.assertEqual(self.rows("SELECT question, belief FROM answer WHERE belief IS NOT NULL ORDER BY id"), beliefs)


if __name__ == "__main__":
    unittest.main()
