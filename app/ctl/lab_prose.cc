// SPDX-License-Identifier: BSD-3-Clause
// A lab's Markdown in a terminal.
#include <algorithm>
#include <sstream>

#include "app/ctl/cmd_lab_text.h"
#include "app/ctl/number_format.h"

namespace ringside::ctl {
namespace {

constexpr size_t kWidest = 100;  // columns; longer lines are hard to read

// "*device owns*": a terminal has no slanted letters that one could count on.
std::string without_emphasis(std::string text) {
  for (size_t at = 0; (at = text.find('*', at)) != text.npos;) {
    const size_t end = text.find('*', at + 1);
    const bool pair = end != text.npos && end > at + 1 && text[at + 1] != ' ' && text[end - 1] != ' ';
    if (!pair) {
      at++;
      continue;
    }
    text.erase(end, 1), text.erase(at, 1);
    at = end - 1;
  }
  return text;
}

std::string bold_inked(const Terminal& terminal, const std::string& text) {
  std::string result;
  bool bold = false;
  for (size_t at = 0;;) {
    const size_t next = text.find("**", at);
    result += inked(terminal, bold ? Ink::kBold : Ink::kPlain, without_emphasis(text.substr(at, next - at)));
    if (next == text.npos) return result;
    at = next + 2, bold = !bold;
  }
}

// What of it takes room.
size_t width_of(const std::string& text) { return columns(bold_inked({}, text)); }

// Lines of at most `room` columns, broken at blanks.
std::vector<std::string> broken(const std::string& text, size_t room) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;)
    if (lines.empty() || width_of(lines.back() + " " + word) > room)
      lines.push_back(word);
    else
      lines.back() += " " + word;
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::vector<std::string> cells_of(const std::string& row) {
  std::vector<std::string> cells;
  for (size_t at = row.find('|'); at != row.npos;) {
    const size_t end = row.find('|', at + 1);
    if (end == row.npos) break;
    std::string cell = row.substr(at + 1, end - at - 1);
    cell.erase(0, cell.find_first_not_of(' '));
    cell.erase(cell.find_last_not_of(' ') + 1);
    cells.push_back(cell);
    at = end;
  }
  return cells;
}

// By the width that a cell has on the screen: bytes and marks do not count.
std::string table(const Terminal& terminal, const std::vector<std::string>& lines, size_t room) {
  constexpr size_t kGap = 2, kLeast = 12;
  std::vector<std::vector<std::string>> rows;
  std::vector<size_t> widths;
  for (const std::string& line : lines) {
    if (line.find_first_not_of("|-: ") == line.npos) continue;
    rows.push_back(cells_of(line));
    for (size_t i = 0; i < rows.back().size(); i++) {
      if (i == widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], width_of(rows.back()[i]));
    }
  }
  if (rows.empty()) return {};
  size_t all = kGap * (widths.size() - 1);
  for (const size_t width : widths) all += width;
  for (size_t& widest = *std::max_element(widths.begin(), widths.end()); all > room && widest > kLeast; all--) widest--;
  std::string text;
  for (size_t r = 0; r < rows.size(); r++) {
    std::vector<std::vector<std::string>> parts;
    size_t height = 1;
    for (size_t i = 0; i < rows[r].size(); i++)
      parts.push_back(broken(rows[r][i], widths[i])), height = std::max(height, parts.back().size());
    for (size_t y = 0; y < height; y++) {
      std::string line;
      for (size_t i = 0; i < parts.size(); i++) {
        const std::string cell = y < parts[i].size() ? parts[i][y] : "";
        line += r == 0 ? inked(terminal, Ink::kBold, bold_inked({}, cell)) : bold_inked(terminal, cell);
        if (i + 1 < parts.size()) line += std::string(widths[i] - std::min(widths[i], width_of(cell)) + kGap, ' ');
      }
      while (line.ends_with(' ')) line.pop_back();
      text += line + "\n";
    }
    if (r > 0) continue;
    for (size_t i = 0; i < all; i++) text += "─";
    text += "\n";
  }
  text.pop_back();
  return text;
}

bool stands_alone(const std::string& line) {  // a list's entry, a quotation, an empty line
  return line.empty() || line.starts_with("- ") || line.starts_with("> ") || line.starts_with("  ");
}

}  // namespace

std::string lab_prose(const Terminal& terminal, const std::string& markdown, size_t indent) {
  const size_t room = (terminal.tty ? std::min(kWidest, size_t(std::max(40, terminal.columns - 1))) : kWidest) - indent;
  std::istringstream in(markdown);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    const bool row = line.starts_with("|");
    // A paragraph's lines belong together, as in the window; what is not read at a terminal stays as it was written.
    const bool joins = terminal.tty && !row && !lines.empty() && !lines.back().empty() &&
                       !lines.back().starts_with("|") && !stands_alone(line);
    const bool quoted = terminal.tty && line.starts_with("> ") && !lines.empty() && lines.back().starts_with("> ");
    if (joins)
      lines.back() += " " + line;
    else if (quoted)
      lines.back() += line.substr(1);
    else
      lines.push_back(line);
  }
  std::string text;
  for (size_t i = 0; i < lines.size(); i++) {
    if (i > 0) text += "\n";
    if (lines[i].starts_with("|")) {
      std::vector<std::string> rows;
      for (; i < lines.size() && lines[i].starts_with("|"); i++) rows.push_back(lines[i]);
      i--;
      text += table(terminal, rows, room);
      continue;
    }
    if (!terminal.tty || width_of(lines[i]) <= room) {
      text += lines[i];
      continue;
    }
    const std::string hang = lines[i].starts_with("> ") ? "> " : lines[i].starts_with("- ") ? "  " : "";
    const std::vector<std::string> parts = broken(lines[i], room - hang.size());
    for (size_t k = 0; k < parts.size(); k++) text += (k ? "\n" + hang : "") + parts[k];
  }
  for (size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) text.insert(at + 1, indent, ' ');
  return bold_inked(terminal, text);
}

}  // namespace ringside::ctl
