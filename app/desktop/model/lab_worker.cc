// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/lab_worker.h"

#include <algorithm>
#include <filesystem>

#include "engine/api/rehearse.h"
#include "labs/handin/hand_in.h"
#include "labs/pack/library.h"
#include "labs/runner/progress.h"

namespace ringside::desktop {
namespace {

// A line that leads somewhere: in the window it waits for the student's keys.
bool leads_to_a_goal(const std::string& line) {
  auto words = labs::words_of(line);
  words.erase(std::find_if(words.begin(), words.end(), [](const std::string& w) { return w.starts_with('#'); }),
              words.end());
  return !words.empty() && (words[0] == "step" || words[0] == "run") &&
         std::any_of(words.begin(), words.end(), [](const std::string& w) { return w.starts_with("until="); });
}

// Behind the verb, for a comment may end the line.
std::string armed(const std::string& line) {
  const size_t verb = line.find_first_not_of(" \t"), end = line.find_first_of(" \t", verb);
  return line.substr(0, end) + " arm=yes" + line.substr(end);
}

}  // namespace

LabWorker::LabWorker(Engine& engine, LabDeskOptions options, Hear hear)
    : engine_(engine), options_(std::move(options)), hear_(std::move(hear)) {
  if (options_.student.empty()) options_.student = labs::student_name();
}

bool LabWorker::open_store() {
  if (store_) return true;
  auto store = labs::ProgressStore::open({.path = unkept_ ? ":memory:" : options_.progress, .start_anew = anew_});
  anew_ = false;
  no_progress_ = !store.ok();
  if (store) return store_ = std::move(*store), true;
  refused_ = store.error(), refused_at_.clear();
  damaged_ = labs::is_damaged(store.error());
  return false;
}

void LabWorker::list() {
  cards_.clear(), left_out_.clear(), go_on_.reset();
  // Who only looks at the list leaves no file behind.
  const bool store =
      store_ || std::filesystem::exists(options_.progress.empty() ? labs::default_progress_path() : options_.progress)
          ? open_store()
          : false;
  const auto library = labs::all_labs();
  if (!take(library ? Status{} : Status{library.error()}, "")) return;
  for (const Error& error : library->unreadable)
    left_out_.push_back(std::filesystem::path(error.place).filename().string());
  const labs::LabMachine machine = labs::this_machine();
  for (const labs::LabEntry& lab : library->labs) {
    LabPicture::Card card;
    const labs::Offered here = labs::offered_by(machine, lab.requirements, lab.recorded);
    card.here = labs::name_of(here.offer), card.why = here.why;
    card.minutes = lab.minutes, card.all = size_t(lab.items);
    card.number = lab.pack.empty() ? lab.number : 0;
    card.block = lab.pack.empty() ? lab.block : lab.pack_title;
    card.id = lab.key(), card.name = lab.name(), card.title = lab.title, card.promise = lab.promise;
    if (store)
      if (auto progress = labs::progress_of(*store_, options_.student, lab)) card.progress = *progress;
    cards_.push_back(std::move(card));
  }
  std::vector<labs::LabProgress> all;
  for (const LabPicture::Card& card : cards_) all.push_back(card.progress);
  go_on_ = labs::to_go_on_with(all);
}

bool LabWorker::take(const Status& status, const std::string& at) {
  refused_.reset();
  if (status) return true;
  refused_ = status.error(), refused_at_ = at;
  return false;
}

void LabWorker::open(const std::string& name, bool anew) {
  session_.reset(), lab_.reset(), running_.reset(), checks_.clear(), refused_.reset();
  handed_.clear(), wanted_ = name;
  watch_.reset(), preview_store_.reset(), text_error_.reset();
  list();
  if (is_preview(name)) {
    open_preview();
    return;
  }
  auto text = labs::find_any_lab(name);
  if (!text) return (void)take(text.error(), "");
  if (!open_store()) return;
  if (!open_session(*store_, *text, anew)) return;
  lab_ = std::shared_ptr<const labs::Lab>(std::make_shared<labs::Lab>(session_->lab()));
  check();    // as it hides what a question still asks
  publish();  // its text can be read while the machine is built
  take(session_->reset(), "");
  hear_({"lab open " + session_->attempt().lab, "ok"});
}

bool LabWorker::open_session(labs::ProgressStore& store, const labs::LabText& text, bool anew) {
  labs::SessionOptions wanted{.student = options_.student, .anew = anew, .rehearse = rehearse};
  if (options_.variant > 0) wanted.variant = options_.variant - 1;
  auto session = labs::LabSession::open(engine_, store, text, wanted);
  if (!take(session ? Status{} : Status{session.error()}, "")) return false;
  session_ = std::move(*session);
  return true;
}

void LabWorker::leave() {
  watch_.reset(), preview_store_.reset(), text_error_.reset();
  session_.reset(), lab_.reset(), running_.reset(), refused_.reset();
  list();
}

void LabWorker::reset() {
  if (!session_) return;
  running_.reset();
  const Status done = session_->reset();
  take(done, "");
  hear_({"lab reset", done ? "ok, the machine stands where the lab has it here" : done.error().text(), done});
}

void LabWorker::answer(const std::string& question, const std::string& value, std::optional<int> sure, double seconds) {
  if (!session_) return;
  auto reply = session_->answer(question, value, sure, seconds);
  if (take(reply ? Status{} : Status{reply.error()}, question)) check();  // what the question hid is said now
}

void LabWorker::mark(const std::string& question, int ticked) {
  if (!session_) return;
  auto reply = session_->mark(question, ticked);
  take(reply ? Status{} : Status{reply.error()}, question);
}

void LabWorker::hint(const std::string& of) {
  if (!session_) return;
  auto text = session_->hint(of);
  take(text ? Status{} : Status{text.error()}, of);
}

void LabWorker::explain_check(const std::string& id, const std::string& sentence) {
  if (session_ && take(session_->explain_check(id, sentence), id)) check();
}

Answer LabWorker::execute(const std::string& line) {
  // The student's keys lead a goal on: it has no end by time.
  Answer answer = engine_.execute_from(session_->origin(), labs::command_in(line));
  if (running_) answer.error.remedy = session_->remedy_told(running_->block, answer.error.remedy);
  // The card of the step tells the error, with its place in the lab: the console has it in one line.
  hear_({line,
         answer.ok()                 ? answer.text
         : answer.error.what.empty() ? answer.text
                                     : answer.error.text(),
         answer.ok() ? Status{} : Status{Error{}}});
  return answer;
}

void LabWorker::start(const std::string& block, const std::vector<std::string>& lines) {
  if (!session_) return;
  running_.reset();
  if (!take(session_->begin_block(block, lines), block)) return;
  running_ = LabPicture::Running{block, lines.empty() ? session_->lines_of(block) : lines, 0, false, 0};
  if (!lab_->block(block)->recorded.empty()) running_->lines.clear();  // nothing runs: another machine's is shown
  send_lines();
}

// Sends what stands before the next goal, and arms that.
void LabWorker::send_lines() {
  for (; running_->at < running_->lines.size(); ++running_->at) {
    const std::string& line = running_->lines[running_->at];
    publish();
    const bool goal = leads_to_a_goal(line);
    const Answer answer = execute(goal ? armed(line) : line);
    if (!session_->goes_on(running_->at, line, answer)) {
      const Error error = session_->line_error(running_->block, running_->at, answer);
      session_->abandon_block();
      take(error, running_->block);
      running_.reset();
      return;
    }
    if (!goal) continue;
    const auto s = engine_.snapshot();
    running_->armed = true;
    running_->since = s->serial, running_->goal = s->goal;
    return;
  }
  end_block();
}

// The lines have run: what the block measures comes now, with a picture a window.
void LabWorker::end_block() {
  const std::string block = running_->block;
  size_t told = 0;
  const Status measured = session_->measure_block([&](const labs::MeasureProgress& p) {
    if (running_->measuring && told == p.done) return !told_to_end();
    running_->measuring = p, told = p.done;
    publish();
    return !told_to_end();
  });
  if ((running_->measuring || !lab_->block(block)->recorded.empty()) && measured) ++measured_;
  running_.reset();
  if (take(measured, block) && take(session_->end_block(), block)) check();
}

void LabWorker::go_on(uint64_t since) {
  if (!session_ || !running_ || !running_->armed || running_->since != since) return;
  running_->armed = false;
  ++running_->at;
  send_lines();
}

void LabWorker::to_the_end() {
  if (!session_ || !running_ || !running_->armed) return;
  const Answer answer = execute(running_->lines[running_->at]);
  if (engine_.snapshot()->goal_reached) return go_on(running_->since);
  // Given up for another command, or out of reach: the goal stays armed. So it does for who paused on the way.
  if (!answer.ok() && answer.ended != Ended::kStopped)
    take(session_->line_error(running_->block, running_->at, answer), running_->block);
}

void LabWorker::check() {
  if (!session_) return;
  auto checks = session_->check();
  if (take(checks ? Status{} : Status{checks.error()}, "")) checks_ = std::move(*checks);
}

// The attempt that is open, and no other lab: those have a last page, too.
void LabWorker::hand_in(const std::string& to) {
  if (!session_ || unkept_ || watch_) return;
  const std::string folder = std::filesystem::path(store_->path()).parent_path().string();
  auto handed = labs::write_hand_in(*store_, {session_->attempt().student,
                                              {session_->attempt().lab},
                                              to,
                                              folder.empty() ? "." : folder,
                                              "lab hand-in FILE.rsub"});
  take(handed ? Status{} : Status{handed.error()}, "hand-in");
  if (handed) handed_ = handed->file;
  hear_({"lab hand-in", handed ? "ok, " + handed->file : handed.error().text(),
         handed ? Status{} : Status{handed.error()}});
}

void LabWorker::begin_anew() {
  anew_ = true;
  retry();
}

void LabWorker::without_progress() {
  unkept_ = true;
  retry();
}

void LabWorker::retry() {
  store_.reset(), refused_.reset();
  if (wanted_.empty())
    list();
  else
    open(std::string(wanted_));
}

LabPicture::Given LabWorker::given(const labs::Question& q) const {
  LabPicture::Given g;
  const labs::AnswerRow& row = *session_->row_of(q.id);
  g.value = row.value, g.correct = row.correct, g.sure = row.sure, g.points = row.points;
  const labs::Reply reply = labs::reply_to(q, row.value, row.correct);
  g.reply = session_->filled(reply.text), g.mark = reply.mark, g.look = reply.look;
  g.outcome = session_->outcome(q);
  return g;
}

std::shared_ptr<const LabPicture> LabWorker::picture() {
  auto p = std::make_shared<LabPicture>();
  p->serial = ++serial_;
  p->cards = cards_, p->left_out = left_out_, p->go_on = go_on_;
  p->refused = refused_, p->refused_at = refused_at_;
  p->may_begin_anew = no_progress_ && damaged_, p->no_progress = no_progress_;
  p->kept = !unkept_, p->handed = handed_, p->opened = wanted_;
  p->preview = watches(), p->text_error = text_error_;
  if (!session_) return p;
  p->lab = lab_, p->attempt = session_->attempt().id;
  for (const auto& card : cards_)
    if (card.id == session_->attempt().lab) p->number = card.number, p->block = card.block;
  p->resumed = session_->resumed(), p->changed = session_->lab_changed();
  for (const labs::Line& text : lab_->texts) p->texts.push_back(session_->filled(text.text));
  p->place = session_->place();
  for (const labs::Question& q : lab_->questions)
    if (session_->row_of(q.id))
      p->answers[q.id] = given(q);
    else if (session_->may_be_unclear(q))
      p->unclear.insert(q.id);
  for (const labs::DoBlock& block : lab_->blocks) {
    p->lines[block.id] = session_->lines_of(block.id);
    if (session_->ran(block.id)) p->ran.insert(block.id);
    if (const labs::Window* window = session_->evidence().of(block.id)) p->tried[block.id] = labs::tried_in(*window);
    if (labs::MeasuredChart chart = session_->chart_of(block); !chart.figures.empty())
      p->charts[block.id] = std::move(chart);
    if (const std::string why = session_->recorded_of(block.id); !why.empty()) p->recorded[block.id] = why;
  }
  for (const labs::Hints& hints : lab_->hints) p->hints[hints.of] = session_->hint_level(hints.of);
  p->checks = checks_;
  p->score = session_->score();
  p->running = running_, p->measured = measured_;
  return p;
}

}  // namespace ringside::desktop
