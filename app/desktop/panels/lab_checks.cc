// SPDX-License-Identifier: BSD-3-Clause
// What the checks say, and the lab's last page.
#include <fmt/format.h>

#include "app/desktop/panels/lab_frame.h"
#include "app/desktop/widgets/text_field.h"
#include "labs/runner/session.h"
#include "labs/runner/values.h"

namespace ringside::desktop {
namespace {

using labs::Verdict;

// A check without a claim is a precondition: its own condition says what it looks at.
std::string claim_of(const labs::Check& check) {
  if (!check.claim.empty()) return check.claim;
  std::string verb = check.condition.verb == "equals" ? "is" : check.condition.verb;
  std::replace(verb.begin(), verb.end(), '_', ' ');
  return check.condition.of + " " + verb + " " + check.condition.value;
}

void draw_verdict(Canvas& c, Point p, Verdict verdict, bool judged) {
  if (!judged)
    c.circle(p, 4.4f, Token::kOutline, 1.4f);
  else if (verdict == Verdict::kPass)
    draw_icon(c, Icon::kCheck, p, Token::kDoneInk);
  else if (verdict == Verdict::kFail)
    draw_icon(c, Icon::kCross, p, Token::kDropInk);
  else if (verdict == Verdict::kSkipped)
    c.fill({p.x - 4, p.y - 1, 8, 2}, Token::kMuted);
  else
    c.circle(p, 4.4f, Token::kOutline, 1.4f);
}

// Has what this check looks at been run, so that its word means something?
bool judged(const LabPicture& p, const labs::Check& check, const labs::CheckResult& r) {
  if (r.verdict == Verdict::kPass || r.verdict == Verdict::kSkipped) return true;
  for (const std::string& block : check.condition.over)
    if (!p.ran.count(block)) return false;
  if (!check.condition.since.empty()) return p.ran.count(check.condition.since) > 0;
  if (!check.after.empty())
    for (const labs::CheckResult& other : p.checks)
      if (other.id == check.after && other.verdict != Verdict::kPass) return false;
  return !p.ran.empty() && r.verdict == Verdict::kFail;
}

// The step that a check is about; one without a step of its own is about that of the check before it.
std::string looks_at(const labs::Lab& lab, const std::string& id) {
  const labs::Check* check = lab.check(id);
  if (check && check->condition.since.empty() && !check->after.empty()) check = lab.check(check->after);
  return check ? check->condition.since : "";
}

// Three tries said nothing: what the student makes of it counts.
void draw_explanation(LabFrame& lf, const labs::CheckResult& r, float x, float w) {
  lf.prose(lf.say("checks.explain"), x, w, kSmallText);
  lf.y += 4;
  if (!r.explained.empty())
    return lf.prose(r.explained, x, w, {Type::kSmall, Type::kSmallBold, Token::kText, Token::kText, 20}),
           void(lf.y += 6);
  const std::string id = "explain " + r.id;
  std::string& draft = lf.state.drafts[id];
  const Rect field{x, lf.y, w, 72};
  const bool wanted = lf.focus.field(lf.c, id, field);
  if (text_field(lf.c, id, field, draft, {.take_focus = wanted, .wraps = true, .most = labs::LabSession::kMostAnswer})
          .active)
    lf.focus.active(id);
  lf.y += 80;
  std::string sentence = draft;
  std::replace(sentence.begin(), sentence.end(), '\n', ' ');
  if (lf.secondary("send " + id, lf.say("checks.send"), x, 28) && !sentence.empty())
    leave_text_fields(), lf.desk.explain_check(r.id, sentence);
}

}  // namespace

void draw_check(LabFrame& lf, const labs::CheckResult& r, float x, float w) {
  Canvas& c = lf.c;
  const labs::Check& check = *lf.lab.check(r.id);
  const bool says = judged(lf.p, check, r);
  const std::string worth = r.maximum == 0 ? "" : r.maximum == 1 ? "1 point" : std::to_string(r.maximum) + " points";
  const float worth_w = worth.empty() ? 0 : c.width(Type::kSmall, worth) + 12;
  const Token ink = says ? Token::kText2 : Token::kMuted;
  const float top = lf.y;
  draw_verdict(c, {x + 6, top + 10}, r.verdict, says);
  lf.prose(r.hidden ? lf.say("checks.later.one") : claim_of(check), x + 20, w - 20 - worth_w,
           {Type::kSmall, Type::kSmallBold, ink, ink, 20});
  if (!worth.empty()) c.text({x + w, top + 10}, Type::kSmall, Token::kMuted, worth, Align::kRight);
  c.target("check " + r.id + " " + (says ? labs::name_of(r.verdict) : "open"), {x, top, w, lf.y - top});
  if ((!says && !r.explain) || r.verdict == Verdict::kPass || r.reason.empty()) return;
  if (!r.observed.empty())
    lf.prose(lf.say(r.expected.empty() ? "checks.observed" : "checks.numbers",
                    {{"expected", "**" + r.expected + "**"}, {"observed", "**" + r.observed + "**"}}),
             x + 20, w - 20, kSmallText);
  lf.prose(r.reason, x + 20, w - 20, {Type::kSmall, Type::kSmallBold, Token::kText, Token::kText, 20});
  lf.y += 4;
  if (r.explain) draw_explanation(lf, r, x + 20, w - 20);
  if (!r.look.empty() && r.verdict != Verdict::kSkipped &&
      lf.secondary("look " + r.id, lf.say("checks.look"), x + 20, 24))
    lf.go_to(r.look);
}

bool fails(const LabFrame& lf, const std::string& block) {
  if (!lf.p.ran.count(block)) return false;
  return std::any_of(lf.p.checks.begin(), lf.p.checks.end(), [&](const labs::CheckResult& r) {
    return r.verdict == Verdict::kFail && looks_at(lf.lab, r.id) == block;
  });
}

void draw_checks_of(LabFrame& lf, const std::string& block, float x, float w) {
  for (const labs::CheckResult& r : lf.p.checks) {
    if (looks_at(lf.lab, r.id) != block) continue;
    draw_check(lf, r, x, w);
    lf.told.insert(r.id);
  }
}

void draw_checks(LabFrame& lf) {
  Canvas& c = lf.c;
  if (lf.p.checks.empty()) return;
  int points = 0, all = 0;
  for (const labs::CheckResult& r : lf.p.checks) points += r.points, all += r.maximum;
  const float w = c.text({lf.x, lf.y + 8}, Type::kSmallBold, Token::kText, lf.say("checks.title"));
  c.text({lf.x + w + 14, lf.y + 8}, Type::kSmall, Token::kMuted,
         lf.say("checks.points", {{"n", std::to_string(points)}, {"all", std::to_string(all)}}));
  lf.y += 24;
  size_t later = 0;
  for (const labs::CheckResult& r : lf.p.checks) {
    if (lf.told.count(r.id)) continue;  // with its step, above
    // What would answer a question that is still asked: that there is more is said once.
    const bool failed = r.verdict == Verdict::kFail && judged(lf.p, *lf.lab.check(r.id), r);
    if (r.hidden && !failed && !r.explain)
      later++;
    else
      draw_check(lf, r, lf.x, lf.w);
  }
  if (later > 0)
    lf.prose(lf.say(later == lf.p.checks.size() ? "checks.later.all"
                    : later == 1                ? "checks.later.one"
                                                : "checks.later",
                    {{"n", std::to_string(later)}}),
             lf.x, lf.w, kNote);
  lf.y += 8;
}

void draw_end(LabFrame& lf) {
  Canvas& c = lf.c;
  const bool all = std::none_of(lf.lab.blocks.begin(), lf.lab.blocks.end(),
                                [&](const labs::DoBlock& block) { return fails(lf, block.id); });
  lf.prose(all ? "**" + lf.say("end.can") + "** " + lf.lab.promise : lf.say("end.open"), lf.x, lf.w);
  lf.y += 16;
  c.text({lf.x, lf.y + 8}, Type::kSmall, Token::kMuted,
         lf.say("end.points",
                {{"n", fmt::format("{:.3g}", lf.p.score.points)}, {"all", std::to_string(lf.p.score.maximum)}}));
  lf.y += 28;
  if (lf.p.score.later > 0) {
    lf.prose(lf.say("end.later", {{"n", std::to_string(lf.p.score.later)}}), lf.x, lf.w, kSmallText);
    lf.y += 12;
  }
  draw_hand_in(lf);
  // A belief that a prediction showed, and what is known now.
  for (const labs::Misconception& m : lf.lab.misconceptions) {
    bool held = false;
    for (const labs::Question& q : lf.lab.questions) {
      const auto given = lf.p.answers.find(q.id);
      if (given != lf.p.answers.end() && q.kind == labs::QuestionKind::kPredict)
        held |= labs::belief_of(q, given->second.value) == m.id;
    }
    if (!held || m.truth.empty()) continue;
    LabCard card(lf, "belief " + m.id, lf.x - 8, lf.w + 16);
    const float x = lf.x + 12, w = lf.w - 24;
    c.text({x, lf.y + 8}, Type::kSmall, Token::kMuted, lf.say("end.before"));
    lf.y += 20;
    lf.prose(m.belief, x, w, {Type::kBody, Type::kBodyBold, Token::kText2, Token::kText2, 22});
    lf.y += 8;
    c.text({x, lf.y + 8}, Type::kSmall, Token::kMuted, lf.say("end.now"));
    lf.y += 20;
    lf.prose(m.truth, x, w, {Type::kBodyBold, Type::kBodyBold, Token::kText, Token::kText, 22});
  }
}

}  // namespace ringside::desktop
