// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/commands/confinement.h"

#include <filesystem>
#include <map>

#include "engine/api/confined.h"
#include "engine/base/visible.h"
#include "engine/datapath/pnic/capture.h"

namespace ringside::control {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kCapture = "pcap:";

Error refused(const std::string& what, const std::string& remedy) { return {what, "Nothing was changed.", remedy, ""}; }

// The real path of a capture, when it is a plain file of the folder; "" otherwise.
std::string capture_in(const std::string& folder, const std::string& name) {
  std::error_code error;
  const fs::path root = folder.empty() ? fs::path() : fs::canonical(folder, error);
  if (root.empty() || error) return {};
  const fs::path file = fs::canonical(root / name, error);  // of an absolute name, itself
  if (error || !fs::is_regular_file(file, error)) return {};
  const fs::path inside = file.lexically_relative(root);
  return inside.empty() || *inside.begin() == ".." ? std::string() : file.string();
}

// `name` as seen from a folder of one's own. A folder that was named through links is taken as what it is, so that ".."
// leads where the kernel would go, and an output's own name alone decides whether it is written through a link.
std::string beside(const std::string& folder, const std::string& name) {
  std::error_code error;
  const fs::path plain = (fs::absolute(folder, error) / "").lexically_normal().parent_path();
  const fs::path real = fs::canonical(folder, error);
  fs::path at = error || real == plain ? fs::path(folder) : real;
  const fs::path wanted(name);
  if (wanted.is_absolute()) return name;
  auto part = wanted.begin();
  for (; part != wanted.end() && (*part == ".." || *part == "."); ++part) at = (at / *part / "").lexically_normal();
  if (at == "./") at.clear();
  for (; part != wanted.end(); ++part) at /= *part;
  return at.string();
}

// The user's own line: what it names is looked for beside the text that it stands in.
void seen_from(const Origin& origin, Args& args) {
  if (origin.folder.empty()) return;
  const std::string kind = args.text("kind", "");
  if (kind.starts_with(kCapture) && kind.size() > kCapture.size())
    args.set("kind", std::string(kCapture) + beside(origin.folder, kind.substr(kCapture.size())));
  if (const std::string write = args.text("write", ""); !write.empty()) args.set("write", beside(origin.folder, write));
}

Status confine_wire(const Origin& origin, Args& args) {
  if (args.has("write"))
    return refused("write=" + excerpt(args.text("write")) + std::string(kNotInALab) + "it writes no files.",
                   "Leave write= out.");
  const std::string kind = args.text("kind", "");
  if (kind == "ring" || kind == "null") return {};
  if (!kind.starts_with(kCapture))
    return refused("kind=" + excerpt(kind) + std::string(kNotInALab) + "it uses no network of this machine.",
                   "Expected ring, null, or pcap:FILE of the lab's own folder.");
  const std::string file = capture_in(origin.folder, kind.substr(kCapture.size()));
  if (file.empty())
    return refused("kind=" + excerpt(kind) + std::string(kNotInALab) + "there is no such file in its own folder.",
                   "Expected a capture beside lab.md or below, such as pcap:frames.pcap; a link may not lead out.");
  args.set("kind", std::string(kCapture) + file);
  return {};
}

Status at_most(const Args& args, const std::string& key, uint64_t most) {
  const uint64_t value = args.count(key, 0);
  if (value <= most || args.text(key) == "forever") return {};
  return refused(key + "=" + args.text(key) + std::string(kMoreThanALab),
                 "Nearest: `" + key + "=" + std::to_string(most) + "`");
}

Status too_large(const std::string& what, uint64_t most) {
  return refused("This would be " + what + std::string(kALabMayHave) + std::to_string(most) + ".",
                 "Build a smaller machine.");
}

}  // namespace

Status confine(const Origin& origin, ParsedCommand& command) {
  if (!command.row) return {};
  const std::string_view verb = command.row->verb;
  if (verb == "wire add")
    return origin.own ? seen_from(origin, command.args), Status{} : confine_wire(origin, command.args);
  if (origin.own) return {};
  if (verb == "send" || verb == "vm add" || verb == "vm set")
    return at_most(command.args, "count", Confined::kMostFrames);
  return at_most(command.args, "samples", Confined::kMostSamples);
}

Status confine(const Origin& origin, const MachineSpec& plan) {
  if (origin.own) return {};
  const auto counted = [](size_t n, const char* noun) { return std::to_string(n) + " " + noun; };
  if (plan.wires.size() > Confined::kMostWires)
    return too_large(counted(plan.wires.size(), "wires"), Confined::kMostWires);
  if (plan.switches.size() > Confined::kMostSwitches)
    return too_large(counted(plan.switches.size(), "switches"), Confined::kMostSwitches);
  if (plan.port_groups.size() > Confined::kMostGroups)
    return too_large(counted(plan.port_groups.size(), "port groups"), Confined::kMostGroups);
  if (plan.vms.size() > Confined::kMostVms) return too_large(counted(plan.vms.size(), "VMs"), Confined::kMostVms);
  // A file that several wires play is in memory once. A frame takes 24 bytes and its data there, and 16 in its file.
  std::map<datapath::Capture::Content, uint64_t> captures;
  for (const auto& [name, wire] : plan.wires)
    if (wire.kind == datapath::WireKind::kPcap)
      if (const auto content = datapath::Capture::Content::of(wire.target); content.inode)
        captures[content] = content.size;
  uint64_t bytes = 0;
  for (const auto& [content, size] : captures) bytes += size;
  if (const uint64_t rounded = (bytes + (1 << 20) - 1) >> 20; rounded > Confined::kMostCaptureMiB)
    return too_large(counted(rounded, "MiB of captures"), Confined::kMostCaptureMiB);
  uint64_t mib = 0;
  for (const auto& [name, vm] : plan.vms) mib += vm.memory_bytes >> 20;
  if (mib > Confined::kMostGuestMiB) return too_large(counted(mib, "MiB of guests' memory"), Confined::kMostGuestMiB);
  return {};
}

}  // namespace ringside::control
