// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "engine/base/nearest.h"
#include "engine/base/visible.h"
#include "engine/control/engine_core.h"
#include "engine/datapath/pnic/capture.h"

namespace ringside::control {
namespace {

constexpr uint32_t kMinFrame = 60, kMaxFrame = 9018;
constexpr double kMostFlows = 16384, kFastest = 1e10, kSlowest = 1e-3;
constexpr size_t kMostDestinations = 4096;

void set_size(datapath::FrameTemplate& frame, const Args& args) {
  if (!args.has("size")) return;
  if (args.text("size") == "imix") {
    frame.imix = true;
    return;
  }
  frame.size = uint32_t(args.count("size", kMinFrame)), frame.imix = false;
}

Status set_rate(datapath::WireConfig& config, const Args& args) {
  if (!args.has("rate")) return {};
  const std::string& text = args.text("rate");
  if (text == "recorded") {
    if (config.kind != datapath::WireKind::kPcap)
      return Error{"rate=recorded is not possible here: only a capture has time stamps of its own.", "",
                   "rate=800kpps, or a wire with kind=pcap:FILE", ""};
    config.recorded = true;
    return {};
  }
  config.rate_pps = args.number("rate", 0);
  return {};
}

// The VMs named in "web" or "web,db".
Result<std::vector<Destination>> destinations_of(const MachineSpec& spec, const std::string& names) {
  std::vector<Destination> all;
  std::vector<std::string> known = spec.vm_order;
  size_t from = 0;
  while (from <= names.size()) {
    size_t comma = std::min(names.find(',', from), names.size());
    std::string name = names.substr(from, comma - from);
    auto vm = spec.vms.find(name);
    if (vm == spec.vms.end()) {
      std::string near = nearest(name, known);
      return Error{"There is no VM \"" + excerpt(name) + "\".", "",
                   near.empty() ? "Add it first: `vm add name=" + excerpt(name) + " nic=e1000 switch=s0`"
                                : "Nearest: `to=" + near + "`",
                   ""};
    }
    if (all.size() == kMostDestinations)
      return Error{"to= names more than " + std::to_string(kMostDestinations) + " destinations.", "",
                   "Send in several lines.", ""};
    all.push_back({name, vm->second.nic.mac});
    from = comma + 1;
  }
  return all;
}

Result<std::string> add(Session& s, const Args& args) {
  std::string name = args.text("name");
  if (s.spec.wires.count(name)) return Error{"There is a wire \"" + name + "\" already.", "", "Take another name.", ""};
  auto kind = datapath::parse_wire_kind(args.text("kind"));
  if (!kind) return kind.error();
  datapath::WireConfig config = *kind;
  config.name = name;
  set_size(config.frame, args);
  config.frame.flows = uint32_t(args.count("flows", 1)), config.frame.vlan = uint16_t(args.count("vlan", 0));
  const uint32_t number = uint32_t(s.spec.wires.size() + 1);
  if (number > net::kMostSenders)
    return Error{fmt::format("A machine has at most {} wires.", net::kMostSenders), "", "", ""};
  config.frame.source = net::mac_of_source(number);
  if (Status rate = set_rate(config, args); !rate) return rate.error();
  config.loop = args.text("loop", "no") == "yes";
  config.window = uint32_t(args.count("window", 0));
  if (config.window && number >= net::kSources)
    return Error{fmt::format("Wire {} is number {} of this machine, and only the first {} can have a window.", name,
                             number, net::kSources - 1),
                 "", "Add the wires with window= first", ""};
  config.source = uint8_t(number < net::kSources ? number : 0);
  config.digest = args.text("digest", "no") == "yes";
  if (args.has("write")) {
    if (config.kind != datapath::WireKind::kPcap)
      return Error{"write=" + args.text("write") +
                       " is not possible here: a wire with kind=pcap:FILE writes what leaves to a file.",
                   "", "wire add name=" + name + " kind=pcap:FILE write=" + args.text("write"), ""};
    config.tx_pcap = args.text("write");
  }
  if (args.has("overwrite") && !args.has("write"))
    return Error{"overwrite=" + args.text("overwrite") + " says nothing without write=FILE.", "", "", ""};
  config.overwrite = args.text("overwrite", "no") == "yes";
  s.spec.wires[name] = config;
  if (s.checking()) return std::string();
  // A large capture takes long to read, and DPDK to start.
  bool stopped = false;
  const auto wanted = [&] { return stopped = stopped || s.live->interrupted(); };
  if (config.kind == datapath::WireKind::kPcap && wanted()) {
    *s.short_of = Ended::kStopped;
    return Error{"Stopped.", kNothingBuilt, "", ""};
  }
  if (Status built = s.live->ensure_machine(); !built) return built.error();
  Machine& machine = s.live->machine();
  auto built = [&] {
    datapath::Capture::Interruption interruption(wanted);
    return machine.build_wire(config);
  }();
  if (!built && stopped) *s.short_of = Ended::kStopped;
  if (!built) return built.error();
  const auto plug = [&]() -> Status {
    machine.plug_wire(std::move(*built));
    return {};
  };
  constexpr size_t kContexts = 2;  // its own, and perhaps a generator
  if (Status done = s.live->change_at_rest(
          plug, [&] { machine.unplug_wire(name); }, kContexts);
      !done)
    return done.error();
  if (!s.live->may_be_undone()) machine.wire(name)->wire->keep_output();
  WireView view;
  machine.wire(name)->wire->inspect(view);
  return "ok, wire " + name + " is there: " + describe(config.kind) + (view.note.empty() ? "" : "; " + view.note);
}

Result<std::string> send(Session& s, const Args& args) {
  std::string from = args.text("from", "");
  auto to = destinations_of(s.spec, args.text("to"));
  if (!to) return to.error();
  // The wire at which the first VM's switch hangs, unless one is named.
  if (from.empty()) {
    const VmSpec& vm = s.spec.vms.at(args.text("to").substr(0, args.text("to").find(',')));
    from = s.spec.switches.at(vm.nic.switch_name).uplink;
    if (from.empty())
      return Error{"Switch " + vm.nic.switch_name + " has no uplink, so that nothing can be sent from outside.", "",
                   "Give it one: `switch add name=s1 uplink=w0`", ""};
  }
  auto wire = s.spec.wires.find(from);
  if (wire == s.spec.wires.end())
    return Error{"There is no wire \"" + from + "\".", "", "Add it first: `wire add name=" + from + " kind=ring`", ""};
  datapath::SendJob job;
  job.frame = wire->second.frame;
  job.frame.destinations.clear();
  for (const Destination& one : *to) job.frame.destinations.push_back(one.mac);
  set_size(job.frame, args);
  job.frame.flows = uint32_t(args.count("flows", job.frame.flows));
  job.count = args.count("count", 1);
  job.rate_pps = args.number("rate", wire->second.rate_pps);
  if (wire->second.kind != datapath::WireKind::kRing && wire->second.kind != datapath::WireKind::kNull)
    return Error{"Wire " + from + " brings its own frames; only a ring or a null wire can be told to send.", "",
                 "Add one: `wire add name=w9 kind=ring`", ""};
  s.spec.sends[from] = std::move(*to);
  if (s.checking()) return std::string();
  EngineCore& core = *s.live;
  WireUnit* unit = core.machine().wire(from);
  bool was_running = core.clockwork().running() && core.clockwork().mode() == RunMode::kFree;
  if (was_running) core.clockwork().rest();
  if (Context* generator = unit->wire->generator()) core.clockwork().settle(generator);
  if (unit->context) core.clockwork().settle(unit->context.get());
  Status sent = unit->wire->send(job);
  core.clockwork().stir();
  if (was_running)
    if (Status on = core.clockwork().go_on(); !on) return on.error();
  if (!sent) return sent.error();
  std::string count = job.count == ~uint64_t{0} ? "frames without end"
                                                : std::to_string(job.count) + (job.count == 1 ? " frame" : " frames");
  return "ok, " + from + " sends " + count + " to " + args.text("to");
}

Result<std::string> stop(Session& s, const Args& args) {
  auto wire = s.spec.wires.find(args.text("name"));
  if (wire == s.spec.wires.end()) return Error{"There is no wire \"" + args.text("name") + "\".", "", "", ""};
  if (s.checking()) return std::string();
  WireUnit& unit = *s.live->machine().wire(wire->first);
  const auto silence = [&]() -> Status {
    unit.wire->stop();
    return {};
  };
  if (Status done = s.live->change_at_rest(silence); !done) return done.error();
  return "ok, " + wire->first + " is silent";
}

}  // namespace

std::vector<CommandRow> wire_commands() {
  const KeyRow size{"size", ValueKind::kBytes,     "60", "Bytes of a frame without its checksum, or imix",
                    "imix", {kMinFrame, kMaxFrame}};
  const KeyRow flows{"flows", ValueKind::kCount, "1", "Different UDP source ports", "", {1, kMostFlows}};
  const auto rate = [](const char* meaning) {
    return KeyRow{"rate", ValueKind::kRate, "", meaning, "0", {kSlowest, kFastest}};
  };
  return {
      {"wire add",
       "Adds a wire: where frames come from and go to.",
       "quiesce",
       {{"name", ValueKind::kName, "!", "How the wire is called"},
        {"kind", ValueKind::kText, "!",
         "ring (with the built-in generator), null, pcap:FILE, tap:NAME, af_packet:IF or pci:BDF"},
        size,
        {"rate",
         ValueKind::kRate,
         "",
         "Frames a second; recorded = a capture's own time stamps; 0, or without it, as fast as it goes",
         "0|recorded",
         {kSlowest, kFastest}},
        flows,
        {"vlan", ValueKind::kCount, "0", "VLAN of the frames that the wire makes itself; 0 is untagged", "", {0, 4094}},
        {"loop", ValueKind::kChoice, "no", "pcap: begin again at the file's end", "yes|no"},
        {"window",
         ValueKind::kCount,
         "0",
         "At most so many frames unanswered (closed loop); 0 = open loop",
         "",
         {0, 4096}},
        {"digest", ValueKind::kChoice, "no", "ring: sum up the frames that come back, to compare runs with", "yes|no"},
        {"write", ValueKind::kText, "", "pcap: the new file to which what leaves is written"},
        {"overwrite", ValueKind::kChoice, "no", "pcap: write= replaces a capture that is there already", "yes|no"}},
       add},
      {"send",
       "Lets a wire send frames to one or more VMs.",
       "live",
       {{"to", ValueKind::kText, "!", "The VM, or several: web,db"},
        {"from", ValueKind::kName, "", "The wire; without it, the uplink of the VM's switch"},
        {"count", ValueKind::kCount, "1", "How many frames", "forever", {1, kMostFrames}},
        size,
        rate("Frames a second; without it the wire's, and 0 is as fast as the wire takes them"),
        flows},
       send},
      {"wire stop",
       "Ends what a wire was told to send.",
       "quiesce",
       {{"name", ValueKind::kName, "!", "The wire"}},
       stop},
  };
}

}  // namespace ringside::control
