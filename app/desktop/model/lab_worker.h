// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/desktop/model/lab_desk.h"
#include "labs/runner/lab_watch.h"
#include "labs/runner/session.h"

namespace ringside::desktop {

// What the desk's thread does: opens the progress file and the session, and makes pictures of them. That thread alone.
class LabWorker {
 public:
  using Hear = std::function<void(const LabDesk::Said&)>;
  LabWorker(Engine& engine, LabDeskOptions options, Hear hear);

  std::function<void()> publish;      // a picture between two commands that take their time
  std::function<bool()> told_to_end;  // what is measured

  void list();
  void open(const std::string& name, bool anew = false);
  void leave();
  void reset();
  void answer(const std::string& question, const std::string& value, std::optional<int> sure, double seconds);
  void mark(const std::string& question, int ticked);
  void hint(const std::string& of);
  void explain_check(const std::string& check, const std::string& sentence);
  void start(const std::string& block, const std::vector<std::string>& lines);
  void go_on(uint64_t since);  // the armed goal has been reached
  void to_the_end();
  void check();
  void hand_in(const std::string& to);
  void begin_anew();
  void without_progress();
  // The text of a preview is looked after: call look() a few times a second while there is one. True: there is news.
  bool watches() const { return watch_.has_value(); }
  bool look();
  void retry();  // the progress file may have been put right

  std::shared_ptr<const LabPicture> picture();

 private:
  bool open_store();
  bool is_preview(const std::string& name) const;
  bool open_preview();
  void read_preview(Result<labs::LabText> text);
  void carry_over(const labs::Lab& before, const labs::AttemptRow& earlier, const labs::LabText& text);
  bool open_session(labs::ProgressStore& store, const labs::LabText& text, bool anew);
  void send_lines();
  void end_block();
  bool take(const Status& status, const std::string& at);
  Answer execute(const std::string& line);
  LabPicture::Given given(const labs::Question& question) const;

  Engine& engine_;
  LabDeskOptions options_;
  Hear hear_;
  std::unique_ptr<labs::ProgressStore> store_;
  std::unique_ptr<labs::ProgressStore> preview_store_;  // of a preview: in memory, and ends with it
  std::optional<labs::LabWatch> watch_;                 // likewise
  std::optional<Error> text_error_;                     // of what was saved last; the session is of what was good
  std::unique_ptr<labs::LabSession> session_;
  std::shared_ptr<const labs::Lab> lab_;
  std::vector<LabPicture::Card> cards_;
  std::vector<std::string> left_out_;
  std::optional<size_t> go_on_;
  std::optional<LabPicture::Running> running_;
  std::vector<labs::CheckResult> checks_;
  std::map<std::string, int> hints_;
  std::optional<Error> refused_;
  std::string refused_at_, handed_,
      wanted_;  // wanted: the lab that was to be opened when the progress file was refused
  bool anew_ = false, unkept_ = false, damaged_ = false, no_progress_ = false;
  uint64_t serial_ = 0;
  size_t measured_ = 0;
};

}  // namespace ringside::desktop
