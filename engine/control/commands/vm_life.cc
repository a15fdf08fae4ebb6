// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/nearest.h"
#include "engine/control/commands/vm_target.h"

// A VM's life while it is plugged in: what stops it, lets it go on, and goes wrong in it.
namespace ringside::control {

Result<Target> target_of(Session& s, const Args& args) {
  const std::string& name = args.text("name");
  if (auto vm = s.spec.vms.find(name); vm != s.spec.vms.end())
    return Target{vm->second, s.checking() ? nullptr : s.live->machine().vm(name)};
  std::string near = nearest(name, s.spec.vm_order);
  return Error{
      "There is no VM \"" + name + "\".", "",
      near.empty() ? "Add it first: `vm add name=" + name + " nic=e1000 switch=s0`" : "Nearest: `name=" + near + "`",
      ""};
}

namespace {

Result<std::string> set_paused(Session& s, const Args& args, bool paused) {
  auto found = target_of(s, args);
  if (!found) return found.error();
  if (s.checking()) return std::string();
  found->unit->set_paused(paused);
  s.live->clockwork().stir();
  return "ok, " + args.text("name") + (paused ? " executes nothing" : " goes on");
}

Result<std::string> crash(Session& s, const Args& args) {
  auto found = target_of(s, args);
  if (!found) return found.error();
  if (s.checking()) return std::string();
  VmUnit& vm = *found->unit;
  if (!vm.kvm)
    return Error{"VM " + vm.spec.name + " has a soft vCPU, which is no CPU of its own: it cannot crash like one.", "",
                 "Give it a KVM vCPU: `vm add … vcpu=kvm`", ""};
  const std::string& how = args.text("how");
  vm.crash(how == "spin"           ? spec::Crash::kSpin
           : how == "triple_fault" ? spec::Crash::kTripleFault
           : how == "jump"         ? spec::Crash::kJump
                                   : spec::Crash::kException);
  s.live->clockwork().stir();
  return std::string("ok, at its next poll; `vm set` with another ring size or workload boots it anew");
}

Result<std::string> pause(Session& s, const Args& args) { return set_paused(s, args, true); }
Result<std::string> resume(Session& s, const Args& args) { return set_paused(s, args, false); }

}  // namespace

std::vector<CommandRow> vm_life_commands() {
  const KeyRow name{"name", ValueKind::kName, "!", "The VM"};
  return {
      {"vm pause", "Stops the guest: it executes nothing, its NIC goes on.", "live", {name}, pause},
      {"vm resume", "Lets a paused guest go on.", "live", {name}, resume},
      {"vm crash",
       "Lets a KVM guest go wrong on purpose, to see who reports what.",
       "live",
       {name, {"how", ValueKind::kChoice, "!", "What it does at its next poll", "spin|triple_fault|jump|exception"}},
       crash},
  };
}

}  // namespace ringside::control
