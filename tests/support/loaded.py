# SPDX-License-Identifier: BSD-3-Clause
"""Runs a command while other programs keep the CPUs busy: `loaded.py COUNT COMMAND…`. Ends with the command's exit code.

The others are ended by their own process ids, however the command ends; and each ends by itself when this program is gone."""

import os
import signal
import subprocess
import sys

BUSY = """
import os, sys
parent = int(sys.argv[1])
while os.getppid() == parent:
    for _ in range(1_000_000):
        pass
"""


class Load:
    def __init__(self, count):
        self.others = []
        try:
            for _ in range(count):
                self.others.append(subprocess.Popen([sys.executable, "-c", BUSY, str(os.getpid())]))
        except OSError:
            self.end()
            raise

    def end(self):
        """Returns the CPU time that they took away, in seconds."""
        for other in self.others:
            other.kill()
        used = 0
        for other in self.others:
            usage = os.wait4(other.pid, 0)[2]
            used += usage.ru_utime + usage.ru_stime
        self.others = []
        return used


def main(count, command):
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))  # so that `finally` is reached
    load = Load(count)
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 130
    finally:
        print(f"{count} other programs used {load.end():.0f} s of CPU time meanwhile")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
