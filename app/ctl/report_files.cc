// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/report_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/ctl/terminal.h"
#include "engine/base/new_file.h"
#include "engine/base/visible.h"
#include "labs/handin/hand_in.h"

namespace ringside::ctl {
namespace {

constexpr const char* kUnchanged = "Nothing was graded or written.";

// A hand-in, a pack, a gradebook and a student's answers all begin so: a text never does.
bool is_database(const std::string& path) {
  char begin[15] = "";
  const int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  const bool whole = fd >= 0 && pread(fd, begin, sizeof begin, 0) == ssize_t(sizeof begin);
  if (fd >= 0) close(fd);
  return whole && std::memcmp(begin, "SQLite format 3", sizeof begin) == 0;
}

std::string another(const std::string& option) { return "Name another file, or standard output: `" + option + " -`"; }

Error refused(const std::string& option, const std::string& to, const std::string& why) {
  return {option + " would go to " + why + ".", kUnchanged, another(option), visible_line(to)};
}

Status no_database(const std::string& option, const std::string& path) {
  if (!is_database(path)) return {};
  return refused(option, path, "a database, such as a hand-in, a pack or a gradebook");
}

Error not_written(const std::string& to, int why) {
  return {std::string("This cannot be written: ") + std::strerror(why) + ".", "Other files may have been.",
          "Look at the place, or name another one.", visible_line(to), true};
}

Status write_to(int fd, const std::string& to, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t n = write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return not_written(to, errno);
    done += size_t(n);
  }
  return {};
}

}  // namespace

ReportFiles::~ReportFiles() {
  for (const Report& report : reports_)
    if (report.fd >= 0) close(report.fd);
}

void ReportFiles::keep(const std::string& path, const std::string& what) {
  kept_.push_back({FilePlace::of(path), what});
}

void ReportFiles::add(const std::string& option, const std::string& to, std::function<std::string()> text) {
  if (to.empty()) return;
  Report& report = reports_.emplace_back();
  report.option = option, report.to = to, report.text = std::move(text);
  report.on_stdout = to == "-" || to == "/dev/stdout";
  on_stdout_ += report.on_stdout;
  report.place = report.on_stdout ? FilePlace{} : FilePlace::of(to);
}

Status ReportFiles::look_at(Report& report) {
  for (const Kept& kept : kept_)
    if (kept.place.is(report.place)) return refused(report.option, report.to, kept.what);
  struct stat info {};
  const bool there = stat(report.to.c_str(), &info) == 0;
  // As other tools do, such as `sort -o`: what is no file has no content that could be lost.
  if (there && (S_ISCHR(info.st_mode) || S_ISFIFO(info.st_mode))) {
    report.fd = ::open(report.to.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (report.fd < 0 && errno == ENXIO) return refused(report.option, report.to, "a pipe that nobody reads");
    if (report.fd < 0) return not_written(report.to, errno);
    fcntl(report.fd, F_SETFL, 0);
    if (S_ISCHR(info.st_mode)) report.place = {};  // two may go to /dev/null
    return {};
  }
  const std::string ending = std::filesystem::path(report.to).extension().string();
  if (ending == labs::kHandInEnding || ending == ".rpack")  // swallowed of a list of them: --csv *.rsub
    return refused(report.option, report.to, "what is called as a hand-in or a pack is");
  return NewFile::possible(report.to, {kUnchanged, another(report.option)},
                           [&](const std::string& path) { return no_database(report.option, path); });
}

Status ReportFiles::open() {
  for (Report& report : reports_)
    if (!report.on_stdout)
      if (Status fine = look_at(report); !fine) return fine;
  const Report* on_stdout = nullptr;
  for (size_t i = 0; i < reports_.size(); i++) {
    const Report& report = reports_[i];
    for (size_t k = 0; k < i; k++)
      if (reports_[k].place.is(report.place))
        return refused(report.option, report.to, "the same file as " + reports_[k].option);
    if (report.on_stdout && on_stdout)
      return refused(report.option, report.to, "standard output, and " + on_stdout->option + " does already");
    if (report.on_stdout) on_stdout = &report;
  }
  return {};
}

Status ReportFiles::write() {
  std::vector<NewFile> fresh;
  for (const Report& report : reports_) {
    if (report.fd >= 0 || report.on_stdout) continue;
    auto file = NewFile::beside(report.to, {"No report was written.", another(report.option)},
                                [&](const std::string& path) { return no_database(report.option, path); });
    Status done = file ? file->write(report.text()) : file.error();
    if (!done) return done;
    fresh.push_back(std::move(*file));
  }
  for (const Report& report : reports_) {
    if (report.on_stdout) send(report.text());
    if (report.fd < 0) continue;
    if (Status done = write_to(report.fd, report.to, report.text()); !done) return done;
  }
  for (NewFile& file : fresh)
    if (Status done = file.take_place(); !done) {
      Error error = done.error();
      error.unchanged = "Other reports may have been written.";
      return error;
    }
  return {};
}

}  // namespace ringside::ctl
