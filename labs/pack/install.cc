// SPDX-License-Identifier: BSD-3-Clause
#include "labs/pack/install.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "engine/base/new_file.h"
#include "engine/base/visible.h"
#include "labs/runner/distrust.h"
#include "labs/runner/store.h"
#include "labs/runner/store_open.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

constexpr const char* kEnding = ".rpack";

Error no_folder(const std::string& why) {
  return {"Packs cannot be kept: " + why + ".", "Nothing was installed or removed.",
          "Look at the folder, or choose another: `XDG_DATA_HOME=FOLDER ringsidectl …`", packs_folder(), true};
}

// One process at a time changes the folder, and nobody else may.
class Lock {
 public:
  static Result<Lock> take() {
    if (Status own = make_own_folder(); !own) return own.error();
    const std::string folder = packs_folder();
    std::error_code error;
    fs::create_directories(fs::path(folder).parent_path(), error);
    if (mkdir(folder.c_str(), 0700) && errno != EEXIST) return no_folder(std::strerror(errno));
    struct stat info {};
    if (lstat(folder.c_str(), &info) || !S_ISDIR(info.st_mode) || info.st_uid != geteuid() || (info.st_mode & 022))
      return no_folder("the folder is a link, another's, or others may write there");
    Lock lock;
    lock.fd_ = open((folder + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock.fd_ < 0 || flock(lock.fd_, LOCK_EX)) return no_folder(std::strerror(errno));
    for (const auto& entry : fs::directory_iterator(folder, error))  // of one who was killed
      if (entry.path().filename().string().starts_with(NewFile::kBegin)) fs::remove_all(entry.path(), error);
    return lock;
  }
  Lock(Lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Lock() {
    if (fd_ >= 0) close(fd_);
  }

 private:
  Lock() = default;
  int fd_ = -1;
};

// A rename is on the disk when its folder is.
void settle_folder() {
  const int fd = open(packs_folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  (void)fsync(fd);
  close(fd);
}

std::string captures_folder(const std::string& id) { return packs_folder() + "/" + id + ".captures"; }

// Those of other contents than this one.
void forget_captures(const PackInfo& info) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(captures_folder(info.id), error))
    if (entry.path() != captures_of_pack(info)) fs::remove_all(entry.path(), error);
}

Installed report(Installed::What what, const Pack& pack) {
  Installed installed{what, pack.info, {}};
  for (const PackedLab& lab : pack.labs) installed.labs.push_back(lab.id);
  return installed;
}

Error other_edition(const std::string& file, const std::string& id, const std::string& what) {
  return {"A pack `" + id + "` is installed already" + what + ".", "It was left as it is; so were your answers.",
          "To take this one instead: `ringsidectl lab install '" + visible_line(file) + "' --replace`", ""};
}

Result<Installed> put(Pack pack, Installed::What what, const Rehearse& rehearse) {
  // A pack of schema 1 knows no folders; as it is written here, each lab has one.
  for (PackedLab& lab : pack.labs)
    if (lab.folder.empty()) lab.folder = lab.id;
  pack.info.seal = seal_of(pack);
  const std::string captures = captures_of_pack(pack.info);
  std::error_code error;
  Status done = unpack_captures(pack, captures);
  if (done) done = allowed(pack, captures, rehearse);
  if (done) done = write_pack(pack, file_of_pack(pack.info.id), {});
  if (!done) return fs::remove_all(captures, error), done.error();
  settle_folder();
  forget_captures(pack.info);
  return report(what, pack);
}

// Only what was held back may come: reduced as the installed pack was, the texts must be the same.
Result<Installed> unlock(const Pack& unlock, const Rehearse& rehearse) {
  const Error none{"No pack is installed that this file unlocks: it is for `" + unlock.info.id + "`, edition " +
                       unlock.info.hash.substr(0, 8) + ".",
                   "Nothing was changed.", "The list: `ringsidectl lab packs`", ""};
  std::error_code error;
  if (!fs::exists(file_of_pack(unlock.info.id), error)) return none;
  auto installed = read_pack(file_of_pack(unlock.info.id));
  if (!installed) return installed.error();
  Pack& pack = *installed;
  if (pack.info.hash != unlock.info.hash) return none;
  if (pack.info.kind == PackKind::kTeacher || pack.info.unlocked) return report(Installed::What::kAlready, pack);
  for (PackedLab& lab : pack.labs) {
    const PackedLab* open = unlock.lab(lab.id);
    auto again = open ? reduce_lab(unlock.text(*open), {pack.info.graded, pack.info.hints}) : Result<std::string>("");
    if (!again || *again != lab.source)
      return Error{"This file would change the lab `" + lab.id + "`, and not only open what was held back.",
                   "Nothing was changed.", "Do not trust it. Ask where it comes from.", ""};
    lab.source = open->source;
  }
  pack.info.unlocked = true;
  return put(pack, Installed::What::kUnlocked, rehearse);
}

}  // namespace

std::string packs_folder() { return (fs::path(default_progress_path()).parent_path() / "packs").string(); }
std::string file_of_pack(const std::string& id) { return packs_folder() + "/" + id + kEnding; }
std::string captures_of_pack(const PackInfo& info) { return captures_folder(info.id) + "/" + info.seal.substr(0, 16); }

Result<Installed> install_pack(const std::string& file, bool replace, const Rehearse& rehearse) {
  auto pack = read_pack(file);
  if (!pack) return pack.error();
  pack->info.unlocked = false;  // what is in a file that was handed out, it was made with
  auto lock = Lock::take();
  if (!lock) return lock.error();
  const PackInfo& info = pack->info;
  if (info.kind == PackKind::kUnlock) return unlock(*pack, rehearse);
  std::error_code error;
  if (!fs::exists(file_of_pack(info.id), error)) return put(*pack, Installed::What::kNew, rehearse);
  if (replace) return put(*pack, Installed::What::kReplaced, rehearse);
  const auto old = read_pack(file_of_pack(info.id));
  if (!old) return other_edition(file, info.id, ", and damaged");
  const PackInfo& before = old->info;
  if (before.kind != info.kind)
    return other_edition(file, info.id, ", the " + std::string(name_of(before.kind)) + "'s");
  if (before.hash != info.hash) return other_edition(file, info.id, ", in another edition");
  if (before.graded != info.graded || (before.hints != info.hints && !before.unlocked))
    return other_edition(file, info.id, ", and holds back other things");
  return report(Installed::What::kAlready, *old);
}

Status remove_pack(const std::string& id) {
  std::error_code error;
  if (!is_plain_name(id) || !fs::exists(file_of_pack(id), error))
    return Error{"No pack of this name is installed.", "Nothing was removed.", "The list: `ringsidectl lab packs`",
                 excerpt(visible_line(id))};
  auto lock = Lock::take();
  if (!lock) return lock.error();
  if (!fs::remove(file_of_pack(id), error) || error) return no_folder(error.message());
  fs::remove_all(captures_folder(id), error);
  settle_folder();
  return {};
}

std::vector<PackEntry> installed_packs() {
  std::vector<PackEntry> all;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(packs_folder(), error)) {
    if (entry.path().extension() != kEnding || !is_plain_name(entry.path().stem().string())) continue;
    PackEntry& one = all.emplace_back();
    one.file = entry.path().string(), one.id = entry.path().stem().string();
    auto info = read_info(one.file);
    if (!info)
      one.damaged = info.error();
    else if (info->info.id != one.id)
      one.damaged = Error{"This pack has another name inside.", "", "", one.file};
    else
      one.info = std::move(info->info), one.labs = std::move(info->labs);
  }
  std::sort(all.begin(), all.end(), [](const PackEntry& a, const PackEntry& b) { return a.id < b.id; });
  return all;
}

}  // namespace ringside::labs
