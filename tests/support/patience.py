# SPDX-License-Identifier: BSD-3-Clause
"""How long a test waits before it gives up what should have happened long ago: a safety net, never a measure. On a machine that is kept
busy on purpose RINGSIDE_TEST_PATIENCE (test.sh --loaded) makes all of it longer."""

import os

PATIENCE = max(1.0, float(os.environ.get("RINGSIDE_TEST_PATIENCE") or 1))


def patient(seconds):
    return seconds * PATIENCE
