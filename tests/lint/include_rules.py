# SPDX-License-Identifier: BSD-3-Clause
"""Who may include whom (docs/architecture.md): our own headers by folder, the libraries' by kind; and the CMake link lists say the same."""

import re

import lint

E = "engine/"
ALL_ENGINE = ["base", "api", "spec", "net", "vmm", "datapath", "devices", "guest", "guest/hosted", "guest/baremetal", "probes", "disassembly", "control"]

SHOWN = [E + "base", E + "api", E + "figures", "labs", "labs/pack", "labs/handin", "labs/grade"]  # what a program may show

# Folder -> what it may include beside itself: our folders or single headers, then kinds of library headers (KINDS below).
# The longest folder that holds a file decides. tests/ may include anything.
RULES = {
    E + "base": ([], ["std", "host"]),
    E + "api": ([E + "base"], ["std"]),
    E + "figures": ([E + "base", E + "api"], ["std", "fmt"]),
    E + "spec": ([E + "base/bits.h"], ["freestanding"]),
    E + "net": ([E + "base", E + "api", E + "spec"], ["std", "host", "mbuf"]),
    E + "vmm": ([E + "base", E + "api", E + "spec"], ["std", "host"]),
    E + "datapath": ([E + "base", E + "api", E + "spec", E + "net"], ["std", "host", "mbuf", "telemetry", "dpdk", "pcap"]),
    E + "devices": ([E + "base", E + "api", E + "spec", E + "net", E + "vmm"], ["std", "host"]),
    E + "guest": ([E + "spec"], ["freestanding"]),
    E + "guest/hosted": ([E + "guest", E + "spec", E + "vmm"], ["std", "host"]),
    E + "guest/baremetal": ([E + "guest", E + "spec"], ["freestanding"]),
    E + "probes": ([E + "base", E + "api"], ["std", "host", "fmt"]),
    E + "disassembly": ([E + "base", E + "vmm"], ["std", "host", "capstone", "fmt"]),
    E + "control": ([E + folder for folder in ALL_ENGINE], ["std", "host", "fmt"]),
    "labs": ([E + "base", E + "api", E + "figures"], ["std", "host", "sqlite", "toml", "json", "fmt"]),
    "labs/pack": ([E + "base", E + "api", "labs"], ["std", "host", "sqlite", "toml", "fmt"]),
    "labs/handin": ([E + "base", E + "api", "labs", "labs/pack"], ["std", "host", "sqlite", "fmt"]),
    "labs/grade": ([E + "base", E + "api", "labs", "labs/pack", "labs/handin"], ["std", "host", "sqlite", "json", "fmt"]),
    "app/ctl": (SHOWN + ["app/lookup"], ["std", "host", "cli", "json", "toml", "fmt"]),
    "app/lookup": ([E + "base", E + "api"], ["std"]),
    # The window, one direction: model and kit know nothing of each other, widgets draw with the kit what the model says, panels are made of
    # widgets, the shell holds panels.
    "app/desktop/model": (SHOWN + ["app/lookup"], ["std", "host", "json", "toml", "fmt"]),
    "app/desktop/kit": ([E + "base", E + "api", E + "figures"], ["std", "toml", "fmt", "window"]),
    "app/desktop/widgets": (SHOWN + ["app/lookup", "app/desktop/model", "app/desktop/kit"], ["std", "fmt", "window"]),
    "app/desktop/panels": (SHOWN + ["app/lookup", "app/desktop/model", "app/desktop/kit", "app/desktop/widgets"], ["std", "fmt", "window"]),
    "app/desktop/shell": (SHOWN + ["app/lookup", "app/desktop/model", "app/desktop/kit", "app/desktop/widgets", "app/desktop/panels"],
                          ["std", "host", "json", "toml", "fmt", "window"]),
    "app/desktop": (SHOWN + ["app/desktop/model", "app/desktop/kit", "app/desktop/shell"], ["std", "host", "cli", "json", "toml", "fmt", "window"]),
}
KVM_ROOM = re.compile(r"engine/vmm/kvm/([^/]+\.cc|kvm_api\.h)$")  # the only files that may include linux/kvm.h

# Kinds of library headers; the first match counts.
FREESTANDING = "array atomic bit compare concepts cstdarg cstddef cstdint initializer_list limits new numbers span type_traits utility version"
KINDS = [
    ("kvm", r"linux/kvm\.h"),
    ("freestanding", "|".join(FREESTANDING.split())),
    ("std", r"[a-z_]+"),
    ("mbuf", r"rte_(mbuf|hash_crc|thash)\w*\.h"),
    ("telemetry", r"rte_telemetry\.h"),
    ("dpdk", r"rte_\w+\.h"),
    ("pcap", r"pcap/pcap\.h"),
    ("window", r"imgui\w*\.h|backends/imgui\w+\.h|GLFW/.*|GL/.*|ft2build\.h|freetype/.*|md4c\w*\.h|png\.h"),
    ("fmt", r"fmt/.*"),
    ("capstone", r"capstone(/.*)?\.h"),
    ("sqlite", r"SQLiteCpp/.*|sqlite3\.h"),
    ("toml", r"toml\+\+/.*"),
    ("json", r"nlohmann/.*"),
    ("cli", r"CLI/.*"),
    ("host", r"(sys|linux|net|netinet|arpa|netpacket|sanitizer)/\w+\.h|\w*intrin\.h|cpuid\.h|"
             r"(unistd|fcntl|pthread|sched|signal|poll|dirent|dlfcn|errno|getopt|termios|pwd|grp|time|spawn|glob|ifaddrs|elf|cxxabi|ucontext|setjmp)\.h"),
]


def kind_of(header):
    return next((kind for kind, pattern in KINDS if re.fullmatch(pattern, header)), None)


def room_of(name):
    return max((room for room in RULES if name.startswith(room + "/")), key=len, default=None)


def check_include(name, room, quote, header):
    own, kinds = RULES[room]
    if quote == '"':
        target = room_of(header)
        if header.endswith("kvm_api.h") and not KVM_ROOM.match(name):
            return "kvm_api.h is for engine/vmm/kvm/*.cc alone"
        if not target:
            return f'"{header}": write our headers from the repository\'s root, and a library\'s in <>'
        if target == room or target in own or header in own:
            return None
        return f"{room} may not include {header}"
    kind = kind_of(header)
    if kind == "kvm":
        return None if KVM_ROOM.match(name) else "linux/kvm.h belongs in engine/vmm/kvm/*.cc alone"
    if not kind:
        return f"<{header}> is unknown: give it a kind in tests/lint/include_rules.py"
    if kind in kinds or (kind == "freestanding" and "std" in kinds):
        return None
    return f"{room} may not include <{header}> (kind {kind})"


def check_links(root):
    """An engine folder's and labs' LINKS are exactly its row above."""
    violations = []
    for room, (own, _) in RULES.items():
        path = root / room / "CMakeLists.txt"
        if room.startswith("app/") or not path.is_file():
            continue
        call = re.search(r"ringside_library\((.*?)\)\n", re.sub(r"\([^()]*\|[^()]*\)", "", lint.text_of(path)), re.S)
        links = set(re.findall(r"\bringside_([a-z]\w*)(?![\w(])", call.group(1))) if call else set()
        wanted = {re.sub(r"/\w+\.h$", "", folder).removeprefix(E).replace("/", "_") for folder in own if folder != room}
        if links != wanted:
            violations.append(f"{room}/CMakeLists.txt:1: links {sorted(links)}, but may include {sorted(wanted)}")
    return violations


def check(root):
    violations = check_links(root)
    for path in lint.files(root, ".h", ".cc"):
        name = path.relative_to(root).as_posix()
        room = room_of(name)
        if not room:
            if not name.startswith("tests/"):
                violations.append(f"{name}:1: is in no folder that has an include rule")
            continue
        for number, line in enumerate(lint.text_of(path).splitlines(), 1):
            include = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            problem = include and check_include(name, room, *include.groups())
            if problem:
                violations.append(f"{name}:{number}: {problem}")
    return violations


if __name__ == "__main__":
    lint.main(check)
