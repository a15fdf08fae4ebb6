// SPDX-License-Identifier: BSD-3-Clause
// On a lab's last page: one file for the teacher.
#include "app/desktop/panels/lab_frame.h"

namespace ringside::desktop {
namespace {

// A path has no blanks to break it at: behind a slash where that is possible, else where the line is full.
void draw_path(LabFrame& lf, std::string_view path) {
  constexpr float kLine = 20;
  while (!path.empty()) {
    size_t end = path.size();
    while (end > 1 && lf.c.width(Type::kMono, path.substr(0, end)) > lf.w) do
        --end;
      while (end > 1 && (uint8_t(path[end]) & 0xc0) == 0x80);
    if (const size_t slash = path.rfind('/', end - 1); end < path.size() && slash != path.npos && slash > 0)
      end = slash + 1;
    lf.c.text({lf.x, lf.y + kLine / 2}, Type::kMono, Token::kText, path.substr(0, end));
    path.remove_prefix(end), lf.y += kLine;
  }
}

}  // namespace

void draw_hand_in(LabFrame& lf) {
  if (!lf.p.kept || lf.p.preview) return;  // what is not kept cannot be handed in
  const MarkdownLook words{Type::kSmall, Type::kSmallBold, Token::kText, Token::kText, 20};
  if (lf.secondary("hand in", lf.say("end.hand_in"), lf.x, 30) && !lf.desk.busy()) lf.desk.hand_in("");
  if (lf.p.refused && lf.p.refused_at == "hand-in")
    lf.prose(lf.p.refused->text(), lf.x, lf.w, words);
  else if (lf.p.handed.empty())
    lf.prose(lf.say("end.hand_in.says"), lf.x, lf.w, kSmallText);
  else
    lf.prose(lf.say("end.handed"), lf.x, lf.w, words), draw_path(lf, lf.p.handed);
  lf.y += 12;
}

}  // namespace ringside::desktop
