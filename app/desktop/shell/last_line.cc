// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/shell/top_bar.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/icons.h"

namespace ringside::desktop {
namespace {

std::string machine_words(const Snapshot& s) {
  size_t soft = 0, kvm = 0;
  for (const VmView& vm : s.vms)
    for (const VcpuView& v : vm.vcpus) ++(v.kind == "kvm" ? kvm : soft);
  std::string text = plural(s.workers.size(), "worker");
  if (soft) text += ", " + plural(soft, "soft vCPU");
  if (kvm) text += ", " + plural(kvm, "KVM vCPU");
  return text;
}

// Who runs where, and why: a line a context.
std::string placement_words(const Snapshot& s) {
  constexpr size_t kLines = 24;
  std::string text;
  size_t lines = 0;
  for (const ContextView& c : s.contexts) {
    if (c.why.empty()) continue;
    if (lines++ == kLines) return text + "\n… `ringsidectl show placement` has them all";
    text += (text.empty() ? "" : "\n") + c.name + " on w" + std::to_string(c.worker + 1) + ": " + c.why;
  }
  return s.placement_note.empty() ? text : text + "\n" + s.placement_note;
}

// Exact when time stands; rounded, and without a verdict, while it runs.
std::string balance_words(const Balance& b) {
  auto number = [&](uint64_t n) { return b.exact || n < 1000 ? count(n) : si_text(double(n)); };
  std::string text = "sent " + number(b.sent);
  if (b.copied) text += " + copied " + number(b.copied);
  if (b.segmented) text += " + segmented " + number(b.segmented);
  return text + " = delivered " + number(b.delivered) + " + dropped " + number(b.dropped) + " + in flight " +
         (b.exact ? count(b.in_flight) : std::string(kUnknown));
}

}  // namespace

void draw_last_line(const PanelFrame& f, Rect r) {
  if (r.empty()) return;
  Canvas& c = f.c;
  Group group(c, "last line", r);
  c.fill(r, Token::kPanel);
  const float y = r.mid_y();
  float right = r.right() - 16;
  if (f.s.state != RunState::kEmpty) {
    if (r.w >= 1200) {
      const std::string machine = machine_words(f.s);
      right -= c.width(Type::kSmall, machine);
      c.text({right, y}, Type::kSmall, Token::kText2, machine);
      if (c.hovered({right, r.y, c.width(Type::kSmall, machine), r.h}))
        if (std::string places = placement_words(f.s); !places.empty()) c.tooltip(std::move(places));
      right -= 16;
      c.line({right, y - 8}, {right, y + 8}, Token::kLine, 1);
      right -= 16;
    }
    const Balance& b = f.s.balance;
    if (b.exact) {
      draw_icon(c, b.holds() ? Icon::kCheck : Icon::kCross, {right - 6, y},
                b.holds() ? Token::kDoneInk : Token::kDropInk);
      right -= 22;
    }
    const std::string words = balance_words(b);
    right -= c.width(Type::kSmall, words);
    if (right > 200) {
      c.text({right, y}, Type::kSmall, b.exact && !b.holds() ? Token::kDropInk : Token::kText, words);
      number_tip(f, {right, r.y, c.width(Type::kSmall, words), r.h}, {"balance", double(b.sent), "frames sent"});
      right -= 14;
      provenance_symbol(c, {right, y}, Provenance::kMeasured, Token::kText2);
      c.mark_provenance();
      right -= 20;
    }
  }
  const EngineClient::Line line = f.client.last_action();
  float x = r.x + 16;
  x += c.text({x, y}, Type::kMonoBold, Token::kText, "›") + 8;
  if (line.command.empty()) return;
  x += c.name({x, y}, Type::kMono, Token::kText, line.command, std::max(0.f, right - x)) + 16;
  std::string answer = line.waiting ? "…" : line.answer;
  if (const size_t end = answer.find('\n'); end != std::string::npos) answer.resize(end);
  if (right - x > 40) c.name({x, y}, Type::kMono, line.ok ? Token::kMuted : Token::kDropInk, answer, right - x);
  if (c.clicked({r.x, r.y, std::max(0.f, right - r.x), r.h})) f.ui.console_open = f.ui.focus_console = true;
}

}  // namespace ringside::desktop
