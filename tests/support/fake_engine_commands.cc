// SPDX-License-Identifier: BSD-3-Clause
// The paper machine's side of the language: what it understands, and its documentation.
#include "tests/support/fake_engine.h"

namespace ringside::test {

Answer FakeEngine::execute(std::string_view command) {
  std::lock_guard lock(mutex_);
  const std::string text(command);
  received_.push_back(text);
  auto starts = [&](std::string_view verb) { return text.rfind(verb, 0) == 0; };
  Answer answer = Answer::reached("ok, applied at a breath boundary");
  if (starts("watch ring="))
    watched_.push_back(text.substr(11));
  else if (starts("unwatch ring="))
    std::erase(watched_, text.substr(13));
  else if (starts("pause"))
    options_.running = false;
  else if (starts("run") || starts("resume"))
    options_.running = true, options_.stepped = text.find("mode=stepped") != std::string::npos;
  else if (starts("step"))
    options_.running = false, options_.stepped = true, ++steps_, answer.text = "web.nic0 fetched descriptor 12";
  else if (starts("vm ") || starts("send ") || starts("mark ") || starts("reset")) {
  } else
    answer = {Ended::kRefused, "", {"There is no command " + text + ".", "Nothing was changed.", "Type `help`.", ""}};
  log_.push_back({log_.size() + 1, text, answer.ok() ? answer.text : answer.error.what, answer.ended});
  rebuild();
  return answer;
}

void FakeEngine::submit(std::string command, std::function<void(const Answer&)> done) {
  const Answer answer = execute(command);
  if (done) done(answer);
}

Answer FakeEngine::load_scenario(const std::string&, const std::string&) { return {}; }

std::shared_ptr<const Snapshot> FakeEngine::snapshot() {
  std::lock_guard lock(mutex_);
  return snapshot_;
}

std::vector<std::string> FakeEngine::received() const {
  std::lock_guard lock(mutex_);
  return received_;
}

std::vector<CommandInfo> FakeEngine::commands() const {
  return {
      {"run",
       "run mode=free|stepped|paced [until=idle]",
       "Lets time run.",
       "live",
       {{"mode", "word", "free", "how time runs", false}}},
      {"pause", "pause", "Stops time at a breath boundary.", "live", {}},
      {"step",
       "step [n=1] [grain=access|stage|packet|burst] [until=packet|arrival|exit|drop|interrupt]",
       "Lets time go on by a step.",
       "live",
       {{"until", "word", "", "where to stop", false}}},
      {"vm set",
       "vm set name=X doorbell=packet|batch exit_cost=N",
       "Changes a VM while it runs.",
       "live",
       {{"name", "name", "", "which VM", true}, {"doorbell", "word", "packet", "one exit a packet or a batch", false}}},
      {"vm pause", "vm pause name=X", "Stops a guest.", "live", {{"name", "name", "", "which VM", true}}},
      {"send",
       "send to=VM count=N size=N rate=R",
       "Sends frames from the wire.",
       "live",
       {{"to", "name", "", "which VM", true}}}};
}

std::vector<RegisterInfo> FakeEngine::registers(const std::string& model) const {
  if (model != "e1000") return {};
  auto flags = [](std::vector<std::pair<const char*, int>> bits) {
    std::vector<BitFieldView> fields;
    for (auto& [name, low] : bits) fields.push_back({name, "", uint8_t(low), 1});
    return fields;
  };
  return {{0x0000, "CTRL", "Device Control", "RW", "13.4.1", flags({{"FD", 0}, {"ASDE", 5}, {"SLU", 6}, {"RST", 26}})},
          {0x0008, "STATUS", "Device Status", "RO", "13.4.2", flags({{"FD", 0}, {"LU", 1}})},
          {0x00c0, "ICR", "Interrupt Cause Read", "RC", "13.4.17", flags({{"TXDW", 0}, {"LSC", 2}, {"RXT0", 7}})},
          {0x00d0, "IMS", "Interrupt Mask Set/Read", "RW", "13.4.20", flags({{"TXDW", 0}, {"LSC", 2}, {"RXT0", 7}})},
          {0x0100, "RCTL", "Receive Control", "RW", "13.4.22",
           flags({{"EN", 1}, {"UPE", 3}, {"MPE", 4}, {"BAM", 15}, {"SECRC", 26}})},
          {0x0400, "TCTL", "Transmit Control", "RW", "13.4.33", flags({{"EN", 1}, {"PSP", 3}})},
          {0x2800, "RDBAL", "Receive Descriptor Base Low", "RW", "13.4.25", {}},
          {0x2808, "RDLEN", "Receive Descriptor Length", "RW", "13.4.27", {}},
          {0x2810, "RDH", "Receive Descriptor Head", "RW", "13.4.28", {}},
          {0x2818, "RDT", "Receive Descriptor Tail", "RW", "13.4.29", {}},
          {0x3800, "TDBAL", "Transmit Descriptor Base Low", "RW", "13.4.36", {}},
          {0x3808, "TDLEN", "Transmit Descriptor Length", "RW", "13.4.38", {}},
          {0x3810, "TDH", "Transmit Descriptor Head", "RW", "13.4.39", {}},
          {0x3818, "TDT", "Transmit Descriptor Tail", "RW", "13.4.40", {}}};
}

}  // namespace ringside::test
