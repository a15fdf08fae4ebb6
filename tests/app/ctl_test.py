#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ringsidectl as a shell sees it: exit codes, streams, JSON, determinism, signals. Needs no right, no KVM and no hugepages."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from patience import patient  # noqa: E402

CTL = os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl")
ENVIRONMENT = {**os.environ, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "NO_COLOR": "1"}


def ctl(*words, text=None, limit=60):
    return subprocess.run([CTL, *words], input=text, capture_output=True, text=True, timeout=patient(limit), env=ENVIRONMENT)


class Usage(unittest.TestCase):
    def test_help_and_version_go_to_stdout(self):
        for words in (["--help"], ["--version"], ["run", "--help"], ["bench", "pvp", "--help"]):
            result = ctl(*words)
            self.assertEqual((result.returncode, result.stderr), (0, ""), words)
            self.assertIn("ringsidectl" if "--version" in words else "Usage", result.stdout)

    def test_bad_usage_is_2_and_goes_to_stderr(self):
        for words in ([], ["fly"], ["run"], ["run", "first.scn", "--for", "-1"], ["step", "first.scn", "--until", "lunch"], ["show", "registers", "ne2000"]):
            result = ctl(*words)
            self.assertEqual((result.returncode, result.stdout), (2, ""), words)
            self.assertTrue(result.stderr, words)

    def test_a_subcommand_that_there_is_not_is_named_with_the_nearest(self):
        for words, wrong, remedy in ((["rnu", "two-vms.scn"], "rnu", "Nearest: `ringsidectl run`"),
                                     (["measure", "exits"], "measure", "Those of ringsidectl: run, step, exits"),
                                     (["watch", "--help"], "watch", "Those of ringsidectl: run,"),
                                     (["--workers", "1", "--json", "stpe"], "stpe", "Nearest: `ringsidectl step`"),
                                     (["show", "--quiet", "probs"], "probs", "Nearest: `ringsidectl show probes`")):
            result = ctl(*words)
            self.assertEqual((result.returncode, result.stdout), (2, ""), words)
            self.assertIn(f"There is no subcommand `{wrong}`.", result.stderr)
            self.assertIn(remedy, result.stderr)

    def test_the_example_of_the_help_works(self):
        example = re.search(r"behind --: ringsidectl (run .*)", ctl("--help").stdout).group(1).split()
        at = example.index("--")
        result = ctl(*example[:at], "--for", "0.1", *example[at:])
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_an_argument_of_dpdk_that_is_ours_to_give_is_bad_usage(self):
        for words in (["run", "first.scn"], ["show", "probes"], ["doctor"]):
            result = ctl(*words, "--", "--lcores", "1@1")
            self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
            self.assertIn("DPDK argument --lcores is given by Ringside", result.stderr)
            self.assertNotIn("line ", result.stderr)

    def test_eal_arguments_in_front_are_shown_corrected(self):
        result = ctl("run", "-l", "0,1", "first.scn", "--vdev=net_null0", "--for", "3", "-n4")
        self.assertEqual(result.returncode, 2)
        self.assertIn("ringsidectl run first.scn --for 3 -- -l 0,1 --vdev=net_null0 -n4", result.stderr)

    def test_nothing_of_opengl_is_linked(self):
        self.assertIsNone(re.search(r"libGL|glfw|libX11", subprocess.run(["ldd", CTL], capture_output=True, text=True).stdout))


class Scenarios(unittest.TestCase):
    def test_a_missing_file_is_4(self):
        result = ctl("run", "no-such.scn")
        self.assertEqual(result.returncode, 4)
        self.assertIn("no-such.scn", result.stderr)

    def test_what_is_no_plain_file_says_so_and_is_not_waited_for(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkfifo(os.path.join(folder, "pipe.scn"))
            for path in (folder, os.path.join(folder, "pipe.scn"), "/dev/null", "/dev/stdin", *(["/proc/kmsg"] if os.access("/proc/kmsg", os.R_OK) else [])):
                read, write = os.pipe()
                result = subprocess.run([CTL, "run", path], stdin=read, capture_output=True, text=True, timeout=patient(60), env=ENVIRONMENT)
                os.close(read), os.close(write)
                self.assertEqual((result.returncode, result.stdout), (4, ""), path)
                self.assertRegex(result.stderr, "no file that can be read to its end|cannot be read", path)

    def test_a_wrong_line_names_file_and_line_and_applies_nothing(self):
        result = ctl("run", "-", text="wire add name=w0 kind=null\n\nswitch add name=s0 uplonk=w0\n")
        self.assertEqual((result.returncode, result.stdout), (4, ""))
        self.assertIn("line 3", result.stderr)
        self.assertIn("No line of this file was applied.", result.stderr)

    def test_a_learning_switch_floods_the_first_frame_alone(self):
        books = ctl("run", "learning.scn").stdout
        self.assertRegex(books, r"\n  sent +6  frames")
        self.assertRegex(books, r"\n  \+ copied by flooding +1  frames")

    def test_each_scenario_says_what_it_shows(self):
        listed = json.loads(ctl("show", "scenarios", "--json").stdout)["scenarios"]
        self.assertIn("first.scn", [scenario["name"] for scenario in listed])
        for scenario in listed:
            self.assertTrue(scenario["summary"].endswith("."), scenario)


class Runs(unittest.TestCase):
    def test_each_number_has_unit_and_provenance(self):
        result = json.loads(ctl("run", "first.scn", "--for", "0.5", "--json").stdout)
        self.assertEqual(result["schema"], 1)
        self.assertTrue(result["balance_holds"])
        self.assertIsInstance(result["events"], list)
        names = [probe["name"] for probe in result["probes"]]
        self.assertEqual(len(names), len(set(names)))
        for probe in result["probes"]:
            self.assertLessEqual({"name", "value", "unit", "provenance"}, probe.keys())
            self.assertIn(probe["provenance"], ("measured", "modelled", "reference"))
        self.assertGreater(dict((p["name"], p["value"]) for p in result["probes"])["rate.w0.out"], 0)

    def test_free_and_stepped_runs_deliver_the_same_frames(self):
        delivered = []
        for mode in ("stepped", "free"):
            probes = json.loads(ctl("run", "two-vms.scn", "--mode", mode, "--json").stdout)["probes"]
            values = {probe["name"]: probe["value"] for probe in probes}
            delivered.append([values["balance." + key] for key in ("sent", "delivered", "dropped", "in_flight")])
        self.assertEqual(delivered[0], delivered[1])
        self.assertEqual(delivered[0][3], 0)

    def test_ctrl_c_ends_at_a_breath_boundary_with_the_result(self):
        child = subprocess.Popen([CTL, "run", "first.scn", "--dashboard"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        while "w0 in " not in (line := child.stdout.readline()):
            self.assertTrue(line, "it ended before it ran")
        child.send_signal(signal.SIGINT)
        child.send_signal(signal.SIGINT)  # timeout(1) sends it twice, to the program and to its group: that is one Ctrl-C
        out, errors = child.communicate(timeout=patient(60))
        self.assertEqual(child.returncode, 128 + signal.SIGINT, errors)
        self.assertIn("It holds.", out)
        for parent in ("/var/run/dpdk", "/tmp/dpdk", os.environ.get("XDG_RUNTIME_DIR", "/nonexistent") + "/dpdk"):
            self.assertFalse(os.path.exists(f"{parent}/ringside-{child.pid}"))

    def test_the_dashboard_is_plain_lines_without_a_terminal(self):
        result = ctl("run", "first.scn", "--for", "2.5", "--dashboard")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("\x1b", result.stdout)
        self.assertIn("w0 in ", result.stdout)


class Steps(unittest.TestCase):
    def test_the_nine_stops_of_a_packet_come_in_order(self):
        events = json.loads(ctl("step", "two-vms.scn", "--json").stdout)["events"]
        stops = [event["stop"] for event in events if event["stop"]]
        self.assertEqual(set(stops), set(range(1, 10)))
        first = [stops.index(stop) for stop in range(1, 10)]
        self.assertEqual(first, sorted(first))

    def test_two_runs_with_one_seed_are_the_same_bytes(self):
        for words in (["two-vms.scn"], ["interrupts.scn", "--steps", "12"], ["two-vms.scn", "--json"]):
            first, second = ctl("step", *words), ctl("step", *words)
            self.assertEqual(first.returncode, 0, first.stderr)
            self.assertTrue(first.stdout)
            self.assertEqual(first.stdout, second.stdout, words)

    def test_steps_are_counted(self):
        self.assertEqual(len(json.loads(ctl("step", "interrupts.scn", "--steps", "5", "--json").stdout)["events"]), 5)

    def test_until_stops_there(self):
        self.assertTrue(json.loads(ctl("step", "interrupts.scn", "--until", "exit", "--json").stdout)["events"][-1]["exit"])
        self.assertEqual(json.loads(ctl("step", "interrupts.scn", "--until", "interrupt", "--json").stdout)["events"][-1]["stop"], 7)


class Lists(unittest.TestCase):
    def test_commands_registers_and_probes(self):
        verbs = [command["verb"] for command in json.loads(ctl("show", "commands", "--json").stdout)["commands"]]
        self.assertLessEqual({"wire add", "switch add", "vm add", "run", "step"}, set(verbs))
        registers = {reg["name"]: reg for reg in json.loads(ctl("show", "registers", "e1000", "--json").stdout)["registers"]}
        self.assertEqual(registers["TDT"]["offset"], 0x3818)
        names = [probe["name"] for probe in json.loads(ctl("show", "probes", "--json").stdout)["probes"]]
        self.assertIn("web.nic0.rx.rows_device", names)

    def test_the_columns_of_probes_stand_apart(self):
        listed = {probe["name"]: probe for probe in json.loads(ctl("show", "probes", "learning.scn", "--json").stdout)["probes"]}
        lines = ctl("show", "probes", "learning.scn").stdout.splitlines()
        self.assertIn("addresses", [probe["unit"] for probe in listed.values()])
        self.assertEqual(len({line.index("  " + listed[line.split()[0]]["description"]) for line in lines}), 1)
        for line in lines:
            probe = listed[line.split()[0]]
            self.assertRegex(line, rf" {re.escape(probe['unit'])} +{probe['provenance']}  ")

    def test_the_placement_is_shown_with_its_reasons(self):
        result = ctl("--workers", "3", "show", "placement", "compare.scn", "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        placement = json.loads(result.stdout)
        workers = {c["name"]: c["worker"] for c in placement["contexts"]}
        self.assertEqual(len(placement["workers"]), 3)
        self.assertEqual(placement["crossings"], 0)
        self.assertEqual(workers["rx w0"], workers["old/0"])
        self.assertEqual(workers["rx w1"], workers["tx new.nic0"])
        self.assertNotEqual(workers["rx w0"], workers["rx w1"])
        for context in placement["contexts"]:
            self.assertRegex(context["why"], r"\.$")
            self.assertEqual(context["provenance"], "modelled")
        text = ctl("--workers", "1", "show", "placement").stdout
        self.assertIn("One worker runs everything.", text)
        self.assertIn("1 of 1 worker in use, 0 crossings between them; placement mode=auto", text)

    def test_doctor_never_fails_and_each_lack_has_a_command(self):
        result = ctl("doctor", "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for check in json.loads(result.stdout)["checks"]:
            self.assertIn(check["state"], ("ok", "degraded", "missing"))
            self.assertTrue(check["meaning"].endswith("."), check)
            if check["state"] == "missing":
                self.assertTrue(check["command"], check)


if __name__ == "__main__":
    if not os.path.exists(CTL):
        print("SKIPPED: ringsidectl is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
