// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl lab run, by hand: text, questions and steps of a lab one after the other.
#include "app/ctl/cmd_lab_walk.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <set>

#include <fmt/format.h>

#include "app/ctl/cmd_lab_text.h"
#include "app/ctl/event_text.h"
#include "app/ctl/lab_answer.h"
#include "app/ctl/lab_usage.h"
#include "app/ctl/measured_text.h"
#include "app/ctl/number_format.h"

namespace ringside::ctl {
namespace {

class Walk {
 public:
  Walk(Engine& engine, labs::LabSession& session, bool kept)
      : engine_(engine), session_(session), kept_(kept), terminal_(Terminal::of_stdout()) {}

  Result<std::vector<labs::CheckResult>> run() {
    const labs::Lab& lab = session_.lab();
    print(inked(terminal_, Ink::kBold, lab.title) + "\n" + lab_prose(terminal_, lab.promise) +
          fmt::format("\nAbout {} minutes. :help lists what one can type.\n", lab.minutes));
    if (session_.lab_changed())
      print("This lab has changed since you began it, so it begins anew. Your earlier answers are kept.\n");
    if (session_.resumed() && session_.first_open() > 0)
      print("It goes on where you stopped. :look shows the rings and counters, :back the page before.\n");
    const size_t place = first_shown();
    size_t at = 0;
    for (size_t s = 0; s < lab.steps.size(); s++) {
      const labs::Step& step = lab.steps[s];
      if (!left_) here_ = back_ = s;
      const size_t end = at + step.items.size();
      if (end > place && !left_) heading(step);
      for (const labs::Item& item : step.items) {
        // Text is shown again from the step on in which the person stopped.
        if (end > place && !left_) show(item);
        at++;
      }
    }
    if (!left_) end_of_lab();
    return session_.check();
  }

 private:
  // Behind the last thing that was answered or run; 0 for a lab that begins.
  size_t first_shown() const {
    const auto items = session_.lab().items();
    size_t after = 0;
    for (size_t i = 0; i < session_.first_open(); i++)
      if (items[i].kind != labs::ItemKind::kText) after = i + 1;
    return after;
  }

  void show(const labs::Item& item) {
    const labs::Lab& lab = session_.lab();
    if (item.kind == labs::ItemKind::kText)
      print("\n" + lab_prose(terminal_, session_.filled(lab.texts[item.index].text)) + "\n");
    else if (session_.settled(item))
      return;
    else if (item.kind == labs::ItemKind::kQuestion)
      ask(lab.questions[item.index]);
    else
      offer(lab.blocks[item.index]);
  }

  // The next line for whoever asked; lines with a colon in front are dealt with here. False = leave.
  bool next(std::string& line, const std::string& subject) {
    for (;;) {
      print("> ");
      if (left_ || !std::getline(std::cin, line)) return left_ = true, false;
      if (line.empty() || line[0] != ':') return true;
      if (line == ":quit" || line == ":q") return left_ = true, false;
      command(line.substr(1), subject);
      ask_again(line.substr(1), subject);
    }
  }

  // What fills the screen has pushed the question off it.
  void ask_again(const std::string& line, const std::string& subject) {
    const auto words = labs::words_of(line);
    if (words.empty() || (words[0] != "do" && words[0] != "look" && words[0] != "back" && words[0] != "check")) return;
    if (const labs::Question* q = session_.lab().question(subject)) print(question_text(terminal_, *q));
  }

  void command(const std::string& line, const std::string& subject) {
    const auto words = labs::words_of(line);
    const size_t n = words.size();
    if (words.empty() || words[0] == "help")
      print(kLabHelp);
    else if (words[0] == "hint" && n <= 2)
      hint(n > 1 ? words[1] : subject);
    else if (words[0] == "back" && n == 1)
      back();
    else if (words[0] == "look" && n == 1)
      look();
    else if (words[0] == "check" && n == 1)
      report();
    else if (words[0] == "explain" && n > 2)
      say(session_.explain_check(words[1], line.substr(line.find(words[1]) + words[1].size() + 1)),
          "Stored; it counts.\n");
    else if (words[0] == "do" && n == 2)
      again(words[1]);
    else if (words[0] == "reset" && n == 1)
      say(session_.reset(), "The machine stands where the lab has it here.\n");
    else if (const LabUsage* usage = lab_usage(words[0]))
      print(fmt::format("`{}` {}\n{}", usage->form, usage->does, ids_for(words[0])));
    else {
      const Answer answer = engine_.execute(line);
      print((answer.ok() ? answer.text : answer.error.text()) + "\n");
    }
  }

  // Which of the lab's own names a line takes.
  std::string ids_for(const std::string& verb) {
    std::string ids;
    const auto add = [&](const std::string& id) { ids += (ids.empty() ? "" : ", ") + id; };
    if (verb == "do") {
      for (const labs::DoBlock& block : session_.lab().blocks)
        if (session_.ran(block.id)) add(block.id);
      return ids.empty() ? "No step was run yet.\n" : "The steps that were run: " + ids + ".\n";
    }
    if (verb != "explain") return {};
    if (const auto checks = session_.check())
      for (const labs::CheckResult& c : *checks)
        if (c.explain) add(c.id);
    return ids.empty() ? "No check asks for one now.\n" : "These ask for one: " + ids + ".\n";
  }

  // A step that can be changed is offered again, with its lines as they are.
  void again(const std::string& id) {
    const labs::DoBlock* block = session_.lab().block(id);
    if (block && block->edit && session_.ran(id))
      offer(*block);
    else
      run_block(id, {});
  }

  void show_machine(const labs::Window* window) {
    const auto now = engine_.cut();  // held: the next command makes another
    for (const RingView& ring : now->rings) {
      // A transmit ring that nobody uses would only be long.
      for (const PointerView& p : ring.pointers)
        if (ring.receive || p.index != 0) used_.insert(ring.name);
      if (used_.count(ring.name)) engine_.execute("watch ring=" + ring.name);
    }
    print(machine_text(*engine_.cut(), session_, window));
  }

  void look() {
    const labs::Window* latest = session_.evidence().latest();
    if (!latest) return print("No step was run yet.\n");
    if (!latest->samples.empty()) return print(measured_text(terminal_, session_, latest->block));
    if (engine_.cut()->rings.empty() && !say(session_.reset(), ""))
      return;  // taken up again: the machine is not there yet
    show_machine(latest);
  }

  // A page that was read, as it stands now: its text, what was answered, what was run.
  void back() {
    const labs::Lab& lab = session_.lab();
    while (back_ > 0 && lab.steps[back_ - 1].items.empty()) back_--;
    if (back_ == 0) return print("This is the lab's beginning.\n");
    const labs::Step& step = lab.steps[--back_];
    heading(step);
    for (const labs::Item& item : step.items) {
      if (item.kind == labs::ItemKind::kText) {
        print("\n" + lab_prose(terminal_, session_.filled(lab.texts[item.index].text)) + "\n");
      } else if (item.kind == labs::ItemKind::kQuestion) {
        const labs::Question& q = lab.questions[item.index];
        print(question_text(terminal_, q) +
              (session_.settled(item) ? "You said: " + labs::answer_text(q, session_.answer_of(q.id)) + "\n" : ""));
        if (session_.settled(item) && q.kind == labs::QuestionKind::kExplain)
          print(lab_prose(terminal_, session_.filled(q.model)) + "\n");
      } else {
        print("\n" + inked(terminal_, Ink::kBold, "Do " + lab.blocks[item.index].id + ":") + "\n");
        list(session_.lines_of(lab.blocks[item.index].id));
      }
    }
    print(back_ + 1 == here_
              ? "\nThat was the page before. Your answer goes to where you are; :back leads further back.\n"
              : "\nYour answer goes to where you are; :back leads further back.\n");
  }

  void heading(const labs::Step& step) {
    print("\n" + inked(terminal_, Ink::kBold, "── " + step.kind + (step.name.empty() ? "" : ": " + step.name)) + "\n");
  }

  bool say(const Status& status, const std::string& good) {
    print(status ? good : status.error().text() + "\n");
    return status.ok();
  }

  void hint(const std::string& of) {
    auto text = session_.hint(of);
    if (!text)
      print(text.error().text() + "\n");
    else
      print(text->empty() ? "These were all the hints for " + of + "; the last one says the whole way.\n"
                          : "Hint: " + lab_prose(terminal_, *text, 6) + "\n");
  }

  void report() {
    auto checks = session_.check();
    if (!checks) return print(checks.error().text() + "\n");
    // What has not been run has not failed, and its claim would answer what is still asked.
    for (labs::CheckResult& r : *checks)
      if (r.hidden && !session_.ran(session_.lab().check(r.id)->condition.since))
        r.verdict = labs::Verdict::kInconclusive;
    print(checks_text(terminal_, *checks));
  }

  void ask(const labs::Question& q) {
    print(question_text(terminal_, q));
    const auto began = std::chrono::steady_clock::now();
    for (std::string line; next(line, q.id);) {
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
      std::optional<int> sure;
      if (const size_t at = line.find(" sure="); at != line.npos)
        sure = std::atoi(line.c_str() + at + 6), line.resize(at);
      const std::string value = typed_answer(q, line);
      if (const size_t count = q.options.size() + q.places.size(); is_chosen(q) && !is_choice(q, value)) {
        print(fmt::format("Expected a number from 1 to {}.\n", count));
        continue;
      }
      auto reply = session_.answer(q.id, value, sure, seconds);
      if (!reply) {
        print(reply.error().text() + "\n");
        continue;
      }
      if (!reply->correct)
        print(stored_text(session_.lab(), q));
      else if (*reply->correct)
        print(inked(terminal_, Ink::kGood, "Right.\n"));
      else if (reply->text.empty() || q.kind == labs::QuestionKind::kExplain)
        print(inked(
            terminal_, Ink::kWarning,
            q.kind == labs::QuestionKind::kExplain ? "Not this.\n" : "Not what the machine shows. Look again.\n"));
      if (!reply->text.empty()) print(lab_prose(terminal_, session_.filled(reply->text)) + "\n");
      if (reply->correct == false && more_hints(q.id)) print("`:hint` helps.\n");
      if (!reply->mark.empty()) mark(q, reply->mark);
      if (reply->correct.value_or(true)) return print(outcomes_text(terminal_, session_, q.id));
    }
  }

  bool more_hints(const std::string& of) const {
    for (const labs::Hints& hints : session_.lab().hints)
      if (hints.of == of) return session_.hint_level(of) < int(hints.levels.size());
    return false;
  }

  void mark(const labs::Question& q, const std::vector<std::string>& marks) {
    print("Mark your own sentence. Which of these does it say? Type their numbers, or nothing.\n");
    for (size_t i = 0; i < marks.size(); i++) print(fmt::format("  {}  {}\n", i + 1, marks[i]));
    std::string line;
    if (!next(line, q.id)) return;
    int ticked = 0;
    for (size_t i = 0; i < marks.size(); i++) ticked += line.find(char('1' + i)) != line.npos;
    auto stored = session_.mark(q.id, ticked);
    if (!stored) print(stored.error().text() + "\n");
  }

  void list(const std::vector<std::string>& lines) {
    for (size_t i = 0; i < lines.size(); i++) print(fmt::format("  {}  {}\n", i + 1, lines[i]));
  }

  void offer(const labs::DoBlock& block) {
    std::vector<std::string> lines = session_.lines_of(block.id);
    bool ran = false;
    print("\n" + inked(terminal_, Ink::kBold, "Do " + block.id + ":") + "\n");
    list(lines);
    if (block.measure) print(measure_plan(*block.measure));
    print(block.edit ? "Enter runs it. `1 NEW LINE` changes line 1.\n" : "Enter runs it.\n");
    for (std::string line; next(line, block.id);) {
      if (block.edit && line == "next") {
        if (ran) return;
        print("It has not been run yet: press Enter.\n");
        continue;
      }
      if (block.edit && !line.empty() && isdigit(uint8_t(line[0]))) {
        const size_t number = size_t(std::atoi(line.c_str())), blank = line.find(' ');
        if (number < 1 || number > lines.size() || blank == line.npos)
          print(fmt::format("Expected a number from 1 to {}, a blank, and the new line.\n", lines.size()));
        else
          lines[number - 1] = line.substr(blank + 1), list(lines);
        continue;
      }
      if (!line.empty()) {
        print("Press Enter to run it. :help lists what one can type.\n");
        continue;
      }
      ran |= run_block(block.id, lines);
      if (ran && !block.edit) return;
      if (ran)
        print("\n" + checks_text(terminal_, checks_of(block.id)) +
              "`next` goes on. `1 NEW LINE` changes line 1, Enter runs it again.\n");
    }
  }

  // What the checks say about one step.
  std::vector<labs::CheckResult> checks_of(const std::string& block) {
    auto all = session_.check();
    if (!all) return {};
    std::erase_if(*all, [&](const labs::CheckResult& r) {
      const labs::Check& check = *session_.lab().check(r.id);
      const labs::Check* before = check.after.empty() ? nullptr : session_.lab().check(check.after);
      return (check.condition.since.empty() && before ? before : &check)->condition.since != block;
    });
    return *all;
  }

  bool run_block(const std::string& id, const std::vector<std::string>& lines) {
    LongStep events;
    bool listening = false;
    const auto said = [&](const std::string& line, const Answer* answer) {
      if (!answer) {
        if (!listening) engine_.on_event([&](const EventView& event) { events.take(event); });
        listening = true;
        print(inked(terminal_, Ink::kBold, "· " + line) + "\n");
        return;
      }
      print(events.shown(terminal_));
      if (answer->ok() && !answer->text.empty()) print("  " + answer->text + "\n");
      if (labs::tried(line) && labs::was_refused(*answer)) print("  refused: " + answer->error.what + "\n");
    };
    MeasureDots dots;
    const Status ran =
        session_.run_block(id, lines, said, [&](const labs::MeasureProgress& p) { return dots.hear(p); });
    engine_.on_event({});
    dots.end();
    if (!ran) return say(ran, "");
    const labs::DoBlock& block = *session_.lab().block(id);
    if (block.measure) {
      print(measured_text(terminal_, session_, id));
      if (!session_.chart_of(block).trouble.empty())
        print(fmt::format("`:do {}` measures again. `not clear` is an answer, too: then a question does not count.\n",
                          id));
    } else
      show_machine(session_.evidence().of(id));
    print(outcomes_text(terminal_, session_, id));
    for (const labs::Check& check : session_.lab().checks)
      if (check.condition.since == id) print(outcomes_text(terminal_, session_, check.id));
    return true;
  }

  void end_of_lab() {
    here_ = back_ = session_.lab().steps.size();
    print("\n");
    report();
    print(beliefs_text(terminal_, session_));
    const labs::Score score = session_.score();
    print(fmt::format("\nQuestions: {:.3g} of {} points.{}\n", score.points, score.maximum,
                      kept_ ? " Your answers are kept." : ""));
    print(":do ID runs a step again, :hint ID helps with a check, :back shows the pages again, Enter leaves.\n");
    if (kept_) print(hand_in_text(session_));
    if (score.later > 0)
      print(fmt::format("{} more are not decided here: what is right stands in your teacher's pack.\n",
                        counted(uint64_t(score.later), "point")));
    std::string line;
    next(line, "");
  }

  Engine& engine_;
  labs::LabSession& session_;
  const bool kept_;
  const Terminal terminal_;
  std::set<std::string> used_;  // rings that are shown
  bool left_ = false;
  size_t here_ = 0, back_ = 0;  // the step that is asked for, and the one that `:back` showed last
};

}  // namespace

Result<std::vector<labs::CheckResult>> walk(Engine& engine, labs::LabSession& session, bool kept) {
  return Walk(engine, session, kept).run();
}

}  // namespace ringside::ctl
