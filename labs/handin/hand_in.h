// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/chain.h"
#include "labs/runner/store.h"

// A hand-in: what a student did in labs, raw, in one SQLite file (labs/handin.sql). Who reads one does not know who
// made it. Any thread.
namespace ringside::labs {

inline constexpr int kHandInSchema = 1;  // PRAGMA user_version
inline constexpr const char* kHandInEnding = ".rsub";

// region: bounds
struct HandInBounds {
  static constexpr uint64_t kMostMiB = 64;               // the file
  static constexpr uint64_t kMostValueBytes = 64 << 10;  // one text in it
  static constexpr size_t kMostLabs = 100;
  static constexpr size_t kMostRows = 5'000;     // of one attempt: answers, hints, verdicts, links of its chain
  static constexpr size_t kMostRuns = 500;       // of do-blocks, in one attempt
  static constexpr size_t kMostValues = 20'000;  // of one run: frozen, or counted in its windows
  static constexpr size_t kMostAll = 500'000;    // values of all runs together
  static constexpr size_t kMostName = 100;       // bytes of a student's id
  static constexpr size_t kMostPlaces = 4'096;   // bytes that say who worked on which CPU in a window
};
// endregion: bounds

struct HintRow {
  int64_t id = 0;
  std::string of;
  int level = 0;
  std::string at_utc;
};

struct SaidRow {  // a verdict as the student's lab gave it
  int64_t id = 0;
  VerdictRow verdict;
  std::string at_utc;
};

struct HandedLab {
  AttemptRow attempt;
  std::string begun_utc, lab, pack, edition, kind;
  int number = 1;
  std::vector<AnswerRow> answers;  // each list: oldest first
  std::vector<RunRow> runs;
  std::vector<HintRow> hints;
  std::vector<SaidRow> said;
  ChainReport chain;
};

struct HandIn {
  std::string file, digest;  // digest: SHA-256 of the file
  std::string student, made_utc, made_by;
  std::map<std::string, std::string> environment;
  std::vector<HandedLab> labs;
};

// "2027-05-03T14:05:09.120Z", and nothing else.
bool is_utc(const std::string& text);

// The whole file, bounded, and its chains looked at. What it says of itself has been found to have the right form, and
// no more.
Result<HandIn> read_hand_in(const std::string& path);

struct HandInRequest {
  std::string student;
  std::vector<std::string> labs;  // as attempts are kept: "LAB", "PACK/LAB"; empty = all that the student has answered
  std::string to;                 // "" = hand_in_name() in `folder`, after the lab if it is one
  std::string folder = ".";
  std::string how = "--to FILE.rsub";  // one says where, in this program
};

struct Handed {
  std::string file;
  std::vector<std::string> labs;
  size_t answers = 0, runs = 0;
  bool replaced = false;  // an earlier hand-in of the same student
};

// Writes a new file and puts it in the place of an older one of the same student: all or nothing. A file of another
// student, or one that is no hand-in, is left alone.
Result<Handed> write_hand_in(ProgressStore& store, const HandInRequest& request);

// "ada.rsub"; of one lab alone "ada-anatomy-of-a-ring.rsub": two labs do not take each other's place.
std::string hand_in_name(const std::string& student, const std::string& lab = "");

// What this machine is: cpu, cores, kvm, nested, kernel, ringside.
std::map<std::string, std::string> environment();

}  // namespace ringside::labs
