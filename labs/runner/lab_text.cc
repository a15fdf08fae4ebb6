// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/lab_text.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "engine/base/read_file.h"
#include "labs/runner/lab_blocks.h"
#include "labs/runner/lab_toml.h"
#include "labs/runner/predicted.h"

namespace ringside::labs {
namespace {

constexpr int kMostVariants = 256;
constexpr std::string_view kFence = "```", kFront = "+++";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && isspace(uint8_t(text.front()))) text.remove_prefix(1);
  while (!text.empty() && isspace(uint8_t(text.back()))) text.remove_suffix(1);
  return text;
}

// Reads a lab line by line: front matter, headings, fenced blocks, and Markdown between them.
class Scanner {
 public:
  Scanner(Lab& lab, const LabText& text, int variant) : lab_(lab), variant_(variant) {
    std::istringstream in(text.text);
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
  }

  Status front_matter() {
    if (lines_.empty() || trimmed(lines_[0]) != kFront)
      return here(1, "A lab begins with its front matter.", "Expected `+++` in the first line, then TOML, then `+++`.");
    std::string body;
    for (at_ = 1; at_ < lines_.size(); at_++) {
      if (trimmed(lines_[at_]) == kFront) return at_++, take_front_matter(lab_, body, 2, variant_);
      body += lines_[at_] + "\n";
    }
    return here(1, "The front matter does not end.", "Expected a second `+++` below it.");
  }

  Status body() {
    for (; at_ < lines_.size(); at_++) {
      if (Status filled = fill(); !filled) return filled;
      const std::string& line = lines_[at_];
      Status taken;
      if (line.starts_with("<!--"))
        taken = skip_comment();
      else if (line.starts_with(kFence))
        taken = block();
      else if (line.starts_with("# "))
        taken = title();
      else if (line.starts_with("## "))
        taken = heading();
      else
        text(line);
      if (!taken) return taken;
    }
    end_text();
    if (lab_.steps.empty())
      return here(int(lines_.size()), "The lab has no step.",
                  "Expected headings such as `## Context` and `## Do: name`.");
    if (lab_.start.empty())
      return here(int(lines_.size()), "The lab has no start block, so there is no machine.",
                  "Expected: ```start, and commands below it.");
    return {};
  }

 private:
  Error here(int line, const std::string& what, const std::string& remedy) const {
    return at_line(lab_.file, line, what, remedy);
  }
  int number() const { return int(at_) + 1; }

  // {{name}} of the current line becomes the variant's value, as long as it stays within the bounds.
  Status fill() {
    Status status;
    size_t bytes = lines_[at_].size();
    if (bytes > LabBounds::kMostLineBytes)
      return here(number(), fmt::format("This line has {} bytes; {} at most.", bytes, LabBounds::kMostLineBytes),
                  "Break it into several.");
    lines_[at_] = fill_in(lines_[at_], [&](const std::string& name) {
      if (!status) return std::string();
      if (name == "seed") return std::to_string(lab_.seed);
      if (name.starts_with("answer:")) return "{{" + name + "}}";
      auto field = lab_.fields.find(name);
      if (field != lab_.fields.end()) {
        bytes += field->second.size();
        if (bytes <= LabBounds::kMostLineBytes) return field->second;
        status = here(number(),
                      fmt::format("With the values of variant {} this line has over {} bytes.", variant_ + 1,
                                  LabBounds::kMostLineBytes),
                      "Give `" + name + "` a shorter value, or use it less often.");
        return std::string();
      }
      std::string known;
      for (const auto& [one, value] : lab_.fields) known += one + ", ";
      status =
          here(number(), "No variant has a field `" + name + "`.", "Expected one of: " + known + "seed, answer:ID");
      return std::string();
    });
    lab_.bytes += lines_[at_].size() + 1;
    if (status && lab_.bytes > LabBounds::kMostFilledBytes)
      return here(number(),
                  fmt::format("Up to here, the lab has over {} bytes with the values of variant {}.",
                              LabBounds::kMostFilledBytes, variant_ + 1),
                  "Give the variant's fields shorter values, or use them less often.");
    return status;
  }

  Status skip_comment() {
    const int began = number();
    end_text();
    for (; at_ < lines_.size(); at_++)
      if (lines_[at_].find("-->") != std::string::npos) return {};
    return here(began, "This comment does not end.", "Expected `-->` below it.");
  }

  Status block() {
    end_text();
    const std::vector<std::string> words = words_of(lines_[at_].substr(kFence.size()));
    Block block{"", {}, "", number()};
    if (words.empty())
      return here(block.line, "This block has no kind.", "Expected: ```KIND ID, such as ```predict p1");
    block.kind = words[0];
    block.words.assign(words.begin() + 1, words.end());
    for (at_++; at_ < lines_.size(); at_++) {
      if (trimmed(lines_[at_]) == kFence) return take_block(lab_, step(), block);
      if (Status filled = fill(); !filled) return filled;
      block.body += lines_[at_] + "\n";
    }
    return here(block.line, "The block `" + block.kind + "` does not end.", "Expected a line ``` below it.");
  }

  Status title() {
    end_text();
    const std::string given(trimmed(std::string_view(lines_[at_]).substr(2)));
    if (given != lab_.title)
      return here(number(), "The heading is not the lab's title.", "Expected: `# " + lab_.title + "`");
    return {};
  }

  Status heading() {
    end_text();
    std::string_view words = trimmed(std::string_view(lines_[at_]).substr(3));
    // `## Do: prices (kvm)`: a step that not every machine can do.
    constexpr std::string_view kKvm = "(kvm)";
    const bool kvm = words.ends_with(kKvm);
    if (kvm) words = trimmed(words.substr(0, words.size() - kKvm.size()));
    const size_t colon = words.find(':');
    Step step{std::string(trimmed(words.substr(0, colon))),
              colon == words.npos ? "" : std::string(trimmed(words.substr(colon + 1))),
              {},
              number()};
    if (kvm) step.needs = "kvm";
    for (const char* kind : {"Context", "Predict", "Do", "Observe", "Explain", "Transfer", "Checks"})
      if (step.kind == kind) return lab_.steps.push_back(step), Status{};
    return here(number(), "`" + step.kind + "` names no step.",
                "Expected one of: Context, Predict, Do, Observe, Explain, Transfer, Checks; then `: name`");
  }

  void text(const std::string& line) {
    if (text_.text.empty() && trimmed(line).empty()) return;
    if (text_.text.empty()) text_.number = number();
    text_.text += line + "\n";
  }

  void end_text() {
    const std::string whole(trimmed(text_.text));
    if (!whole.empty() && step()) {
      step()->items.push_back({ItemKind::kText, lab_.texts.size()});
      lab_.texts.push_back({text_.number, whole});
    }
    text_ = {};
  }

  Step* step() { return lab_.steps.empty() ? nullptr : &lab_.steps.back(); }

  Lab& lab_;
  const int variant_;
  std::vector<std::string> lines_;
  size_t at_ = 0;
  Line text_;
};

// What is longer than any lab is not looked at any closer.
Status within_bounds(const LabText& text) {
  if (text.text.size() > LabBounds::kMostTextBytes)
    return Error{fmt::format("This lab has {} bytes; {} at most.", text.text.size(), LabBounds::kMostTextBytes),
                 "Nothing was started.", "Is it the file that you meant?", text.file};
  return {};
}

}  // namespace

Result<LabText> read_lab(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return Error{"There is no such lab.", "", "The list: `ringsidectl lab list`", path};
  auto text = read_file(path);
  if (!text) return text.error();
  LabText lab{path, std::move(*text), "", std::filesystem::absolute(path, error).parent_path().string()};
  lab.hash = fmt::format("{:016x}", hash_of(lab.text));
  return lab;
}

Result<int> count_variants(const LabText& text) {
  if (Status fine = within_bounds(text); !fine) return fine.error();
  Lab lab;
  lab.file = text.file;
  if (Status read = Scanner(lab, text, 0).front_matter(); !read) return read.error();
  if (lab.variants > kMostVariants)
    return Error{fmt::format("This lab has {} variants; {} at most.", lab.variants, kMostVariants),
                 "Nothing was started.", "", text.file};
  return lab.variants;
}

Result<Lab> parse_lab(const LabText& text, int variant, uint64_t seed) {
  if (Status fine = within_bounds(text); !fine) return fine.error();
  Lab lab;
  lab.file = text.file, lab.hash = text.hash, lab.variant = variant, lab.seed = seed, lab.reduced = text.reduced;
  Scanner scanner(lab, text, variant);
  if (Status read = scanner.front_matter(); !read) return read.error();
  if (Status read = scanner.body(); !read) return read.error();
  if (Status linked = link_curves(lab); !linked) return linked.error();
  return lab;
}

uint64_t hash_of(std::string_view text) {
  uint64_t h = 0xcbf29ce484222325;
  for (unsigned char c : text) h = (h ^ c) * 0x100000001b3;
  h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9;
  h = (h ^ h >> 27) * 0x94d049bb133111eb;
  return h ^ h >> 31;
}

Draw draw(const std::string& lab, const std::string& student, int variants) {
  const uint64_t h = hash_of(lab + "\n" + student);
  return {int(h % uint64_t(std::max(1, variants))), 1 + (h >> 20) % 999'999};
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  bool quoted = false, open = false;
  for (char c : line) {
    if (c == '"')
      quoted = !quoted, open || (words.emplace_back(), open = true);
    else if (!quoted && isspace(uint8_t(c)))
      open = false;
    else {
      if (!open) words.emplace_back(), open = true;
      words.back() += c;
    }
  }
  return words;
}

}  // namespace ringside::labs
