// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/machine_panel.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/controls.h"

namespace ringside::desktop {
namespace {

constexpr float kWorker = 56, kContext = 22, kBar = 16;

size_t contexts_of(const Snapshot& s, size_t worker) {
  return size_t(
      std::count_if(s.contexts.begin(), s.contexts.end(), [&](const ContextView& c) { return c.worker == worker; }));
}

// Work, what others took, and the rest, of one worker's last second.
void draw_second(const PanelFrame& f, Rect r, const WorkerView& w) {
  Canvas& c = f.c;
  const double busy = std::clamp(f.history.per(History::worker(w, "busy"), History::worker(w, "total")), 0.0, 1.0);
  const double taken = f.history.taken(w), mine = busy * (1 - taken);
  c.fill(r, Token::kSunken, 3);
  const float work = std::round(r.w * float(mine)), theirs = std::round(r.w * float(taken));
  if (work >= 1) c.fill({r.x, r.y, work, r.h}, Token::kSwitch, 3);
  if (theirs >= 1) c.hatch({r.x + work, r.y, theirs, r.h}, Token::kDrop, 5);
  number_tip(f, {r.x, r.y, std::max(work, 12.f), r.h},
             {"worker.busy", busy, "share", Provenance::kMeasured, {{"worker", w.name}}});
  if (theirs >= 1)
    number_tip(f, {r.x + work, r.y, theirs, r.h},
               {"worker.taken", taken, "share", Provenance::kMeasured, {{"worker", w.name}}});
}

}  // namespace

std::string MachinePanel::explanation(const PanelFrame& f) const {
  return f.s.mode == RunMode::kFree ? "workers, last second" : "workers rest while time is stepped";
}

Point MachinePanel::least(const PanelFrame& f) const {
  return {300, 40 + kWorker * float(f.s.workers.size()) + kContext * float(f.s.contexts.size())};
}

void MachinePanel::draw(const PanelFrame& f, Rect body) {
  Canvas& c = f.c;
  const Snapshot& s = f.s;
  const bool free = s.mode == RunMode::kFree;
  float y = body.y + 8;
  float x = legend(c, {body.x, y}, Swatch::kFill, Token::kSwitch, "work");
  legend(c, {x, y}, Swatch::kHatch, Token::kDrop, "taken by others");
  y += 24;
  for (size_t w = 0; w < s.workers.size(); ++w) {
    const WorkerView& worker = s.workers[w];
    const std::string name = worker.name + " on CPU " + std::to_string(worker.cpu);
    c.text({body.x, y + 8}, Type::kSmallBold, Token::kText, name);
    std::string words = free ? plural(contexts_of(s, w), "context") : "";
    if (free && f.history.rated()) {
      const double taken = f.history.taken(worker);
      words += ", " + gauge_percent(f.history.per(History::worker(worker, "busy"), History::worker(worker, "total"))) +
               " busy";
      if (taken >= 0.005) words += ", " + gauge_percent(taken) + " taken by others";
    }
    if (worker.stuck) words = "stuck in " + worker.stuck_in;
    const float left = body.x + c.width(Type::kSmallBold, name) + 12;
    c.name({left, y + 8}, Type::kSmall, worker.stuck ? Token::kDropInk : Token::kText2, words, body.right() - left);
    draw_second(f, {body.x, y + 20, body.w, kBar}, worker);
    y += kWorker - 12;
    if (free)
      for (const ContextView& context : s.contexts) {
        if (context.worker != w) continue;
        const Rect row{body.x + 12, y, body.w - 12, kContext};
        const std::string share = gauge_percent(context.share);
        const float right = row.right() - c.width(Type::kSmall, share);
        c.text({right, row.mid_y()}, Type::kSmall,
               context.share_provenance == Provenance::kMeasured ? Token::kText : Token::kMuted, share);
        c.name({row.x, row.mid_y()}, Type::kSmall, Token::kText2, context.name, right - row.x - 8);
        if (c.hovered(row) && !context.why.empty()) c.tooltip(context.why);
        y += kContext;
      }
    y += 12;
  }
  const std::string placement =
      s.placement_auto ? "Places: by load (placement mode=auto)" : "Places: kept (placement mode=keep)";
  c.name({body.x, y + 4}, Type::kSmall, Token::kText2, placement, body.w);
  if (!s.placement_note.empty() && c.hovered({body.x, y - 6, body.w, 22})) c.tooltip(s.placement_note);
}

}  // namespace ringside::desktop
