// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/new_lab.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "engine/base/assets.h"
#include "engine/base/visible.h"
#include "labs/runner/catalog.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

constexpr const char* kTemplate = "lab/new_lab.md";
constexpr const char* kNothing = "Nothing was written.";
constexpr size_t kLongestName = 48;
constexpr int kMostNumber = 999;  // three digits, so that a list of folders is in order

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Small letters and digits in words that hyphens join: it is an id, a folder and a part of other names.
bool good_name(const std::string& name) {
  if (name.empty() || name.size() > kLongestName || !is_small(name[0]) || name.back() == '-') return false;
  for (size_t i = 0; i < name.size(); i++)
    if (!is_small(name[i]) && !is_digit(name[i]) && (name[i] != '-' || name[i - 1] == '-')) return false;
  return true;
}

// The nearest name that can be had, or the example.
std::string nearest_name(const std::string& name) {
  std::string good;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    if (is_small(c) || (is_digit(c) && !good.empty()))
      good += c;
    else if (!good.empty() && good.back() != '-')
      good += '-';
  }
  good.resize(std::min(good.size(), kLongestName));
  while (!good.empty() && good.back() == '-') good.pop_back();
  return good.empty() ? "what-a-sleep-costs" : good;
}

void replace_all(std::string& text, const std::string& mark, const std::string& by) {
  for (size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + by.size()))
    text.replace(at, mark.size(), by);
}

Error of_system(const std::string& what, const std::string& place) {
  return {what + ": " + std::strerror(errno) + ".", kNothing, "Name another folder: `--in FOLDER`", place, true};
}

// What stands in the folder: the number of each lab, and which has the name already.
struct Standing {
  int highest = 0;
  std::string same_name, same_number;
};

Result<Standing> look_around(const NewLab& wanted, const std::string& ending) {
  Standing standing;
  std::error_code error;
  fs::directory_iterator entries(wanted.folder, error);
  if (error)
    return Error{"This folder cannot be read: " + error.message() + ".", kNothing,
                 "Make it, or name another one: `--in FOLDER`", wanted.folder};
  for (const auto& entry : entries) {
    const std::string folder = entry.path().filename().string();
    const size_t digits = std::min(folder.find_first_not_of("0123456789"), folder.size());
    if (digits == 0 || digits > 3 || digits == folder.size() || folder[digits] != '_') continue;
    const int number = std::atoi(folder.substr(0, digits).c_str());
    standing.highest = std::max(standing.highest, number);
    if (folder.substr(digits) == ending) standing.same_name = folder;
    if (number == wanted.number) standing.same_number = folder;
  }
  return standing;
}

Status write_new(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return of_system("The lab cannot be written", path);
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    done += size_t(n);
  }
  const Status written = done == text.size() ? Status{} : Status{of_system("The lab cannot be written", path)};
  const bool closed = close(fd) == 0;
  if (written && closed) return {};
  const Status failed = written ? Status{of_system("The lab cannot be written", path)} : written;
  unlink(path.c_str());
  return failed;
}

}  // namespace

Result<std::string> make_new_lab(const NewLab& wanted) {
  const std::string& name = wanted.name;
  if (!good_name(name))
    return Error{"This is no name of a lab: small letters, digits, and hyphens between words, " +
                     std::to_string(kLongestName) + " at most, a letter first.",
                 kNothing, "Like this: `ringsidectl lab new " + nearest_name(name) + "`", excerpt(visible_line(name))};
  if (wanted.number < 0 || wanted.number > kMostNumber)
    return Error{fmt::format("A lab has no number {}.", wanted.number), kNothing,
                 fmt::format("Expected 1 to {}.", kMostNumber), ""};
  // Answers are kept under a lab's id: two labs that are called alike would share them.
  if (auto shipped = find_shipped(name); shipped && *shipped)
    return Error{"A lab that comes with Ringside is called so.", kNothing,
                 "Take another name: `ringsidectl lab new my-" + name + "`", name};
  std::string ending = "_" + name;
  std::replace(ending.begin(), ending.end(), '-', '_');
  auto around = look_around(wanted, ending);
  if (!around) return around.error();
  if (!around->same_name.empty() || !around->same_number.empty()) {
    const bool named = !around->same_name.empty();
    return Error{named ? "There is a lab of this name here already." : "There is a lab of this number here already.",
                 "It is as it was.", named ? "Take another name." : "Take another number, or none: the next free one.",
                 (fs::path(wanted.folder) / (named ? around->same_name : around->same_number)).string()};
  }
  const int number = wanted.number ? wanted.number : around->highest + 1;
  if (number > kMostNumber)
    return Error{fmt::format("The labs here go up to number {}.", around->highest), kNothing,
                 "Give a free one: `--number N`", wanted.folder};
  std::string text = read_asset(kTemplate);
  if (text.empty())
    return Error{"The text that a new lab begins with is missing.", kNothing,
                 "Ringside's assets lie beside the program, or where RINGSIDE_ASSETS says.", asset_path(kTemplate),
                 true};
  std::string title = name;
  std::replace(title.begin(), title.end(), '-', ' ');
  title[0] = char(title[0] - 'a' + 'A');
  replace_all(text, "@ID@", name), replace_all(text, "@TITLE@", title);

  const fs::path folder = fs::path(wanted.folder) / (fmt::format("{:03}", number) + ending);
  if (mkdir(folder.c_str(), 0777) != 0) return of_system("The lab's folder cannot be made", folder.string());
  const std::string file = (folder / "lab.md").string();
  if (Status written = write_new(file, text); !written) return rmdir(folder.c_str()), written.error();
  return file;
}

}  // namespace ringside::labs
