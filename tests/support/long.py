# SPDX-License-Identifier: BSD-3-Clause
"""What takes longer than a test may: `long.py MINUTES`, in the repository's root, after test.sh has built everything.

The time is shared out among the parts below; each is told before and after, with what it did. A part that fails says how to see it again."""

import glob
import json
import os
import subprocess
import sys
import tempfile
import time

RELEASE, ASAN = "build", "build-asan"
SOAKS = ("pvp", "vmxnet3", "nics", "exits", "two-vms")


def run(command, seconds=None, **more):
    """Exit code and output; None as the code: it had to be ended, a long while after its time."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                              timeout=seconds and 600 + 4 * seconds, **more)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        return None, (late.stdout or b"").decode(errors="replace") if isinstance(late.stdout, bytes) else late.stdout or ""


def fuzz(program, seconds):
    """Random inputs, other ones each night; the seed is in the output."""
    seed = int(time.time())
    code, said = run([program, f"--seconds={seconds:.0f}", f"--seed={seed}"], seconds)
    return code == 0, said.strip().splitlines()[-1] if code == 0 else said + f"\nagain: {program} --seed={seed} --seconds={seconds:.0f}"


def soak(scenario, seconds):
    """A machine that runs free all the while: its books must be right at the end, and nothing may have leaked."""
    code, said = run([f"{RELEASE}/bin/ringsidectl", "run", f"assets/scenarios/{scenario}.scn", "--for", f"{seconds:.0f}", "--json"], seconds,
                     env={**os.environ, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets")})
    try:
        result = json.loads(said[said.index("{"):said.rindex("}") + 1])
        frames = next(p["value"] for p in result["probes"] if p["name"] == "balance.sent")
        return code == 0 and result["balance_holds"], f"{frames:,.0f} frames sent, the balance {'holds' if result['balance_holds'] else 'does not hold'}"
    except (ValueError, KeyError, StopIteration):
        return False, said


def kills(program, case, seconds):
    """Killed at random moments, ten times as often as in a test."""
    with tempfile.TemporaryDirectory() as folder:
        code, said = run([program, case], seconds, env={**os.environ, "RINGSIDE_TEST_EFFORT": "10", "TMPDIR": folder})
    return code == 0, "about a thousand kills, nothing acknowledged was lost" if code == 0 else said


def kills_of_commands(script, seconds):
    """The same of commands: those tests of a script that kill."""
    code, said = run([sys.executable, "-B", script, "-k", "killed"], seconds, env={**os.environ, "RINGSIDE_TEST_EFFORT": "10"})
    return code == 0, said.strip().splitlines()[-3] if code == 0 else said


def again(program, tags, seconds):
    """The cases of threads and hostile guests, each a process, round and round: what fails once in a hundred fails here."""
    names = [name for name in subprocess.run([program, "--list-test-names-only", tags], stdout=subprocess.PIPE, text=True, check=False).stdout.splitlines() if name.strip()]
    end, rounds, runs = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        for name in names:
            if time.monotonic() >= end and rounds:
                break
            code, said = run([program, name.strip().replace(",", "\\,")], 60)
            runs += 1
            if code not in (0, 77):
                return False, said
        rounds += 1
    return True, f"{len(names)} cases, {runs} runs"


def parts():
    """(what, share of the time, how)"""
    fuzzers = sorted(glob.glob(f"{ASAN}/bin/ringside_fuzz_*"))
    for program in fuzzers:
        yield f"fuzzing {os.path.basename(program)[14:]}", 0.43 / len(fuzzers), lambda s, p=program: fuzz(p, s)
    for scenario in SOAKS:
        yield f"soak {scenario}.scn", 0.2 / len(SOAKS), lambda s, n=scenario: soak(n, s)
    yield "kills of a lab in the terminal", 0.05, lambda s: kills(f"{RELEASE}/bin/ringside_labs_tests", "killed a hundred*", s)
    yield "kills of a lab in the window", 0.05, lambda s: kills(f"{RELEASE}/bin/ringside_app", "the window's lab killed*", s)
    yield "kills of hand-in and grade", 0.05, lambda s: kills_of_commands("tests/labs/grade_ctl_test.py", s)
    yield "kills of a pack's installation", 0.02, lambda s: kills_of_commands("tests/labs/pack_ctl_test.py", s)
    for directory, what in (("build-tsan", "threads"), (ASAN, "memory")):
        yield f"unit cases again and again, {what}", 0.1, lambda s, d=directory: again(f"{d}/bin/ringside_unit", "[sanitize]", s)


def main(minutes):
    begin, failed, ran = time.monotonic(), [], 0
    for what, share, how in parts():
        seconds = max(1, share * minutes * 60)
        print(f"{what}: about {seconds:.0f} s", flush=True)
        since = time.monotonic()
        try:
            good, said = how(seconds)
        except OSError as missing:
            good, said = False, str(missing)
        print(f"  {'ok' if good else 'FAILED'} after {time.monotonic() - since:.0f} s: {said}", flush=True)
        ran += 1
        if not good:
            failed.append(what)
    print(f"{ran} parts in {(time.monotonic() - begin) / 60:.1f} minutes, {len(failed)} failed{': ' + ', '.join(failed) if failed else ''}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
