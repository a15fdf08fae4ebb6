# SPDX-License-Identifier: BSD-3-Clause
"""Each lint passes a clean tree and finds a violation planted in it."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

import doc_regions
import file_sizes
import format as format_rule
import guest_objects
import hot_path
import include_rules
import leftovers
import machine_paths
import short_lived
import spdx
import type_names

SPDX = "// SPDX-License-Identifier: BSD-3-Clause\n"
QUOTED = "# Page\n\n<!-- code: engine/net/a.cc way -->\n```cpp\nint way();\n```\n"


class Lints(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def put(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def passes(self, lint, name, text):
        self.put(name, text)
        self.assertEqual(lint.check(self.root), [], f"{name}: {text}")

    def fails(self, lint, name, text, saying):
        """The tree with this file fails, and passes again without it."""
        self.put(name, text)
        self.assertIn(saying, "\n".join(lint.check(self.root)), f"{name}: {text}")
        (self.root / name).unlink()
        self.assertEqual(lint.check(self.root), [])

    def test_include_rules(self):
        for name, line in [
            ("engine/devices/a.cc", '#include "engine/vmm/dma.h"'),
            ("engine/spec/a.h", '#include "engine/base/bits.h"\n#include <cstdint>'),
            ("engine/net/a.h", "#include <rte_mbuf_dyn.h>\n#include <vector>"),
            ("engine/guest/hosted/a.cc", '#include "engine/vmm/soft_vcpu.h"\n#include "engine/guest/platform.h"'),
            ("engine/vmm/kvm/vm.cc", "#include <linux/kvm.h>"),
            ("app/desktop/shell/a.cc", "#include <GLFW/glfw3.h>"),
            ("app/desktop/panels/a.cc", '#include "app/desktop/widgets/plot.h"\n#include "app/desktop/model/history.h"\n#include "app/lookup/find.h"'),
            ("tests/unit/a.cc", '#include <rte_eal.h>\n#include "engine/control/machine/machine.h"'),
        ]:
            self.passes(include_rules, name, line + "\n")
        for name, line in [
            ("engine/devices/b.cc", '#include "engine/datapath/worker.h"'),
            ("engine/devices/c.cc", '#include "engine/guest/platform.h"'),
            ("engine/spec/b.h", '#include "engine/base/result.h"'),
            ("engine/spec/c.h", "#include <string>"),
            ("engine/guest/drivers/b.h", '#include "engine/vmm/vcpu.h"'),
            ("engine/net/b.h", "#include <rte_ethdev.h>"),
            ("engine/vmm/kvm/vm.h", "#include <linux/kvm.h>"),
            ("engine/vmm/b.cc", "#include <linux/kvm.h>"),
            ("engine/vmm/c.cc", "#include <fmt/format.h>"),
            ("engine/control/b.cc", "  #  include <imgui.h>"),
            ("app/ctl/b.cc", "#include <imgui.h>"),
            ("app/ctl/c.cc", '#include "engine/control/machine/machine.h"'),
            ("app/desktop/c.cc", "#include <rte_mbuf.h>"),
            ("app/desktop/kit/b.h", '#include "app/desktop/widgets/plot.h"'),
            ("app/desktop/model/b.h", '#include "app/desktop/kit/theme.h"'),
            ("app/desktop/model/c.h", "#include <imgui.h>"),
            ("app/desktop/widgets/b.h", '#include "app/desktop/panels/panel.h"'),
            ("app/desktop/panels/b.cc", '#include "app/desktop/shell/menu.h"'),
            ("app/lookup/b.cc", '#include "app/desktop/model/history.h"'),
            ("labs/b.cc", '#include "app/ctl/options.h"'),
        ]:
            self.fails(include_rules, name, line + "\n", "may not include" if "kvm.h" not in line else "alone")
        self.fails(include_rules, "engine/api/b.h", '#include "probe.h"\n', "repository's root")
        self.fails(include_rules, "engine/api/b.h", "#include <boost/any.hpp>\n", "is unknown")
        self.fails(include_rules, "engine/stray.cc", "int x;\n", "no folder")

    def test_include_rules_of_cmake(self):
        self.passes(include_rules, "engine/net/CMakeLists.txt", "ringside_library(net LINKS ringside_base ringside_api ringside_spec)\n")
        self.fails(include_rules, "engine/api/CMakeLists.txt", "ringside_library(api LINKS ringside_base ringside_vmm)\n", "links")
        self.fails(include_rules, "engine/guest/CMakeLists.txt", 'ringside_library(guest EXCLUDE "/(a|b)/" LINKS ringside_base)\n', "links")

    def test_hot_path(self):
        self.passes(hot_path, "engine/datapath/a.cc", '// a new mutex\nauto s = "throw new";\nstd::string_view v;\nint renew;\n')
        self.passes(hot_path, "engine/datapath/cold.cc", "// cold: built at a cut\nstd::string name;\n")
        self.passes(hot_path, "engine/datapath/worker.cc", "// cold-begin: the sleep of an idle worker\nfutex_wait(x);\n// cold-end\n")
        self.passes(hot_path, "engine/devices/e1000/e1000_registers.cc", "std::string name;\n")
        for line in [
            "auto* p = new int;", "void* p = malloc(4);", "std::string s;", "std::map<int, int> m;", "std::function<void()> f;", "throw 1;",
            "std::mutex m;", "std::lock_guard g(m);", 'printf("x");', 'fmt::print("x");', "v.push_back(1);", "n.fetch_add(1);",
            "std::unordered_map<int, int> m;", "RTE_LOG(ERR, EAL, x);", "::write(fd, &one, 8);",
        ]:
            self.fails(hot_path, "engine/datapath/vswitch/b.h", line + "\n", "on the hot path")
            self.fails(hot_path, "engine/devices/e1000/e1000_datapath.cc", line + "\n", "on the hot path")
        self.fails(hot_path, "engine/datapath/b.cc", "// cold:\nstd::string s;\n", "without a reason")
        self.fails(hot_path, "engine/datapath/c.h", "// cold-begin: said once\nstruct C { std::function<int()> dropped; };\n// cold-end\n", "within reach")
        self.fails(hot_path, "engine/datapath/b.cc", "\n" * 12 + "// cold: too late\n", "too late")
        self.fails(hot_path, "engine/datapath/b.cc", "// cold-begin: x\nint y;\n", "without cold-end")
        self.fails(hot_path, "engine/datapath/b.cc", "// cold-begin: x\n// cold-end\nstd::string s;\n", "on the hot path")
        self.fails(hot_path, "engine/devices/x/x_datapath.cc", "// cold: all of it\nint x;\n", "cannot be cold")

    def test_file_sizes(self):
        self.passes(file_sizes, "engine/a.cc", "int x;\n" * 400)
        self.passes(file_sizes, "engine/table.cc", "// table: the registers\n" + "int x;\n" * 500)
        self.fails(file_sizes, "engine/b.cc", "int x;\n" * 401, "401 lines")
        self.fails(file_sizes, "engine/b.cc", "int x;\n" * 401 + "// table: too late\n", "lines")

        joined = "void f() {\n" + "  a = 1, b = 2, g(c, d);\n" * 150 + "}\n"
        self.fails(file_sizes, "engine/b.cc", joined, "300 statements behind a comma")
        self.passes(file_sizes, "engine/c.cc", "void f() {\n" + "  int a = g(1, 2), b = 2;\n" * 150 + "  for (i = 0, j = 1; i < 2; i++, j++) x({1, 2}, 3);\n" * 150 + "}\n")

    def test_comma_operators(self):
        for code, count in [("f(a, b);", 0), ("x = 1, y = 2;", 1), ("std::map<int, int> m;", 0), ("if (a) x = 1, y = 2, z = 3;", 2), ("int a = 1, b = 2;", 0),
                            ("case A: x = 1, y = 2; break;", 1), ("return x = 1, y;", 1), ("auto l = [&] { x = 1, y = 2; };", 1), ("T t{1, 2};", 0),
                            ("enum E { a, b };", 0), ("const char* n[] = {a, b};", 0), ("x = T{1, 2};", 0), ("f([&](int a, int b) { return a; }, 2);", 0)]:
            self.assertEqual(file_sizes.comma_operators(f"void f() {{ {code} }}"), count, code)

    def test_format(self):
        self.passes(format_rule, "engine/a.cc", "int x;\n")
        self.passes(format_rule, "engine/table.cc", "// table: the registers\n" + "int   x;\n" + "// " + "x" * 200 + "\n")
        self.fails(format_rule, "engine/b.cc", f'const char* x = "{"x" * 120}";\n', "120 at most")
        if format_rule.clang_format():
            self.fails(format_rule, "engine/b.cc", "int   x;\n", "not as .clang-format says")

    def test_spdx(self):
        self.passes(spdx, "engine/a.cc", SPDX)
        self.passes(spdx, "run.sh", "#!/bin/sh\n# SPDX-License-Identifier: BSD-3-Clause\n")
        for name in ["engine/b.h", "engine/b.cc", "b.py", "b.sh", "b.cmake", "CMakeLists.txt"]:
            self.fails(spdx, name, "int x;\n" + SPDX, "first line")
        self.fails(spdx, "engine/b.h", "", "first line")

    def test_doc_regions(self):
        self.put("engine/net/a.cc", "  // region: way\n  int way();\n  // endregion: way\n")
        self.passes(doc_regions, "docs/a.md", QUOTED)
        self.fails(doc_regions, "docs/b.md", QUOTED.replace("way -->", "gone -->"), "has no region gone")
        self.fails(doc_regions, "docs/b.md", QUOTED.replace("int way", "int old"), "has changed")
        self.fails(doc_regions, "docs/b.md", "<!-- code: engine/net/a.cc way -->\ntext\n", "not quoted")
        self.fails(doc_regions, "engine/net/b.cc", "// region: open\n", "never ends")
        self.fails(doc_regions, "engine/net/b.cc", "// endregion: open\n", "never begun")
        self.fails(doc_regions, "engine/net/b.cc", "// region: a\n// endregion: a\n// region: a\n// endregion: a\n", "twice")

    def test_doc_regions_fix(self):
        self.put("engine/net/a.cc", "// region: way\nint way();\n// endregion: way\n")
        for stale in [QUOTED.replace("int way", "int old"), "# Page\n\n<!-- code: engine/net/a.cc way -->\n"]:
            self.put("docs/a.md", stale)
            doc_regions.check(self.root, fix=True)
            self.assertEqual((self.root / "docs/a.md").read_text().strip(), QUOTED.strip())
            self.assertEqual(doc_regions.check(self.root), [])

    def test_machine_paths(self):
        self.passes(machine_paths, "docs/a.md", "~/.config, ../work/x, https://example.org/home/x, /usr/share, ${x}/work/y\n")
        for place in ("work", "root", "home"):
            self.fails(machine_paths, "docs/b.md", f"see /{place}/x\n", "one machine")
        self.fails(machine_paths, "b.txt", "https://py" "pi.org/simple\n", "registry")

    def test_type_names(self):
        self.put("engine/api/origin.h", "namespace ringside {\nstruct Origin {\n  int a;\n};\n}\n")
        self.passes(type_names, "labs/a.h", "namespace ringside::labs {\nstruct Origin;\nstruct Place {};\n}\n")
        self.passes(type_names, "app/a.h", "namespace ringside::app {\nstruct Place {};\n}\n")
        for line in ("struct Origin {", "enum class Origin { kOwn };", "class Origin final : public Place {", "using Origin = int;"):
            self.fails(type_names, "labs/b.h", "namespace ringside::labs {\n" + line + "\n", "hides ringside::Origin")

    def test_leftovers(self):
        self.passes(leftovers, "docs/a.md", "to do\n")
        for note in ("TO" "DO", "FIX" "ME"):
            self.fails(leftovers, "engine/b.cc", f"// {note}: later\n", note)

    def test_short_lived(self):
        self.passes(short_lived, "app/a.cc", "for (const auto s = engine.cut(); const RingView& ring : s->rings) use(ring);\n")
        self.fails(short_lived, "app/b.cc", "for (const RingView& ring : engine_.cut()->rings) use(ring);\n", "keep the picture")

    @unittest.skipUnless(shutil.which("c++") and shutil.which("size"), "needs a compiler")
    def test_guest_objects(self):
        self.assertIsNone(guest_objects.check(self.root))
        folder = self.root / "engine/guest/hosted"
        for source, state in [("extern const int t[] = {1, 2}; int f() { return t[0]; }", None), ("int x = 1;", ".data"), ("int x;", ".bss"),
                              ("int f() { static int n; return ++n; }", ".bss"), ("thread_local int x;", ".tbss")]:
            self.put("engine/guest/hosted/a.cc", source)
            subprocess.run(["c++", "-c", "a.cc", "-o", "a.cc.o"], cwd=folder, check=True)
            found = "\n".join(guest_objects.check(self.root))
            self.assertEqual(found, "") if state is None else self.assertIn(state, found)


if __name__ == "__main__":
    unittest.main()
