// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/lab_compiler.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "engine/base/new_file.h"
#include "engine/base/visible.h"
#include "labs/runner/distrust.h"
#include "labs/runner/lab_toml.h"
#include "labs/runner/store_open.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

// What a lab of that number belongs to: "Rings and exits"; "" = nothing.
std::string block_of(int number) {
  auto text = read_labs_file("exercises/blocks.toml");
  if (!text) return {};
  auto table = parse_toml({labs_path("exercises/blocks.toml"), 1, "The list of blocks"}, *text);
  if (!table) return {};
  const toml::array* blocks = (*table)["block"].as_array();
  for (size_t i = 0; blocks && i < blocks->size(); i++) {
    const toml::table* one = blocks->get(i)->as_table();
    if (!one) continue;
    const int64_t first = (*one)["labs"][0].value_or(int64_t{0}), last = (*one)["labs"][1].value_or(int64_t{-1});
    if (number >= first && number <= last) return (*one)["name"].value_or(std::string());
  }
  return {};
}

const char* name_of(Band band) {
  return band == Band::kEnvironment ? "environment"
         : band == Band::kTopology  ? "topology"
         : band == Band::kTraffic   ? "traffic"
                                    : "claim";
}

// Inserts one row; each argument becomes a column, in order.
template <class... Columns>
void insert(SQLite::Database& db, const char* table, const Columns&... columns) {
  std::string marks;
  for (size_t i = 0; i < sizeof...(columns); i++) marks += i ? ", ?" : "?";
  SQLite::Statement statement(db, std::string("INSERT INTO ") + table + " VALUES (" + marks + ")");
  int at = 0;
  (statement.bind(++at, columns), ...);
  statement.exec();
}

void insert_items(SQLite::Database& db, const Lab& lab, int variant) {
  int position = 0;
  for (const Step& step : lab.steps)
    for (const Item& item : step.items) {
      const char* kind = item.kind == ItemKind::kText ? "text" : item.kind == ItemKind::kQuestion ? "question" : "do";
      std::string id, content;
      int line = 0;
      if (item.kind == ItemKind::kText) content = lab.texts[item.index].text, line = lab.texts[item.index].number;
      if (item.kind == ItemKind::kQuestion)
        id = lab.questions[item.index].id, content = lab.questions[item.index].ask,
        line = lab.questions[item.index].line;
      if (item.kind == ItemKind::kDo) {
        const DoBlock& block = lab.blocks[item.index];
        id = block.id, line = block.line;
        for (const Line& command : block.commands) content += command.text + "\n";
      }
      insert(db, "item", lab.id, variant, ++position, step.kind, step.name, kind, id, content, line);
    }
}

// What it compares with, of any verb.
std::string wanted_by(const Condition& c) {
  std::string text = c.value.empty() ? c.reason : c.value;
  for (const auto* names : {&c.path, &c.at})
    for (const std::string& name : *names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void insert_variant(SQLite::Database& db, const Lab& lab) {
  const int variant = lab.variant + 1;
  for (const auto& [field, value] : lab.fields) insert(db, "variant", lab.id, variant, field, value);
  insert_items(db, lab, variant);
  for (const Question& q : lab.questions) {
    insert(db, "question", lab.id, variant, q.id, name_of(q.kind), q.ask, q.from, q.since, q.right, q.points);
    int position = 0;
    for (const Option& o : q.options)
      insert(db, "choice", lab.id, variant, q.id, o.id, ++position, o.text, o.reply, o.holds);
    for (const std::string& place : q.places)
      insert(db, "choice", lab.id, variant, q.id, place, ++position, place, "", "");
  }
  for (const Hints& hints : lab.hints)
    for (size_t level = 0; level < hints.levels.size(); level++)
      insert(db, "hint", lab.id, variant, hints.of, int(level) + 1, hints.levels[level]);
  for (const Check& c : lab.checks)
    insert(db, "lab_check", lab.id, variant, c.id, name_of(c.band), c.condition.verb, c.condition.of, c.condition.since,
           wanted_by(c.condition), c.claim, c.condition.otherwise, c.look, c.points, int(c.hidden));
}

Status insert_lab(SQLite::Database& db, const LabText& text, size_t& work) {
  auto variants = count_variants(text);
  if (!variants) return variants.error();
  for (int v = 0; v < *variants; v++) {
    auto lab = parse_lab(text, v, 1);
    if (!lab) return lab.error();
    work += lab->bytes;
    if (work > LabBounds::kMostWork)
      return Error{fmt::format("The labs are too long: over {} bytes with the values of their variants in place.",
                               LabBounds::kMostWork),
                   "Nothing was compiled.", "Fewer variants, or shorter values of their fields.", text.file};
    if (v == 0) {
      const fs::path folder = fs::path(text.file).parent_path().filename();
      const int number = std::atoi(folder.c_str());
      insert(db, "lab", lab->id, number, folder.string(), block_of(number), lab->title, lab->promise, lab->minutes,
             lab->scaffold, lab->requirements.cores, lab->requirements.kvm, lab->requirements.mem_mb, lab->next,
             lab->variants, int(lab->questions.size() + lab->blocks.size()), text.hash, text.text);
      for (const Misconception& m : lab->misconceptions) insert(db, "misconception", lab->id, m.id, m.belief, m.truth);
    }
    insert_variant(db, *lab);
  }
  return {};
}

}  // namespace

std::vector<std::string> lab_sources() {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(labs_path("exercises"), error))
    if (fs::is_regular_file(entry.path() / "lab.md", error)) paths.push_back((entry.path() / "lab.md").string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<LabText> find_source(const std::string& name) {
  std::error_code error;
  if (fs::is_regular_file(name, error) && fs::path(name).extension() == ".md") return read_lab(name);
  if (fs::is_regular_file(fs::path(name) / "lab.md", error)) return read_lab((fs::path(name) / "lab.md").string());
  for (const std::string& path : lab_sources()) {
    auto text = read_lab(path);
    if (!text) return text;
    const std::string folder = fs::path(path).parent_path().filename().string();
    auto lab = parse_lab(*text, 0, 1);
    const bool number = !name.empty() && std::all_of(name.begin(), name.end(), ::isdigit) &&
                        std::atoi(folder.c_str()) == std::atoi(name.c_str());
    if (folder == name || number || (lab && lab->id == name)) return text;
  }
  return Error{"There is no text of a lab of this name.", "Nothing was read.", "Name the file: `PATH/lab.md`",
               excerpt(name)};
}

Result<std::string> labs_schema() { return read_labs_file("schema.sql"); }

Status may_replace_labs(const std::string& path) {
  const Error other{"There is a file of this name, and it is no file of compiled labs.", "It was left as it is.",
                    "Take another name: `--to labs.db`", visible_line(path)};
  constexpr uint64_t kMostBytes = uint64_t{1} << 30, kMostValue = 64 << 20;
  auto file = DistrustedFile::open(path, "file of labs", kMostBytes, kMostValue);
  if (!file) return other;
  try {
    for (const char* table : {"lab", "item", "lab_check"})
      if (!(*file)->has_table(table)) return other;
    SQLite::Statement of((*file)->db(), "PRAGMA application_id");  // a pack has one, and so have answers
    return of.executeStep() && of.getColumn(0).getInt() == 0 ? Status{} : other;
  } catch (const SQLite::Exception&) {
    return other;
  }
}

Status build_labs(const std::vector<LabText>& labs, const std::string& to, const LabsFileRequest& request) {
  auto schema = labs_schema();
  if (!schema) return schema.error();
  const NewFile::Words words{visible_line(to) + " is as it was.", "Look at the place, or take another: `--to FILE`"};
  auto fresh = NewFile::beside(to, words, request.may_replace);
  if (!fresh) return fresh.error();
  try {
    SQLite::Database db(fresh->path(), SQLite::OPEN_READWRITE);
    SQLite::Transaction all_or_none(db);
    db.exec(*schema);
    db.exec(fmt::format("PRAGMA user_version = {}", kLabsSchema));
    size_t work = 0;
    for (const LabText& text : labs)
      if (Status done = insert_lab(db, text, work); !done) return done;
    if (request.more)
      if (Status done = request.more(db); !done) return done;
    all_or_none.commit();
  } catch (const SQLite::Exception& thrown) {
    return Error{std::string("The labs cannot be compiled: ") + thrown.what() + ".", words.unchanged, words.remedy,
                 visible_line(to), true};
  }
  if (request.sound)
    if (Status sound = request.sound(fresh->path()); !sound) return sound;
  return fresh->take_place();
}

}  // namespace ringside::labs
