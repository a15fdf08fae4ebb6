// SPDX-License-Identifier: BSD-3-Clause
#include "labs/pack/library.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "engine/base/visible.h"
#include "labs/pack/install.h"
#include "labs/runner/distrust.h"

namespace ringside::labs {
namespace {

constexpr const char* kOwn = "ringside";  // the pack, so to speak, that comes along

Status add_labs(const PackEntry& pack, const std::string& words, std::vector<LabEntry>& all) {
  auto file = DistrustedFile::open(pack.file, "pack", PackBounds::kMostMiB << 20, PackBounds::kMostCaptureMiB << 20);
  if (!file) return file.error();
  try {
    auto labs = labs_in((*file)->db(), words, pack.info.title);
    if (!labs) return labs.error();
    for (LabEntry& lab : *labs) {
      lab.pack = pack.info.id, lab.pack_title = pack.info.title;
      all.push_back(std::move(lab));
    }
    return {};
  } catch (const SQLite::Exception& thrown) {
    return (*file)->error_of(thrown);
  }
}

Error unknown(const std::string& name) {
  return {"There is no lab of this name.", "Nothing was started.", "The list: `ringsidectl lab list`",
          excerpt(visible_line(name))};
}

// The lab of a pack, with its captures where a session looks for them; nothing when it has none of this name.
Result<std::optional<LabText>> take(const PackEntry& pack, const std::string& name) {
  auto found = read_one_lab(pack.file, name);
  if (!found) return found.error();
  if (!*found) return std::optional<LabText>();
  const Pack& one = **found;
  const std::string folder = captures_of_pack(one.info);
  if (Status unpacked = unpack_captures(one, folder); !unpacked) return unpacked.error();
  return std::optional<LabText>(one.text(one.labs[0], folder));
}

Result<LabText> taken(Result<std::optional<LabText>> lab, const std::string& name) {
  if (!lab) return lab.error();
  return *lab ? Result<LabText>(std::move(**lab)) : unknown(name);
}

// PACK/LAB; nothing when no pack is called so.
std::optional<Result<LabText>> in_pack(const std::vector<PackEntry>& packs, const std::string& name) {
  const size_t slash = name.find('/');
  if (slash == name.npos) return {};
  const std::string pack = name.substr(0, slash), lab = name.substr(slash + 1);
  if (pack == kOwn) return taken(find_shipped(lab), name);
  for (const PackEntry& one : packs)
    if (one.id == pack) return one.damaged ? Result<LabText>(*one.damaged) : taken(take(one, lab), name);
  return {};
}

}  // namespace

Result<Library> all_labs(const std::string& words) {
  auto own = shipped_labs(words);
  if (!own) return own.error();
  Library library{std::move(*own), {}};
  for (const PackEntry& pack : installed_packs())
    if (pack.damaged)
      library.unreadable.push_back(*pack.damaged);
    else if (Status added = add_labs(pack, words, library.labs); !added)
      library.unreadable.push_back(added.error());
  return library;
}

Result<LabText> find_any_lab(const std::string& name) {
  const auto packs = installed_packs();
  std::error_code error;
  if (!std::filesystem::exists(name, error))
    if (auto lab = in_pack(packs, name)) return *lab;
  auto own = find_shipped(name);
  if (!own && packs.empty()) return own.error();
  const bool number = std::all_of(name.begin(), name.end(), ::isdigit);
  std::vector<std::string> names;
  const PackEntry* has = nullptr;
  if (own && *own) names.push_back(std::string(kOwn) + "/" + name);
  if (names.empty() || !number)
    for (const PackEntry& pack : packs) {
      if (pack.damaged) continue;
      const auto found = read_one_lab(pack.file, name);
      if (found && *found) has = &pack, names.push_back(pack.id + "/" + name);
    }
  if (names.size() > 1) {
    std::string all;
    for (const std::string& one : names) all += (all.empty() ? "" : ", ") + ("`" + one + "`");
    return Error{fmt::format("{} labs are called so: {}.", names.size(), all), "Nothing was started.",
                 "Say which: `ringsidectl lab run " + names.back() + "`", excerpt(visible_line(name))};
  }
  return has ? taken(take(*has, name), name) : find_lab(name);
}

}  // namespace ringside::labs
