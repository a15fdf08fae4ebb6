// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/lab_frame.h"
#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// A lab, page by page: title, stages, text, cards of questions and steps, hints, checks. While none is open: which labs
// there are. The session behind it is model/lab_desk; what is here is only what a person has not sent yet.
class LabPanel : public Panel {
 public:
  std::string id() const override { return "Lab"; }
  bool bare() const override { return true; }  // its header is its own
  std::vector<Provenance> provenance(const PanelFrame&) const override { return {}; }
  std::string help(const Words& words) const override { return words.help(id()); }
  void draw(const PanelFrame& f, Rect panel) override;

 private:
  // What is shown together: a step, and before the first question the context that leads to it. `end`: the page after
  // the last step.
  struct Page {
    size_t first = 0, count = 0;
    bool end = false;
  };
  static std::vector<Page> pages_of(const labs::Lab& lab);
  static std::string heading_of(const labs::Lab& lab, const Page& page);
  size_t page_like(const labs::Lab& lab, const std::string& heading, size_t at) const;
  size_t page_of_item(const labs::Lab& lab, size_t item) const;

  void follow(const LabPicture& p);
  void draw_header(LabFrame& lf, Rect panel);
  void draw_stages(LabFrame& lf, Rect row);
  void draw_page(LabFrame& lf);
  void draw_step(LabFrame& lf, const labs::Step& step, size_t first_item, size_t current);
  void recall_predictions(LabFrame& lf, const labs::Step& observe);
  void bring_into_view(LabFrame& lf, float top, bool question);
  void take_run_request(const PanelFrame& f, const LabPicture& p);
  void look_at(const LabFrame& lf, Rect view);
  void draw_bar(LabFrame& lf, Rect row);
  void draw_foot(LabFrame& lf);
  bool fails_here(const LabFrame& lf) const;
  std::string step_to_repeat(const LabFrame& lf) const;
  void go_to(const PanelFrame& f, const LabPicture& p, const std::string& look);
  void scroll(LabFrame& lf, Rect view, float height);

  LabState state_;
  LabFocus focus_;
  std::vector<GlossaryTerm> glossary_;
  std::vector<Page> pages_;
  std::string field_of_;
  std::string heading_, preview_of_;  // of the page that was drawn last; the text that is previewed
  size_t page_ = 0, current_ = 0;     // current: the first item that is not settled
  float scroll_ = 0, height_ = 0, grab_ = -1;
  float last_top_ = 0;  // of the last question or step of the page
  bool to_current_ = false, under_way_ = false;
  const labs::Lab* known_ = nullptr;
};

}  // namespace ringside::desktop
