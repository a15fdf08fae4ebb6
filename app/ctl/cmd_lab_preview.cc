// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl lab preview: a lab's page as the terminal says it, and anew whenever its text is saved. Nothing is played
// and nothing is kept.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

#include "app/ctl/cmd_lab_text.h"
#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/supervise.h"
#include "labs/runner/lab_watch.h"
#include "labs/runner/lint.h"
#include "labs/runner/program_words.h"

namespace ringside::ctl {
namespace {

constexpr int kTickMs = 50;    // for signals and keys
constexpr int kLookTicks = 5;  // for the file
constexpr size_t kMostFindings = 8;

// A lab in pages: its steps, then the checks.
class Pages {
 public:
  Pages(const Terminal& terminal, labs::Lab lab) : terminal_(terminal), lab_(std::move(lab)) {
    labs::speak(lab_, labs::Program::kTerminal);
    for (const labs::Step& step : lab_.steps)
      if (!step.items.empty()) steps_.push_back(&step);
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  size_t count() const { return steps_.size() + 1; }
  std::string kind(size_t page) const { return page < steps_.size() ? steps_[page]->kind : "Checks"; }
  std::string name(size_t page) const { return page < steps_.size() ? steps_[page]->name : ""; }
  std::string heading(size_t page) const { return kind(page) + (name(page).empty() ? "" : ": " + name(page)); }
  // The page of the same kind and name; where there is none any more, the one in its place.
  size_t like(const std::string& heading, size_t at) const {
    for (size_t page = 0; page < count(); page++)
      if (this->heading(page) == heading) return page;
    return std::min(at, count() - 1);
  }
  const labs::Lab& lab() const { return lab_; }

  std::string text(size_t page) const {
    if (page >= steps_.size()) return checks();
    std::string text;
    if (!steps_[page]->needs.empty()) text += "\nA step of machines with " + steps_[page]->needs + " alone.\n";
    for (const labs::Item& item : steps_[page]->items)
      if (item.kind == labs::ItemKind::kText)
        text += "\n" + prose(lab_.texts[item.index].text) + "\n";
      else if (item.kind == labs::ItemKind::kQuestion)
        text += filled(question_text(terminal_, lab_.questions[item.index]));
      else
        text += block(lab_.blocks[item.index]);
    return text;
  }

 private:
  // What a student said stands in for itself.
  static std::string filled(const std::string& text) {
    return labs::fill_in(text, [](const std::string& name) { return "[" + name + "]"; });
  }
  std::string prose(const std::string& text) const { return lab_prose(terminal_, filled(text)); }

  std::string block(const labs::DoBlock& block) const {
    std::string text = "\n" + inked(terminal_, Ink::kBold, "Do " + block.id + ":") + "\n";
    for (size_t i = 0; i < block.commands.size(); i++)
      text += fmt::format("  {}  {}\n", i + 1, filled(block.commands[i].text));
    if (!block.measure) return text;
    text += block.measure->sweep ? "  then it measures over " + block.measure->of + ":" : "  then it measures:";
    for (const labs::Setting& setting : block.measure->settings) text += " " + filled(setting.name);
    return text + "\n";
  }

  std::string checks() const {
    std::string text = "\n";
    for (const labs::Check& check : lab_.checks)
      text += fmt::format("{}  {}\n", left(check.id, 4), lab_prose(terminal_, filled(check.claim), 6));
    return lab_.checks.empty() ? "\nThere are no checks.\n" : text;
  }

  const Terminal& terminal_;
  labs::Lab lab_;
  std::vector<const labs::Step*> steps_;
};

class Preview {
 public:
  Preview(const Options& options, const PreviewArguments& arguments)
      : options_(options), arguments_(arguments), watch_(arguments.path) {}

  int once() {
    read(*watch_.look());
    if (error_) return print_error(*error_), error_->environment ? kEnvironment : kScenario;
    if (arguments_.page > int(pages_->count()))
      return print_error({fmt::format("This lab has no page {}.", arguments_.page), "",
                          fmt::format("Expected 1 to {}.", pages_->count()), watch_.file()}),
             kUsage;
    if (options_.json) return print_json(json()), kOk;
    for (size_t page = 0; page < pages_->count(); page++)
      if (arguments_.page == 0 || page + 1 == size_t(arguments_.page)) print(page_text(page));
    print(findings_text());
    return kOk;
  }

  int go_on() {
    hold_signals();
    at_ = size_t(std::max(1, arguments_.page)) - 1;
    for (int tick = 0;; tick = (tick + 1) % kLookTicks) {
      if (tick == 0)
        if (auto text = watch_.look()) read(std::move(*text)), show();
      if (const int signal = take_signal(kTickMs)) return kSignalled + signal;
      if (!keys()) return kOk;
    }
  }

 private:
  void read(Result<labs::LabText> text) {
    auto lab = text ? labs::parse_lab(*text, arguments_.variant - 1, 1) : Result<labs::Lab>(text.error());
    auto findings = lab ? labs::lint_text(*text) : Result<std::vector<labs::Finding>>(lab.error());
    if (!findings) {
      error_ = findings.error(), error_->unchanged.clear();
      return;
    }
    const std::string heading = pages_ ? pages_->heading(at_) : "";
    error_.reset(), findings_ = std::move(*findings);
    pages_.emplace(terminal_, std::move(*lab));
    at_ = pages_->like(heading, at_);
  }

  std::string page_text(size_t page) const {
    return inked(terminal_, Ink::kBold, "── " + pages_->heading(page)) + "\n" + pages_->text(page) + "\n";
  }

  std::string findings_text() const {
    std::string text;
    for (size_t i = 0; i < std::min(findings_.size(), kMostFindings); i++)
      text += inked(terminal_, findings_[i].warning ? Ink::kWarning : Ink::kBad,
                    labs::line_of(findings_[i], watch_.file())) +
              "\n";
    if (findings_.size() > kMostFindings)
      text += fmt::format("{} more: `ringsidectl lab lint --text-only {}`\n", count(findings_.size() - kMostFindings),
                          watch_.file());
    return text;
  }

  nlohmann::ordered_json json() const {
    auto pages = nlohmann::ordered_json::array(), findings = nlohmann::ordered_json::array();
    for (size_t page = 0; page < pages_->count(); page++)
      if (arguments_.page == 0 || page + 1 == size_t(arguments_.page))
        pages.push_back({{"kind", pages_->kind(page)}, {"name", pages_->name(page)}, {"text", pages_->text(page)}});
    for (const labs::Finding& finding : findings_) findings.push_back(labs::line_of(finding, watch_.file()));
    return {{"schema", kJsonSchema}, {"file", watch_.file()},         {"title", pages_->lab().title},
            {"pages", pages},        {"variant", arguments_.variant}, {"findings", findings}};
  }

  void show() {
    if (terminal_.tty) send("\x1b[H\x1b[2J");
    if (pages_)
      print(fmt::format("{}, page {} of {}\n", pages_->lab().title, at_ + 1, pages_->count()) + page_text(at_));
    if (error_)
      print(inked(terminal_, Ink::kBad, "The text has an error: ") + error_->text() + "\n" +
            (pages_ ? "Above stands the last one that was good.\n" : ""));
    else
      print(findings_text());
    if (terminal_.tty) print("Enter: the next page, p: the one before, a number: that page, q: end.\n");
  }

  // What was typed since; false = end.
  bool keys() {
    for (char piece[256]; !deaf_;) {
      pollfd input{STDIN_FILENO, POLLIN, 0};
      if (poll(&input, 1, 0) <= 0) return true;
      const ssize_t n = ::read(STDIN_FILENO, piece, sizeof piece);
      if (n <= 0) return deaf_ = true;  // nobody types: only a signal ends it
      for (ssize_t i = 0; i < n; i++)
        if (piece[i] != '\n')
          typed_.size() < 16 ? typed_.push_back(piece[i]) : void();
        else if (!line(std::exchange(typed_, {})))
          return false;
    }
    return true;
  }

  bool line(const std::string& typed) {
    if (typed == "q" || typed == ":q" || typed == ":quit") return false;
    if (!pages_) return true;
    const int number = std::atoi(typed.c_str());
    const size_t before = at_, last = pages_->count() - 1;
    if (typed.empty() || typed == "n")
      at_ = std::min(at_ + 1, last);
    else if (typed == "p")
      at_ -= at_ > 0;
    else if (number > 0)
      at_ = std::min(size_t(number) - 1, last);
    if (at_ != before || terminal_.tty) show();
    return true;
  }

  const Options& options_;
  const PreviewArguments& arguments_;
  const Terminal terminal_ = Terminal::of_stdout();
  labs::LabWatch watch_;
  std::optional<Pages> pages_;  // of the last text that was good
  std::vector<labs::Finding> findings_;
  std::optional<Error> error_;
  size_t at_ = 0;
  std::string typed_;
  bool deaf_ = false;
};

}  // namespace

int lab_preview(const Options& options, const PreviewArguments& arguments) {
  if (!labs::names_a_text(arguments.path))
    return print_error({"A preview shows an author's text.", "Nothing was started.",
                        "Name it: `ringsidectl lab preview PATH/lab.md`, or its folder", arguments.path}),
           kUsage;
  if (options.json && !arguments.once)
    return print_error({"--json needs an end.", "Nothing was started.", "Add --once.", ""}), kUsage;
  Preview preview(options, arguments);
  return arguments.once ? preview.once() : preview.go_on();
}

}  // namespace ringside::ctl
