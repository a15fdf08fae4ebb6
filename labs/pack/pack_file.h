// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/new_file.h"
#include "engine/base/result.h"
#include "labs/pack/reduce.h"
#include "labs/runner/lab_text.h"
#include "labs/runner/rehearsal.h"

// A pack: the labs of a class in one SQLite file (labs/schema.sql and labs/pack.sql). Whoever opens one does not know
// who made it. Any thread.
namespace ringside::labs {

// region: bounds
struct PackBounds {
  static constexpr uint64_t kMostMiB = 192;        // the file
  static constexpr uint64_t kMostCaptureMiB = 64;  // one capture; all together as much as a lab may play
  static constexpr size_t kMostCaptures = 512, kMostLabs = 100;
  static constexpr size_t kMostBlocks = 1000;    // of one lab: questions, steps, checks, hints, beliefs
  static constexpr size_t kMostForms = 200'000;  // lines that are rehearsed, in all labs and variants
  static constexpr size_t kMostTitle = 100;      // bytes
  static constexpr int kOlderSchemas = 2;        // so many before the newest are read, too
};
// endregion: bounds

enum class PackKind { kStudent, kTeacher, kUnlock };
const char* name_of(PackKind kind);  // "student"

struct PackInfo {
  std::string id, title;
  PackKind kind = PackKind::kStudent;
  bool graded = false, unlocked = false;
  int hints = 4;           // so many levels are in it
  std::string hash, seal;  // of the edition, the same in both packs and the unlock file; of what this file holds
  std::string made_from;
};

struct PackedLab {
  std::string id, folder, hash, source;  // hash: of the whole text, also where `source` is reduced
};

struct Capture {
  std::string lab, name, bytes;
};

struct Pack {
  PackInfo info;
  std::vector<PackedLab> labs;  // by folder
  std::vector<Capture> captures;

  const PackedLab* lab(const std::string& id) const;
  // As a session takes it; `folder` is where its captures were unpacked.
  LabText text(const PackedLab& lab, const std::string& folder = "") const;
};

// The whole of a file, found to be sound: bounded, of a schema that is known, each lab readable, names harmless, the
// seal right. What its commands do has not been looked at: allowed().
Result<Pack> read_pack(const std::string& path);

// Of an installed pack, which was read whole when it came: what it is, and its labs by id. Nothing else is read.
struct PackHead {
  PackInfo info;
  std::vector<std::string> labs;
};
Result<PackHead> read_info(const std::string& path);

// The same with one lab of it, by id, folder or number, and that lab's captures; nothing when none is called so.
Result<std::optional<Pack>> read_one_lab(const std::string& path, const std::string& name);

// Each lab's lines, for each variant, on a plan: the first that a lab may not say is refused with its place. `folder`
// has a folder a lab with its captures.
Status allowed(const Pack& pack, const std::string& folder, const Rehearse& rehearse);

// Puts the captures where allowed() and a run look for them: FOLDER/LAB/NAME. What is there already and the same stays.
Status unpack_captures(const Pack& pack, const std::string& folder);
Status unpack_capture(const Capture& capture, const std::string& folder);

// Writes it, with the newest schema and its seal; a plain file that `may_replace` has nothing against is replaced when
// the new one is on the disk and `sound` has found nothing wrong with it.
Status write_pack(const Pack& pack, const std::string& to, const NewFile::MayReplace& may_replace = {},
                  const std::function<Status(const std::string& path)>& sound = {});

// labs/pack.sql: what a pack has beside labs/schema.sql.
Result<std::string> packs_schema();

// What names an edition: both packs and the unlock file have it.
std::string edition_hash(const std::string& id, const std::vector<LabText>& labs, const std::vector<Capture>& captures);

std::string seal_of(Pack pack);

// A name that can be a file's and that a shell takes as it is: letters, digits, '-', '_' and '.', not first a '.'.
bool is_plain_name(const std::string& name);
// One line, as a list shows it.
bool is_title(const std::string& title);
// Plain names with '/' between, at most four: what a capture may be called.
bool is_capture_name(const std::string& name);

}  // namespace ringside::labs
