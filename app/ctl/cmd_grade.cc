// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl grade: hand-ins judged again, and what came of it in files.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/number_format.h"
#include "app/ctl/replay_workers.h"
#include "app/ctl/report_files.h"
#include "app/ctl/terminal.h"
#include "engine/base/visible.h"
#include "labs/grade/gradebook.h"
#include "labs/grade/tables.h"

namespace ringside::ctl {
namespace fs = std::filesystem;
namespace {

// A folder stands for the hand-ins in it.
std::vector<std::string> files_of(const std::vector<std::string>& names) {
  std::vector<std::string> files;
  std::error_code error;
  for (const std::string& name : names) {
    if (!fs::is_directory(name, error)) {
      files.push_back(name);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : fs::directory_iterator(name, error))
      if (entry.path().extension() == labs::kHandInEnding) inside.push_back(entry.path().string());
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

class Grading {
 public:
  Grading(const Options& options, const GradeArguments& arguments) : options_(options), a_(arguments) {}

  int run() {
    const std::vector<std::string> files = files_of(a_.files);
    if (files.empty() && a_.merge.empty())
      return end_with({a_.files.empty() ? "No hand-in is named." : "There are no hand-ins there.", "",
                       "Name some: `ringsidectl grade *.rsub --csv grades.csv`", ""},
                      kUsage);
    if (!a_.csv_for.empty() && a_.csv.empty())
      return end_with({"--csv-for says how, and nothing says where.", "", "Add a file: `--csv grades.csv`", ""},
                      kUsage);
    want_reports(files);
    if (options_.json && reports_.to_stdout())
      return end_with({"Two would go to standard output: `--json` and another.", "Nothing was graded or written.",
                       "Name a file for one of them: `--csv grades.csv`", ""},
                      kUsage);
    if (Status can = reports_.open(); !can) return end_with(can.error(), kUsage);
    if (Status ready = prepare(); !ready) return end_with(ready.error(), kScenario);
    for (const std::string& file : files) take(file);
    if (a_.replay) replay();
    if (Status merged = merge(); !merged) return end_with(merged.error(), kScenario);
    std::vector<labs::GradedLab>& all = book_ ? shown_ : graded_;
    labs::compare_students(all);  // of a gradebook: with all that were merged before
    chosen_ = labs::chosen(all, !a_.rule.empty() ? a_.rule : book_ ? "latest" : "all");
    if (Status written = write(); !written) return end_with(written.error(), kEnvironment);
    for (const Error& error : left_out_)
      std::fputs((visible_line("ringsidectl: " + error.place + ": " + error.what) + "\n").c_str(), stderr);
    if (graded_.empty() && !files.empty()) return kScenario;
    return left_out_.empty() ? kOk : kNegative;
  }

 private:
  // All places are looked at before anything is read, made or run.
  void want_reports(const std::vector<std::string>& files) {
    for (const std::string& file : files) reports_.keep(file, "a hand-in that is graded");
    if (!a_.pack.empty()) reports_.keep(a_.pack, "the pack that grades");
    if (!a_.merge.empty())
      for (const char* part : {"", "-journal", "-wal", "-shm"}) reports_.keep(a_.merge + part, "the gradebook");
    const bool moodle = a_.csv_for == "moodle", canvas = a_.csv_for == "canvas";
    reports_.add("--csv", a_.csv, [this, moodle, canvas] {
      if (!moodle && !canvas) return labs::grades_csv(chosen_);
      const auto one_each = labs::chosen(chosen_, a_.rule == "best" ? "best" : "latest");
      return moodle ? labs::moodle_csv(one_each) : labs::canvas_csv(one_each);
    });
    reports_.add("--answers", a_.answers, [this] { return labs::answers_csv(chosen_); });
    reports_.add("--junit", a_.junit, [this] { return labs::junit_xml(chosen_, left_out_); });
    reports_.add("--json", a_.json, [this] { return labs::grades_json(chosen_, left_out_); });
    reports_.add("--html", a_.html, [this] { return labs::class_page(chosen_, left_out_); });
  }

  Status prepare() {
    if (!a_.pack.empty()) {
      auto pack = labs::read_pack(a_.pack);
      if (!pack) return pack.error();
      if (pack->info.kind != labs::PackKind::kTeacher)
        return Error{"Hand-ins are graded by the teacher's pack, and this is the " +
                         std::string(labs::name_of(pack->info.kind)) + "'s.",
                     "Nothing was graded.", "Make it: `ringsidectl lab pack … --teacher --to FILE.rpack`", a_.pack};
      pack_ = std::move(*pack);
      source_ = labs::pack_source(*pack_);
    } else {
      source_ = labs::shipped_source();
    }
    if (a_.merge.empty()) return {};
    auto book = labs::Gradebook::open(a_.merge);
    if (!book) return book.error();
    book_ = std::move(*book);
    return {};
  }

  void leave_out(const std::string& file, const Error& error) {
    left_out_.push_back({error.what, "", error.remedy, error.place.empty() ? visible_line(file) : error.place});
  }

  void take(const std::string& file) {
    auto all = labs::read_hand_in(file);
    if (!all) return leave_out(file, error_at(all.error(), file));
    size_t known = 0;
    for (const labs::HandedLab& lab : all->labs) {
      auto text = source_(lab);
      if (!text) return leave_out(file, error_at(text.error(), file));
      if (!*text) continue;
      known++;
      auto graded = labs::grade_lab(*all, lab, **text, pack_ ? pack_->info.hash : "");
      if (!graded) {
        leave_out(file, error_at(graded.error(), file));
        continue;
      }
      if (pack_ && !lab.edition.empty() && lab.edition != pack_->info.hash)
        graded->flags.push_back(
            {"edition", fmt::format("The pack was edition {}, not {}.", excerpt(visible_line(lab.edition), 8),
                                    pack_->info.hash.substr(0, 8))});
      graded_.push_back(std::move(*graded));
    }
    if (known == 0) {
      const std::string key = all->labs.front().attempt.lab;
      leave_out(file,
                {"This hand-in has no lab of " + (pack_ ? "the pack `" + pack_->info.id + "`" : "Ringside's own") +
                     ": it has " + excerpt(key, 80) + (all->labs.size() > 1 ? " and others." : "."),
                 "", "Name its pack: `--pack TEACHER.rpack`", visible_line(file)});
    }
  }

  static Error error_at(Error error, const std::string& file) {
    if (error.place.empty()) error.place = visible_line(file);
    return error;
  }

  void replay() {
    std::vector<std::string> files;
    for (const labs::GradedLab& g : graded_) {
      // What was merged before was run again then.
      const auto known = book_ ? book_->has(g) : Result<bool>(false);
      if (known && !*known && (files.empty() || files.back() != g.file)) files.push_back(g.file);
    }
    for (const ReplayFlag& found : replay_all(options_, files, a_.pack, pack_ ? &*pack_ : nullptr, a_.replay_seconds))
      for (labs::GradedLab& g : graded_)
        if (g.file == found.file && (found.lab.empty() || g.key() == found.lab)) g.flags.push_back(found.flag);
  }

  Status merge() {
    if (!book_) return {};
    for (size_t i = 0; i < graded_.size();) {
      // All labs of a hand-in at once: it is in the book, or it is not.
      size_t end = i;
      while (end < graded_.size() && graded_[end].digest == graded_[i].digest) end++;
      auto added = book_->add({graded_.begin() + long(i), graded_.begin() + long(end)});
      if (!added) return added.error();
      if (!options_.quiet && !writes_to_stdout())
        print(fmt::format("{}: {}\n", visible_line(graded_[i].file), *added ? "added" : "in the gradebook already"));
      i = end;
    }
    auto all = book_->all();
    if (!all) return all.error();
    shown_ = std::move(*all);
    return {};
  }

  Status write() {
    if (Status done = reports_.write(); !done) return done;
    if (options_.json) return send(labs::grades_json(chosen_, left_out_)), Status{};
    if (writes_to_stdout()) return {};
    if (!options_.quiet || reports_.none()) show();
    return {};
  }

  bool writes_to_stdout() const { return reports_.to_stdout() || options_.json; }

  void show() const {
    for (const labs::GradedLab& g : chosen_) {
      print(fmt::format("{} {} {:>6} of {:<4}{}\n", left(g.student, 20), left(g.key(), 34), labs::number_text(g.score),
                        g.maximum, g.flags.empty() ? "" : "look at this: " + labs::flag_codes(g)));
      for (const labs::Flag& flag : g.flags) print("    " + flag.code + ": " + flag.what + "\n");
    }
    print(
        fmt::format("{} graded, {} left out\n", counted(graded_.size(), "attempt"), counted(left_out_.size(), "file")));
  }

  const Options& options_;
  const GradeArguments& a_;
  std::optional<labs::Pack> pack_;
  labs::LabSource source_;
  ReportFiles reports_;
  std::unique_ptr<labs::Gradebook> book_;
  std::vector<labs::GradedLab> graded_, shown_, chosen_;
  std::vector<Error> left_out_;
};

}  // namespace

int grade_command(const Options& options, const GradeArguments& arguments) { return Grading(options, arguments).run(); }

}  // namespace ringside::ctl
