// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/lint_places.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "engine/base/assets.h"
#include "engine/base/nearest.h"
#include "labs/runner/lab_text.h"

namespace ringside::labs {
namespace {

bool upper(char c) { return std::isupper(static_cast<unsigned char>(c)); }
bool lower(char c) { return std::islower(static_cast<unsigned char>(c)); }

// The panels, by the help that each of them has: "Topology", "Cycles per packet".
const std::vector<std::string>& window_places() {
  static const std::vector<std::string> panels = [] {
    std::vector<std::string> names;
    std::istringstream in(read_asset("help/panels.md"));
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("### ")) names.push_back(line.substr(4));
    return names;
  }();
  return panels;
}

// What `lab run` prints below a step.
const std::vector<std::string>& terminal_places() {
  static const std::vector<std::string> places = {"Rings", "Steps", "Counters"};
  return places;
}

// What stands on the Lab panel's buttons and lines.
const std::vector<std::string>& buttons() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> words;
    std::istringstream in(read_asset("help/lab.md"));
    for (std::string line; std::getline(in, line);) {
      const size_t key = line.find("| "), bar = line.find(" | ", key + 2), end = line.rfind(" |");
      if (key == 0 && bar != line.npos && end > bar + 3) words.push_back(line.substr(bar + 3, end - bar - 3));
    }
    return words;
  }();
  return all;
}

bool has(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string listed(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

std::string link_name(std::string panel) {
  if (!panel.empty()) panel[0] = char(std::tolower(static_cast<unsigned char>(panel[0])));
  return panel;
}

// "web" of "web.nic0.rx" is one that some line of the lab adds.
bool some_line_adds(const Lab& lab, const std::string& thing) {
  std::vector<Line> lines = lab.start;
  for (const DoBlock& block : lab.blocks) {
    lines.insert(lines.end(), block.commands.begin(), block.commands.end());
    if (block.measure)
      for (const Setting& setting : block.measure->settings)
        lines.insert(lines.end(), setting.lines.begin(), setting.lines.end());
  }
  for (const Line& line : lines)
    for (const std::string& word : words_of(line.text))
      if (word.starts_with("name=") && word.size() > 5 && thing.starts_with(word.substr(5))) return true;
  return false;
}

// One word, what it is in, and its neighbours, without punctuation.
struct Word {
  std::string text;
  bool italic = false;
};

// `*Rings*` and `*Reset lab*` are one each; **bold** is left as words.
std::vector<Word> split(const std::string& text) {
  std::vector<Word> words;
  std::string open;
  const auto close = [&](bool italic) {
    while (!open.empty() && std::string_view(".,;:?!\"'()").find(open.back()) != std::string_view::npos)
      open.pop_back();
    while (!open.empty() && std::string_view("\"'(").find(open.front()) != std::string_view::npos) open.erase(0, 1);
    if (!open.empty()) words.push_back({open, italic});
    open.clear();
  };
  for (size_t i = 0; i < text.size(); i++) {
    if (text.compare(i, 2, "**") == 0) {
      close(false), i++;
    } else if (text[i] == '*') {
      const size_t end = text.find('*', i + 1);
      close(false);
      if (end == text.npos) continue;
      open = text.substr(i + 1, end - i - 1), close(true), i = end;
    } else if (std::isspace(static_cast<unsigned char>(text[i]))) {
      close(false);
    } else {
      open += text[i];
    }
  }
  close(false);
  return words;
}

// A name as places have one: "Topology", and no "RDH", no "E1000", no "rows".
bool may_be_a_place(const std::string& word) {
  return word.size() >= 4 && upper(word[0]) &&
         std::all_of(word.begin() + 1, word.end(), [](char c) { return lower(c) || c == ' '; });
}

// One slip away from a panel's name, inside the word: "Topolgy", and neither "Machines" nor "Register".
std::string misspelt(const std::string& word) {
  if (word.size() < 7) return {};
  for (const std::string& place : window_places()) {
    if (word == place || word[0] != place[0] || word.back() != place.back()) continue;
    const size_t longer = std::max(word.size(), place.size()), shorter = std::min(word.size(), place.size());
    size_t front = 0, back = 0;
    while (front < shorter && word[front] == place[front]) front++;
    while (back < shorter - front && word[word.size() - 1 - back] == place[place.size() - 1 - back]) back++;
    const size_t left = longer - front - back;
    const bool swapped =
        word.size() == place.size() && left == 2 && word[front] == place[front + 1] && word[front + 1] == place[front];
    if (longer - shorter <= 1 && (left <= 1 || swapped)) return place;
  }
  return {};
}

// Where a place must follow, one that sounds like it. "In Ringside" is as near to "Rings" as a finger slips, and
// longer.
std::string nearly(const std::string& word, const std::vector<std::string>& places) {
  const std::string near = nearest(word, places);
  const size_t longer = std::max(word.size(), near.size()), shorter = std::min(word.size(), near.size());
  return longer - shorter <= 1 ? near : "";
}

}  // namespace

std::string wrong_link(const Lab& lab, const std::string& link) {
  if (link.empty()) return {};
  if (link.starts_with("lab/do/"))
    return lab.block(link.substr(7)) ? "" : "leads nowhere: there is no do-block `" + link.substr(7) + "`";
  const size_t slash = link.find('/');
  const std::string panel = link.substr(0, slash), thing = slash == link.npos ? "" : link.substr(slash + 1);
  std::vector<std::string> links;
  for (const std::string& place : window_places()) links.push_back(link_name(place));
  if (links.empty()) return {};  // without its assets the program says so elsewhere
  if (!has(links, panel)) return "leads nowhere; expected lab/do/BLOCK, or one of: " + listed(links);
  if (!thing.empty() && !some_line_adds(lab, thing))
    return "leads nowhere: no line of the lab adds `" + thing.substr(0, thing.find('.')) + "`";
  return {};
}

std::vector<std::string> wrong_places(Program program, const std::string& text) {
  static const std::vector<std::string> before = {"in", "In", "below", "Below", "at", "see", "See", "open", "Open"};
  static const std::vector<std::string> behind = {"says", "shows", "lists", "panel"};
  const bool window = program == Program::kWindow;
  const std::vector<std::string>& own = window ? window_places() : terminal_places();
  const std::vector<std::string>& others = window ? terminal_places() : window_places();
  const char* name = window ? "the window" : "the terminal";
  std::vector<std::string> wrong;
  const auto say = [&](const std::string& what) {
    if (!has(wrong, what)) wrong.push_back(what);
  };
  const std::vector<Word> words = split(text);
  for (size_t i = 0; i < words.size(); i++) {
    const std::string& word = words[i].text;
    const std::string last = i > 0 ? words[i - 1].text : "", next = i + 1 < words.size() ? words[i + 1].text : "";
    if (window && words[i].italic && (last == "Press" || last == "press") && !has(buttons(), word)) {
      if (const std::string near = nearest(word, buttons()); !near.empty())
        say("says to press *" + word + "*, which the window has not; nearest: *" + near + "*");
      continue;
    }
    if (!may_be_a_place(word) || has(own, word)) continue;
    const bool numbered = !next.empty() && std::isdigit(static_cast<unsigned char>(next[0]));
    const bool place = (has(before, last) && !numbered) || has(behind, next);
    if (place && has(others, word))
      say("sends one to " + word + ", which " + name + " has not; expected {window:…}{terminal:…}");
    else if (const std::string near = place ? nearly(word, own) : window ? misspelt(word) : ""; !near.empty())
      say("names the place " + word + ", which " + name + " has not; nearest: " + near);
  }
  return wrong;
}

}  // namespace ringside::labs
