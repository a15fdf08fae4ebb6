// SPDX-License-Identifier: BSD-3-Clause
#include "labs/pack/pack_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "engine/base/sha256.h"
#include "engine/base/visible.h"
#include "labs/runner/distrust.h"
#include "labs/runner/lab_compiler.h"
#include "labs/runner/store_open.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

constexpr int kPackApplication = 0x52706163;  // "Rpac"
constexpr size_t kMostName = 64;
constexpr const char* kSuspicious = "Do not trust it. Ask where it comes from.";

Error no_pack(const std::string& path, const std::string& what, const std::string& remedy = kSuspicious) {
  return {what, "Nothing was installed or started.", remedy, visible_line(path)};
}

bool is_hash(const std::string& text, size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

class Reader {
 public:
  Reader(DistrustedFile& file, const std::string& path) : file_(file), path_(path) {}

  Result<PackHead> head() {
    Status read = schema();
    if (read) read = info();
    if (!read) return read.error();
    PackHead head{pack_.info, {}};
    SQLite::Statement row(file_.db(), "SELECT id FROM lab ORDER BY number, id LIMIT 100");
    while (row.executeStep()) head.labs.push_back(row.getColumn(0).getString());
    return head;
  }

  Result<std::optional<Pack>> one_lab(const std::string& name) {
    Status read = schema();
    if (read) read = info();
    if (read) read = labs(name);
    if (!read) return read.error();
    if (pack_.labs.empty()) return std::optional<Pack>();
    if (read = captures(pack_.labs[0].id); !read) return read.error();
    return std::optional(std::move(pack_));
  }

  Result<Pack> pack() {
    Status read = schema();
    if (read) read = file_.sound();
    if (read) read = info();
    if (read) read = labs("");
    if (read && pack_.labs.empty()) read = bad("This pack has no labs.");
    if (read) read = captures("");
    if (read) read = sealed();
    return read ? Result<Pack>(std::move(pack_)) : read.error();
  }

 private:
  Error bad(const std::string& what, const std::string& remedy = kSuspicious) const {
    return no_pack(path_, what, remedy);
  }

  Status schema() {
    if (file_.schema() > kLabsSchema)
      return bad(fmt::format("This pack was made by a newer Ringside (schema {}; this one knows {}).", file_.schema(),
                             kLabsSchema),
                 "Take the newer Ringside, or ask for a pack made with this one: `ringsidectl --version`");
    if (!file_.has_table("pack") || !file_.has_table("lab"))
      return bad("This is a database, but no pack.", "Make one: `ringsidectl lab pack LAB --student --to FILE.rpack`");
    if (file_.schema() < kLabsSchema - PackBounds::kOlderSchemas)
      return bad(fmt::format("This pack is too old (schema {}; this Ringside reads {} to {}).", file_.schema(),
                             kLabsSchema - PackBounds::kOlderSchemas, kLabsSchema),
                 "Ask for one that was made anew.");
    return {};
  }

  Status info() {
    SQLite::Statement row(file_.db(),
                          "SELECT id, title, kind, graded, hints, unlocked, hash, seal, made_from FROM pack LIMIT 2");
    if (!row.executeStep()) return bad("This pack does not say what it is.");
    const auto text = [&](int column) { return row.getColumn(column).getString(); };
    PackInfo& info = pack_.info;
    info = {text(0),
            text(1),
            PackKind::kStudent,
            row.getColumn(3).getInt() != 0,
            row.getColumn(5).getInt() != 0,
            hint_level_of(text(4)),
            text(6),
            text(7),
            text(8)};
    if (!is_plain_name(info.id) || info.id == "ringside")
      return bad("This pack's id is no name: `" + excerpt(visible_line(info.id), 60) + "`.");
    if (!is_title(info.title)) return bad("This pack's title is none: " + excerpt(visible_line(info.title), 60) + ".");
    const std::string kind = text(2);
    for (const PackKind one : {PackKind::kStudent, PackKind::kTeacher, PackKind::kUnlock})
      if (kind == name_of(one)) info.kind = one;
    if (kind != name_of(info.kind) || info.hints < 0 || !is_hash(info.hash, 64) || !is_hash(info.seal, 64) ||
        info.made_from.size() > 1 << 16)
      return bad("This pack says of itself what no pack says.");
    return row.executeStep() ? Status(bad("This file has more than one pack in it.")) : Status{};
  }

  Status labs(const std::string& name) {
    // A file of schema 1 has the author's path instead of his folder.
    const std::string folder = file_.schema() < 2 ? "''" : "folder";
    const bool number = !name.empty() && name.size() < 10 && std::all_of(name.begin(), name.end(), ::isdigit);
    SQLite::Statement row(file_.db(), "SELECT id, " + folder + ", hash, source FROM lab" +
                                          (number          ? " WHERE number = CAST(?1 AS INTEGER)"
                                           : !name.empty() ? " WHERE id = ?1 OR folder = ?1"
                                                           : "") +
                                          " ORDER BY 2, 1");
    if (!name.empty()) row.bind(1, name);
    size_t work = 0;
    while (row.executeStep()) {
      if (pack_.labs.size() == PackBounds::kMostLabs)
        return bad(fmt::format("This pack has more than {} labs.", PackBounds::kMostLabs));
      if (size_t(row.getColumn(3).getBytes()) > LabBounds::kMostTextBytes)
        return bad(fmt::format("The text of a lab in this pack has {} bytes; {} at most.", row.getColumn(3).getBytes(),
                               LabBounds::kMostTextBytes));
      PackedLab lab{row.getColumn(0).getString(), row.getColumn(1).getString(), row.getColumn(2).getString(),
                    row.getColumn(3).getString()};
      if (!is_plain_name(lab.id) || !is_hash(lab.hash, 16) || (!lab.folder.empty() && !is_plain_name(lab.folder)))
        return bad("A lab of this pack has no proper name: `" + excerpt(visible_line(lab.id), 60) + "`.");
      if (Status readable = look_over(lab, work); !readable) return readable;
      pack_.labs.push_back(std::move(lab));
    }
    return {};
  }

  Status look_over(const PackedLab& lab, size_t& work) {
    const LabText text = pack_.text(lab);
    auto variants = count_variants(text);
    if (!variants) return variants.error();
    work += lab.source.size() * size_t(*variants);
    if (work > LabBounds::kMostWork)
      return bad(fmt::format("The labs of this pack are too long for the {} variants that they have.", *variants));
    for (int v = 0; v < *variants; v++) {
      auto parsed = parse_lab(text, v, 1);
      if (!parsed) return parsed.error();
      filled_ += parsed->bytes;
      if (filled_ > LabBounds::kMostWork)
        return bad("The labs of this pack are too long with the values of their variants in place.");
      if (parsed->questions.size() + parsed->blocks.size() + parsed->checks.size() + parsed->hints.size() +
              parsed->misconceptions.size() + parsed->watch.size() + parsed->texts.size() >
          PackBounds::kMostBlocks)
        return bad(fmt::format("A lab of this pack has more than {} parts.", PackBounds::kMostBlocks));
      if (parsed->id != lab.id)
        return bad("The lab `" + lab.id + "` of this pack calls itself `" + excerpt(visible_line(parsed->id), 60) +
                   "`.");
    }
    return {};
  }

  Status captures(const std::string& lab) {
    if (!file_.has_table("capture")) return {};
    SQLite::Statement row(file_.db(), std::string("SELECT lab, name, bytes FROM capture") +
                                          (lab.empty() ? "" : " WHERE lab = ?1") + " ORDER BY lab, name");
    if (!lab.empty()) row.bind(1, lab);
    uint64_t bytes = 0;
    while (row.executeStep()) {
      if (pack_.captures.size() == PackBounds::kMostCaptures)
        return bad(fmt::format("This pack has more than {} captures.", PackBounds::kMostCaptures));
      bytes += uint64_t(row.getColumn(2).getBytes());
      if (bytes > PackBounds::kMostMiB << 20) return bad("The captures of this pack are too large.");
      const auto& blob = row.getColumn(2);
      Capture capture{row.getColumn(0).getString(), row.getColumn(1).getString(),
                      std::string(static_cast<const char*>(blob.getBlob()), size_t(blob.getBytes()))};
      if (!pack_.lab(capture.lab) || !is_capture_name(capture.name))
        return bad("A capture of this pack has a name that leads elsewhere: `" +
                   excerpt(visible_line(capture.name), 60) + "`.");
      pack_.captures.push_back(std::move(capture));
    }
    return {};
  }

  Status sealed() {
    if (seal_of(pack_) == pack_.info.seal) return {};
    return bad("This pack is not what was made: its seal does not fit what it holds.", "Copy or download it again.");
  }

  DistrustedFile& file_;
  const std::string path_;
  Pack pack_;
  size_t filled_ = 0;  // bytes of all variants with their values in place
};

template <class Work>
auto read(const std::string& path, Work work) -> decltype(work(std::declval<Reader&>())) {
  auto file = DistrustedFile::open(path, "pack", PackBounds::kMostMiB << 20, PackBounds::kMostCaptureMiB << 20);
  if (!file) return file.error();
  try {
    Reader reader(**file, path);
    return work(reader);
  } catch (const SQLite::Exception& thrown) {
    return (*file)->error_of(thrown);
  }
}

void add_tables(SQLite::Database& db, const Pack& pack, const std::string& sql) {
  db.exec(sql);
  db.exec(fmt::format("PRAGMA application_id = {}", kPackApplication));
  const PackInfo& info = pack.info;
  SQLite::Statement row(db, "INSERT INTO pack VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  row.bind(1, info.id), row.bind(2, info.title), row.bind(3, name_of(info.kind)), row.bind(4, int(info.graded));
  row.bind(5, hint_level_name(info.hints)), row.bind(6, int(info.unlocked)), row.bind(7, kLabsSchema);
  row.bind(8, info.hash), row.bind(9, seal_of(pack)), row.bind(10, info.made_from);
  row.exec();
  for (const Capture& capture : pack.captures) {
    SQLite::Statement blob(db, "INSERT INTO capture VALUES (?, ?, ?)");
    blob.bind(1, capture.lab), blob.bind(2, capture.name);
    blob.bindNoCopy(3, capture.bytes.data(), int(capture.bytes.size()));
    blob.exec();
  }
}

}  // namespace

// Everything that the file holds, in an order of its own.
std::string seal_of(Pack pack) {
  std::sort(pack.labs.begin(), pack.labs.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  std::sort(pack.captures.begin(), pack.captures.end(),
            [](const auto& a, const auto& b) { return std::pair(a.lab, a.name) < std::pair(b.lab, b.name); });
  const PackInfo& info = pack.info;
  Sha256 sum;
  sum.part(info.id).part(info.title).part(name_of(info.kind)).part(info.hash).part(hint_level_name(info.hints));
  sum.part(info.graded ? "graded" : "").part(info.unlocked ? "unlocked" : "");
  for (const PackedLab& lab : pack.labs) sum.part(lab.id).part(lab.folder).part(lab.hash).part(lab.source);
  for (const Capture& capture : pack.captures) sum.part(capture.lab).part(capture.name).part(capture.bytes);
  return sum.hex();
}

const char* name_of(PackKind kind) {
  return kind == PackKind::kStudent ? "student" : kind == PackKind::kTeacher ? "teacher" : "unlock";
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= kMostName && name[0] != '.' && name[0] != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return isalnum(uint8_t(c)) || c == '-' || c == '_' || c == '.'; });
}

bool is_capture_name(const std::string& name) {
  size_t parts = 1, from = 0;
  for (size_t slash = name.find('/'); slash != name.npos; slash = name.find('/', from), parts++) {
    if (!is_plain_name(name.substr(from, slash - from))) return false;
    from = slash + 1;
  }
  return parts <= 4 && is_plain_name(name.substr(from));
}

bool is_title(const std::string& title) {
  return !title.empty() && title.size() <= PackBounds::kMostTitle && visible_line(title) == title;
}

const PackedLab* Pack::lab(const std::string& id) const {
  for (const PackedLab& one : labs)
    if (one.id == id) return &one;
  return nullptr;
}

LabText Pack::text(const PackedLab& lab, const std::string& folder) const {
  const bool plays = std::any_of(captures.begin(), captures.end(), [&](const Capture& c) { return c.lab == lab.id; });
  return {.file = info.id + "/" + (lab.folder.empty() ? lab.id : lab.folder) + "/lab.md",
          .text = lab.source,
          .hash = lab.hash,
          .folder = plays && !folder.empty() ? folder + "/" + lab.id : "",
          .key = info.id + "/" + lab.id,
          .packed = true,
          .reduced = info.kind != PackKind::kTeacher};
}

Result<Pack> read_pack(const std::string& path) {
  return read(path, [](Reader& reader) { return reader.pack(); });
}

Result<PackHead> read_info(const std::string& path) {
  return read(path, [](Reader& reader) { return reader.head(); });
}

Result<std::optional<Pack>> read_one_lab(const std::string& path, const std::string& name) {
  return read(path, [&](Reader& reader) { return reader.one_lab(name); });
}

Status allowed(const Pack& pack, const std::string& folder, const Rehearse& rehearse) {
  size_t forms = 0;
  for (const PackedLab& lab : pack.labs) {
    const LabText text = pack.text(lab, folder);
    auto variants = count_variants(text);
    if (!variants) return variants.error();
    for (int v = 0; v < *variants; v++) {
      auto parsed = parse_lab(text, v, 1);
      if (!parsed) return parsed.error();
      auto lines = lines_to_rehearse(*parsed);
      if (!lines) return lines.error();
      for (const RehearsedLine& line : *lines) forms += line.forms.size();
      if (forms > PackBounds::kMostForms)
        return no_pack(text.file, fmt::format("The labs of this pack have more than {} lines of commands to look at.",
                                              PackBounds::kMostForms));
      if (Status fine = rehearse(Origin::elsewhere(text.folder), text.file, *lines); !fine) return fine;
    }
  }
  return {};
}

Status unpack_capture(const Capture& capture, const std::string& folder) {
  const fs::path to = fs::path(folder) / capture.lab / capture.name;
  std::error_code error;
  if (std::ifstream old(to, std::ios::binary); old && fs::is_regular_file(fs::symlink_status(to, error))) {
    const std::string there((std::istreambuf_iterator<char>(old)), {});
    if (there == capture.bytes) return {};
  }
  fs::create_directories(to.parent_path(), error);
  auto fresh =
      NewFile::beside(to, {"Nothing was started.", "Look at the disk: `df -h '" + visible_line(folder) + "'`"});
  Status done = fresh ? fresh->write(capture.bytes) : fresh.error();
  return done ? fresh->take_place() : done;
}

Status unpack_captures(const Pack& pack, const std::string& folder) {
  for (const Capture& capture : pack.captures)
    if (Status done = unpack_capture(capture, folder); !done) return done;
  return {};
}

Status write_pack(const Pack& pack, const std::string& to, const NewFile::MayReplace& may_replace,
                  const std::function<Status(const std::string& path)>& sound) {
  auto sql = packs_schema();
  if (!sql) return sql.error();
  std::vector<LabText> texts;
  for (const PackedLab& lab : pack.labs) texts.push_back(pack.text(lab));
  const auto more = [&](SQLite::Database& db) { return add_tables(db, pack, *sql), Status{}; };
  // Read once, as whoever gets it will: what would be refused then is refused now.
  const auto readable = [&](const std::string& path) -> Status {
    if (auto whole = read_pack(path); !whole)
      return Error{"This pack could not be read again: " + whole.error().what, visible_line(to) + " is as it was.",
                   "Make its labs shorter, or put fewer of them and of their captures into it.", visible_line(to)};
    return sound ? sound(path) : Status{};
  };
  return build_labs(texts, to, {more, readable, may_replace});
}

Result<std::string> packs_schema() { return read_labs_file("pack.sql"); }

std::string edition_hash(const std::string& id, const std::vector<LabText>& labs,
                         const std::vector<Capture>& captures) {
  std::vector<std::string> texts;  // in whatever order they were named
  for (const LabText& lab : labs) texts.push_back(lab.text);
  std::sort(texts.begin(), texts.end());
  Sha256 sum;
  sum.part("ringside pack 1").part(id);
  for (const std::string& text : texts) sum.part(text);
  for (const Capture& capture : captures) sum.part(capture.lab).part(capture.name).part(capture.bytes);
  return sum.hex();
}

}  // namespace ringside::labs
