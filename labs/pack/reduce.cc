// SPDX-License-Identifier: BSD-3-Clause
#include "labs/pack/reduce.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "labs/runner/lab_toml.h"
#include "labs/runner/records.h"
#include "labs/runner/verbs.h"

namespace ringside::labs {
namespace {

constexpr const char* kLevels[] = {"nudge", "concept", "step", "worked"};
constexpr std::string_view kRemoved = "<!-- -->";  // ends a text, as the block did that stood there

bool is_fence(const std::string& line, std::string_view fence) {
  const size_t begin = line.find_first_not_of(" \t\r");
  return begin != line.npos && line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin) == fence;
}

std::string toml_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (uint8_t(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04x}", uint8_t(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string key_text(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(),
                                                [](char c) { return isalnum(uint8_t(c)) || c == '_' || c == '-'; });
  return bare ? std::string(key) : toml_text(std::string(key));
}

// A value as TOML on one line.
std::string value_of(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return toml_text(*text);
  std::string out;
  if (const toml::array* array = node.as_array()) {
    for (const toml::node& one : *array) out += (out.empty() ? "" : ", ") + value_of(one);
    return "[" + out + "]";
  }
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table)
      out += (out.empty() ? " " : ", ") + key_text(key.str()) + " = " + value_of(value);
    return out.empty() ? "{}" : "{" + out + " }";
  }
  std::ostringstream date;
  if (node.is_date()) date << *node.as_date();
  if (node.is_time()) date << *node.as_time();
  if (node.is_date_time()) date << *node.as_date_time();
  return date.str().empty() ? scalar_text(node) : date.str();
}

// A line of its own can hold it, and nothing else is made of that line.
bool is_probe(const std::string& name) {
  return !name.empty() && name[0] != '#' && name[0] != '`' && name[0] != ' ' && name.back() != ' ' &&
         std::none_of(name.begin(), name.end(), [](char c) { return uint8_t(c) < 0x20; });
}

// {{…}} may stand where TOML wants a number: while a block is read, each is one, of 15 digits.
class Masked {
 public:
  explicit Masked(const std::string& text) {
    for (uint64_t prefix = 735'194'607; prefix < 735'194'647 && prefix_.empty(); prefix++)
      if (text.find(std::to_string(prefix)) == text.npos) prefix_ = std::to_string(prefix);
    text_ = fill_in(text, [&](const std::string& name) {
      names_.push_back("{{" + name + "}}");
      return fmt::format("{}{:06}", prefix_, names_.size() - 1);
    });
  }
  bool ok() const { return !prefix_.empty() && names_.size() < 1'000'000; }
  const std::string& text() const { return text_; }
  std::string restored(const std::string& text) const {
    std::string out;
    size_t from = 0;
    for (size_t at = text.find(prefix_); at != text.npos && ok(); at = text.find(prefix_, from)) {
      const size_t index = size_t(std::atoi(text.substr(at + prefix_.size(), 6).c_str()));
      out.append(text, from, at - from).append(index < names_.size() ? names_[index] : "");
      from = std::min(text.size(), at + prefix_.size() + 6);
    }
    return out.append(text, from);
  }

 private:
  std::string prefix_, text_;
  std::vector<std::string> names_;
};

struct Fenced {
  size_t begin = 0, end = 0;  // the lines of its two fences
  std::string kind, id, body;
};

class Reducer {
 public:
  Reducer(const LabText& text, const Release& release) : file_(text.file), release_(release) {
    std::istringstream in(text.text);
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
  }

  Result<std::string> reduced() {
    if (lines_.empty() || !is_fence(lines_[0], "+++")) return broken(0, "A lab begins with its front matter.");
    for (front_end_ = 1; front_end_ < lines_.size() && !is_fence(lines_[front_end_], "+++");) front_end_++;
    if (front_end_ >= lines_.size()) return broken(0, "The front matter does not end.");
    if (Status found = find_blocks(); !found) return found.error();
    for (const Fenced& block : blocks_)
      if (Status seen = see_hidden(block); !seen) return seen.error();
    for (const Fenced& block : blocks_)
      if (Status done = reduce_block(block); !done) return done.error();
    if (!watched_.empty()) {
      lines_.push_back("```watch");
      lines_.insert(lines_.end(), watched_.begin(), watched_.end());
      lines_.push_back("```");
    }
    if (Status done = reduce_front(); !done) return done.error();
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

 private:
  Error broken(size_t line, const std::string& what) const {
    return at_line(file_, int(line) + 1, what, "Look at it: `ringsidectl lab lint " + file_ + "`");
  }

  // As the parser finds them; comments are removed on the way.
  Status find_blocks() {
    for (size_t at = front_end_ + 1; at < lines_.size(); at++) {
      if (lines_[at].starts_with("<!--")) {
        const size_t begin = at;
        while (at < lines_.size() && lines_[at].find("-->") == std::string::npos) at++;
        if (at == lines_.size()) return broken(begin, "This comment does not end.");
        remove(begin, at);
      } else if (const size_t begin = lines_[at].find("<!--"); begin != std::string::npos && lines_[at][0] != '`') {
        const size_t end = lines_[at].find("-->", begin);
        if (end == std::string::npos) return broken(at, "This comment does not end in its line.");
        lines_[at--].erase(begin, end + 3 - begin);  // there may be another one
      } else if (lines_[at].starts_with("```")) {
        Fenced block{at, at, "", "", ""};
        const auto words = words_of(lines_[at].substr(3));
        if (!words.empty()) block.kind = words[0];
        if (words.size() > 1) block.id = words[1];
        for (at++; at < lines_.size() && !is_fence(lines_[at], "```"); at++) block.body += lines_[at] + "\n";
        if (at == lines_.size()) return broken(block.begin, "The block `" + block.kind + "` does not end.");
        block.end = at;
        blocks_.push_back(std::move(block));
      }
    }
    return {};
  }

  void remove(size_t begin, size_t end) {
    for (size_t i = begin; i <= end; i++) lines_[i] = i == begin ? kRemoved : "";
  }

  Result<toml::table> table_of(const Fenced& block, const Masked& masked) const {
    if (!masked.ok()) return broken(block.begin, "This block has too many numbers in it.");
    return parse_toml({file_, int(block.begin) + 2, block.kind + " " + block.id}, masked.text());
  }

  // Which checks are hidden, and what they look at.
  Status see_hidden(const Fenced& block) {
    if (block.kind != "check") return {};
    const Masked masked(block.body);
    auto table = table_of(block, masked);
    if (!table) return table.error();
    if (!(*table)["hidden"].value_or(false)) return {};
    hidden_.insert(block.id);
    watch(*table, masked);
    if (const toml::array* needs = (*table)["needs"].as_array())
      for (const toml::node& need : *needs)
        if (need.is_table()) watch(*need.as_table(), masked);
    return {};
  }

  void watch(const toml::table& condition, const Masked& masked) {
    const auto text = [&](const char* key) {
      const toml::node* node = condition.get(key);
      return node ? masked.restored(scalar_text(*node)) : "";
    };
    Condition c;
    c.verb = text("verb"), c.of = text("of"), c.to = text("to");
    if (c.verb == "path_is") c.of = kPacketPath;
    if (const toml::array* among = condition["among"].as_array())
      for (const toml::node& one : *among) c.among.push_back(masked.restored(scalar_text(one)));
    for (const std::string& name : names_in(c))
      if (is_probe(name) && known_.insert(name).second) watched_.push_back(name);
  }

  Status reduce_block(const Fenced& block) {
    const std::string& kind = block.kind;
    if (kind == "solution" || kind == "wrong" || kind == "teacher" ||
        ((kind == "check" || kind == "hints") && hidden_.count(block.id)))
      return remove(block.begin, block.end), Status{};
    if (kind == "start" || kind == "do" || kind == "watch") return drop_line_comments(block), Status{};
    const Masked masked(block.body);
    auto table = table_of(block, masked);
    if (!table) return table.error();
    bool changed = block.body.find('#') != std::string::npos;  // a comment, perhaps
    const auto drop = [&](toml::table& from, const char* key) { changed |= from.erase(key) > 0; };
    if (kind == "predict" && hidden_.count((*table)["seen"].value_or(std::string())))
      drop(*table, "seen"), drop(*table, "right");
    if (kind == "hints") {
      for (int level = release_.hints; level < 4; level++) drop(*table, kLevels[level]);
      if (table->empty()) return remove(block.begin, block.end), Status{};
    }
    if (release_.graded && kind == "misconception") drop(*table, "truth");
    if (release_.graded && (kind == "observe" || kind == "explain")) {
      for (const char* key : {"right", "model", "mark"}) drop(*table, key);
      // An option without a reply, or without a belief, would be the right one.
      for (const char* key : {"option", "options"})
        if (toml::array* options = (*table)[key].as_array())
          for (toml::node& one : *options)
            if (one.is_table())
              for (const char* part : {"reply", "holds"}) drop(*one.as_table(), part);
    }
    if (changed) put(block.begin + 1, block.end, *table, masked);
    return {};
  }

  // Of lines that are commands: from a `#` that begins a word, as the engine reads them.
  void drop_line_comments(const Fenced& block) {
    for (size_t at = block.begin + 1; at < block.end; at++) {
      char quote = 0;
      bool in_word = false;
      for (size_t i = 0; i < lines_[at].size(); i++) {
        const char c = lines_[at][i];
        if (c == '#' && !in_word && !quote) {
          lines_[at].erase(i);
          break;
        }
        if (quote ? c == quote : c == '"' || c == '\'') quote = quote ? 0 : c;
        in_word = quote || (c != ' ' && c != '\t');
      }
    }
  }

  // The table in lines `begin` to before `end`, a key a line: there were at least as many.
  void put(size_t begin, size_t end, const toml::table& table, const Masked& masked) {
    size_t at = begin;
    for (const auto& [key, value] : table)
      if (at < end) lines_[at++] = masked.restored(key_text(key.str()) + " = " + value_of(value));
    for (; at < end; at++) lines_[at].clear();
  }

  Status reduce_front() {
    std::string body, shown;
    for (size_t i = 1; i < front_end_; i++) body += lines_[i] + "\n";
    for (size_t i = front_end_ + 1; i < lines_.size(); i++) shown += lines_[i] + "\n";
    std::set<std::string> used;
    fill_in(shown, [&](const std::string& name) { return used.insert(name), std::string(); });
    auto table = parse_toml({file_, 2, "The front matter"}, body);
    if (!table) return table.error();
    if (toml::array* rows = (*table)["variant"].as_array())
      for (toml::node& row : *rows) {
        std::vector<std::string> unused;
        if (row.is_table())
          for (const auto& [field, value] : *row.as_table())
            if (!used.count(std::string(field.str()))) unused.emplace_back(field.str());
        for (const std::string& field : unused) row.as_table()->erase(field);
      }
    put(1, front_end_, *table, Masked(""));
    return {};
  }

  const std::string file_;
  const Release release_;
  std::vector<std::string> lines_;
  size_t front_end_ = 0;
  std::vector<Fenced> blocks_;
  std::set<std::string> hidden_;
  std::vector<std::string> watched_;
  std::set<std::string> known_;  // the same
};

}  // namespace

int hint_level_of(const std::string& name) {
  if (name == "none") return 0;
  for (int level = 0; level < 4; level++)
    if (name == kLevels[level]) return level + 1;
  return -1;
}

std::string hint_level_name(int level) { return level <= 0 ? "none" : kLevels[std::min(level, 4) - 1]; }

Result<std::string> reduce_lab(const LabText& text, const Release& release) { return Reducer(text, release).reduced(); }

}  // namespace ringside::labs
