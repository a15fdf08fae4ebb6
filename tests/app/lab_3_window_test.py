#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Lab 3 in the window, from start to end, with a real mouse and keyboard (tests/support/lab_walks.py)."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.getcwd(), "tests", "support"))
import lab_walks  # noqa: E402


class Lab3(lab_walks.Walks):
    def test_walk(self):
        self.walk_3()


if __name__ == "__main__":
    unittest.main()
