// SPDX-License-Identifier: BSD-3-Clause
#include "labs/pack/make_pack.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "engine/base/read_file.h"
#include "engine/base/visible.h"
#include "labs/runner/lab_toml.h"
#include "labs/runner/recording.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPlays = "kind=pcap:";

// The captures that one variant's lines name, beside the lab's text.
Status collect(const LabText& text, const Lab& lab, std::vector<Capture>& all) {
  for (const Line* line : commands_of(lab))
    for (const std::string& word : words_of(line->text)) {
      if (!word.starts_with(kPlays)) continue;
      const std::string name = word.substr(kPlays.size());
      if (!is_capture_name(name))
        return at_line(text.file, line->number,
                       "A capture of this name cannot go into a pack: `" + excerpt(name) + "`.",
                       "Expected a file beside lab.md or below, such as `frames.pcap`: letters, digits, `-`, `_`, `.`");
      if (std::any_of(all.begin(), all.end(), [&](const Capture& c) { return c.lab == lab.id && c.name == name; }))
        continue;
      auto bytes = read_file((fs::path(text.folder) / name).string());
      if (!bytes) return bytes.error();
      all.push_back({lab.id, name, std::move(*bytes)});
    }
  return {};
}

// What the solution measured once, for machines that cannot: windows/solution-1.json, as `lab record` writes it.
Status collect_windows(const LabText& text, const Lab& lab, std::vector<Capture>& all) {
  if (std::none_of(lab.blocks.begin(), lab.blocks.end(), [](const DoBlock& b) { return b.measure.has_value(); }))
    return {};
  const std::string name = fmt::format("windows/solution-{}.json", lab.variant + 1);
  const std::string file = (fs::path(text.folder) / name).string();
  if (std::error_code error; text.folder.empty() || !fs::is_regular_file(file, error)) return {};
  auto recording = read_recording(file);
  if (!recording) return recording.error();
  all.push_back({lab.id, name, recording_text(*recording)});
  return {};
}

}  // namespace

Result<Pack> make_pack(const PackRequest& request, const Rehearse& rehearse) {
  Pack pack;
  PackInfo& info = pack.info;
  info.kind = request.teacher ? PackKind::kTeacher : PackKind::kStudent;
  info.graded = request.graded;
  info.hints = request.teacher ? 4 : request.hints >= 0 ? request.hints : request.graded ? 3 : 4;
  info.id = request.id, info.title = request.title;
  std::string first_title;
  for (const LabText& text : request.labs) {
    auto variants = count_variants(text);
    if (!variants) return variants.error();
    std::string id;
    for (int v = 0; v < *variants; v++) {
      auto lab = parse_lab(text, v, 1);
      if (!lab) return lab.error();
      if (v == 0 && first_title.empty()) first_title = lab->title;
      id = lab->id;
      if (Status fine = rehearse_lab(*lab, Origin::elsewhere(text.folder), rehearse); !fine) return fine.error();
      if (Status taken = collect(text, *lab, pack.captures); !taken) return taken.error();
      if (Status taken = collect_windows(text, *lab, pack.captures); !taken) return taken.error();
    }
    if (!is_plain_name(id))
      return at_line(text.file, 1, "`" + excerpt(id) + "` cannot be the id of a lab in a pack.",
                     "Expected letters, digits, `-` and `_`, at most 64.");
    if (pack.lab(id))
      return at_line(text.file, 1, "There is a lab `" + id + "` in this pack already.", "Name it once.");
    std::string source = text.text;
    if (!request.teacher) {
      auto reduced = reduce_lab(text, {request.graded, info.hints});
      if (!reduced) return reduced.error();
      source = std::move(*reduced);
    }
    const std::string folder = fs::path(text.file).parent_path().filename().string();
    pack.labs.push_back({id, is_plain_name(folder) ? folder : "", text.hash, std::move(source)});
    info.made_from += (info.made_from.empty() ? "" : ", ") + id + " " + text.hash;
  }
  if (pack.labs.empty()) return Error{"There is no lab to pack.", "Nothing was written.", "Name one: `lab pack 1`", ""};
  if (info.id.empty() && pack.labs.size() == 1) info.id = pack.labs[0].id;
  if (info.title.empty()) info.title = pack.labs.size() == 1 ? first_title : info.id;
  if (!is_plain_name(info.id) || info.id == "ringside")
    return Error{
        info.id.empty() ? "A pack of several labs needs a name." : "`" + excerpt(info.id) + "` cannot be a pack's id.",
        "Nothing was written.", "Expected letters, digits, `-` and `_`: `--id networks-2027`", ""};
  if (!is_title(info.title))
    return Error{"This is no title of a pack: " + excerpt(visible_line(info.title), 60), "Nothing was written.",
                 fmt::format("Expected one line of at most {} bytes: `--title \"Networks\"`", PackBounds::kMostTitle),
                 ""};
  std::sort(pack.captures.begin(), pack.captures.end(),
            [](const Capture& a, const Capture& b) { return std::pair(a.lab, a.name) < std::pair(b.lab, b.name); });
  info.hash = edition_hash(info.id, request.labs, pack.captures);
  return pack;
}

Result<Pack> make_unlock(const Pack& teacher) {
  if (teacher.info.kind != PackKind::kTeacher)
    return Error{"An unlock file is made from the teacher's pack, and this is the " +
                     std::string(name_of(teacher.info.kind)) + "'s.",
                 "Nothing was written.", "Name the teacher's: `ringsidectl lab pack --unlock TEACHER.rpack --to FILE`",
                 ""};
  Pack unlock{teacher.info, {}, {}};
  unlock.info.kind = PackKind::kUnlock;
  for (const PackedLab& lab : teacher.labs) {
    auto reduced = reduce_lab(teacher.text(lab), {});
    if (!reduced) return reduced.error();
    unlock.labs.push_back({lab.id, lab.folder, lab.hash, std::move(*reduced)});
  }
  return unlock;
}

}  // namespace ringside::labs
