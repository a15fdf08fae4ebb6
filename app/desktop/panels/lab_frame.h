// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/desktop/model/lab_desk.h"
#include "app/desktop/panels/lab_focus.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/markdown.h"

namespace ringside::desktop {

inline constexpr MarkdownLook kSmallText{Type::kSmall, Type::kSmallBold, Token::kText2, Token::kText, 20};

inline constexpr MarkdownLook kNote{Type::kSmall, Type::kSmallBold, Token::kMuted, Token::kText2, 20};

// What a person has put into the panel and not yet sent, and what stays between two frames. Nothing of it is progress.
struct LabState {
  std::map<std::string, std::string> drafts, second;  // by question; second: a range's upper end
  std::map<std::string, int> chosen, sure;
  std::map<std::string, std::vector<bool>> ticks;
  // By question. An order as it is being put: which option, and whether it is like the one before it.
  std::map<std::string, std::vector<std::pair<size_t, bool>>> orders;
  std::map<std::string, std::vector<int>> curves;  // heights of 0 to 100; -1 = not drawn yet
  std::map<std::string, int> pens;                 // the value of a sweep at which the mouse drew last, while it draws
  std::map<std::string, std::vector<std::string>> edits;  // by do-block
  std::map<std::string, float> heights;                   // of cards, as they were drawn last
  std::map<std::string, double> since;                    // when a question was first seen
  std::set<std::string> ready;                            // questions whose answer can be sent
  std::map<std::string, size_t> hints;                    // how many stood there
  std::map<std::string, std::string> replies;             // that stood there: answer and reply
  std::string run_wanted;                                 // the do-block that Run or a step asked for
  std::string writes_in;                                  // the line of a step that one writes in
  std::string sent;  // the question that was sent last, and the picture that it was sent from
  double now = 0;
};

// One frame of the panel: a pen that moves down. Everything of a page is drawn through it.
struct LabFrame {
  const PanelFrame& f;
  Canvas& c;
  const LabPicture& p;
  const labs::Lab& lab;
  LabDesk& desk;
  LabState& state;
  LabFocus& focus;
  std::span<const GlossaryTerm> glossary;
  std::function<void(const std::string&)> go_to;  // where a check looks: "rings/web.nic0.rx", "lab/do/sleep"
  float x = 0, w = 0;                             // of running text
  float y = 0;                                    // the pen
  std::set<std::string> told{};                   // checks whose reasons stand above already
  Rect button{}, chosen{};                        // the primary button, and the answer, that were drawn last
  // What is to be seen with the next frame: `must` in any case, and as much of `whole` as there is room for.
  struct Sight {
    Rect must, whole;
  };
  std::optional<Sight> sight{};

  std::string say(std::string_view key, const std::vector<std::pair<std::string, std::string>>& values = {}) const {
    return f.words.lab(key, values);
  }
  Markdown markdown(std::string_view text) const {
    return Markdown(
        text, [this](const std::string& token) { return f.words.key(token); }, glossary);
  }
  // Markdown at the pen, `width` wide; the pen moves below it.
  void prose(std::string_view text, float left, float width, const MarkdownLook& look = {}) {
    const MarkdownLayout layout(c, markdown(text), width, look);
    layout.draw(c, {left, y}, glossary);
    y += layout.height();
  }
  bool primary(const std::string& id, std::string_view label, Icon icon = Icon::kNone,
               bool enabled = true);  // at the pen, with Enter beside it
  bool secondary(const std::string& id, std::string_view label, float left, float height = 28);
};

// The raised ground of a question or a step. Its height is known after it has been drawn once; the frame after that is
// right.
class LabCard {
 public:
  LabCard(LabFrame& lf, const std::string& id, float left, float width);
  ~LabCard();
  LabCard(const LabCard&) = delete;
  LabCard& operator=(const LabCard&) = delete;

 private:
  LabFrame& lf_;
  std::string id_;
  float top_, x_, w_;
};

// lab_question.cc
void draw_question(LabFrame& lf, const labs::Question& q, bool current);
// lab_predict.cc: an order is put, and a curve drawn, by mouse or by keys; as a session takes it, "" = not whole yet.
void draw_order(LabFrame& lf, const labs::Question& q, float x, float w);
std::string drafted_order(const LabFrame& lf, const labs::Question& q);
void draw_curve(LabFrame& lf, const labs::Question& q, float x, float w);
std::string drafted_curve(const LabFrame& lf, const labs::Question& q);
// lab_do.cc
void draw_block(LabFrame& lf, const labs::DoBlock& block, bool current);
void draw_preview(LabFrame& lf, const labs::DoBlock& block, std::string_view note);
void draw_hints(LabFrame& lf, const std::string& of);
// lab_checks.cc
void draw_checks(LabFrame& lf);
void draw_checks_of(LabFrame& lf, const std::string& block, float x, float w);  // what the checks say about one step
bool fails(const LabFrame& lf, const std::string& block);  // the step was run, and one of its checks says no
void draw_end(LabFrame& lf);
// lab_hand_in.cc
void draw_hand_in(LabFrame& lf);
// lab_list.cc
void draw_lab_list(LabFrame& lf);
void draw_text_error(LabFrame& lf);  // of a preview, above the page of the last text that was good
bool draw_refused(LabFrame& lf);     // false = nothing was refused as a whole

}  // namespace ringside::desktop
