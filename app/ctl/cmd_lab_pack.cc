// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl lab pack, install, packs and remove.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/terminal.h"
#include "engine/api/rehearse.h"
#include "engine/base/file_id.h"
#include "engine/base/new_file.h"
#include "engine/base/visible.h"
#include "labs/pack/install.h"
#include "labs/pack/make_pack.h"
#include "labs/runner/lab_compiler.h"

namespace ringside::ctl {
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;
namespace {

constexpr const char* kOtherName = "Take another name: `--to networks.rpack`";

// A folder of labs stands for those in it, in the order of their folders.
std::vector<std::string> labs_of(const std::string& name) {
  std::error_code error;
  if (!fs::is_directory(name, error) || fs::exists(fs::path(name) / "lab.md", error)) return {name};
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator(name, error))
    if (fs::is_regular_file(entry.path() / "lab.md", error)) paths.push_back((entry.path() / "lab.md").string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<labs::Pack> wanted_pack(const PackArguments& arguments) {
  if (!arguments.unlock.empty()) {
    auto teacher = labs::read_pack(arguments.unlock);
    return teacher ? labs::make_unlock(*teacher) : teacher.error();
  }
  labs::PackRequest request{{},
                            arguments.id,
                            arguments.title,
                            arguments.teacher,
                            arguments.graded,
                            arguments.hints.empty() ? -1 : labs::hint_level_of(arguments.hints)};
  std::vector<std::string> names;
  for (const std::string& given : arguments.labs.empty() ? labs::lab_sources() : arguments.labs) {
    const auto some = labs_of(given);
    names.insert(names.end(), some.begin(), some.end());
  }
  for (const std::string& name : names) {
    auto text = labs::find_source(name);
    if (!text) return text.error();
    request.labs.push_back(std::move(*text));
  }
  return labs::make_pack(request, rehearse);
}

std::string kind_text(const labs::PackInfo& info) {
  if (info.kind == labs::PackKind::kTeacher) return "teacher's";
  if (info.kind == labs::PackKind::kUnlock) return "unlock";
  return std::string(info.graded ? "graded" : "practice") + (info.unlocked ? ", unlocked" : "");
}

Json info_json(const labs::PackInfo& info) {
  return {{"id", info.id},         {"title", info.title},       {"kind", labs::name_of(info.kind)},
          {"graded", info.graded}, {"unlocked", info.unlocked}, {"hints", labs::hint_level_name(info.hints)},
          {"hash", info.hash}};
}

}  // namespace

int lab_pack(const Options& options, const PackArguments& arguments) {
  if (arguments.unlock.empty() && arguments.student == arguments.teacher)
    return print_error({"For whom is this pack?", "Nothing was written.",
                        "Say `--student`, `--teacher`, or `--unlock TEACHER.rpack`", ""}),
           kUsage;
  // Asked before all the work, and once more at its end.
  const auto may_replace = [&](const std::string& to) {
    const bool same = FileId::of(to).is(FileId::of(arguments.unlock));
    if (!same && labs::read_info(to)) return Status{};
    return Status{Error{same ? "This is the teacher's pack, which you unlock with."
                             : "There is a file of this name, and it is no pack.",
                        "It was left as it is.", kOtherName, visible_line(to)}};
  };
  if (Status can = NewFile::possible(arguments.to, {"Nothing was written.", kOtherName}, may_replace); !can)
    return end_with(can.error(), kUsage);
  auto pack = wanted_pack(arguments);
  if (!pack) return end_with(pack.error(), kScenario);
  // What students are asked for is nobody else's on a machine that many use.
  if (pack->info.kind != labs::PackKind::kStudent) umask(077);
  // What nobody could install is not handed out.
  const auto sound = [&](const std::string& fresh) {
    auto again = labs::read_pack(fresh);
    if (again) return Status{};
    again.error().place = visible_line(arguments.to);
    return Status{again.error()};
  };
  if (Status written = labs::write_pack(*pack, arguments.to, may_replace, sound); !written)
    return end_with(written.error(), kScenario);
  const labs::PackInfo& info = pack->info;
  if (options.json) {
    Json labs = Json::array();
    for (const labs::PackedLab& lab : pack->labs) labs.push_back(lab.id);
    Json json = {{"schema", kJsonSchema}, {"file", arguments.to}};
    json.update(info_json(info));
    json["labs"] = labs;
    print_json(json);
    return kOk;
  }
  print(fmt::format("{}: {} ({}), {}, edition {}\n", visible_line(arguments.to), info.id, kind_text(info),
                    counted(pack->labs.size(), "lab"), info.hash.substr(0, 8)));
  if (info.kind == labs::PackKind::kStudent)
    note(options.quiet, "Hand it out. Students take it with: ringsidectl lab install FILE");
  if (info.kind == labs::PackKind::kTeacher) note(options.quiet, "Keep it: it holds what students are asked for.");
  if (info.kind == labs::PackKind::kUnlock)
    note(options.quiet, "Hand it out when all have handed in: ringsidectl lab install FILE");
  return kOk;
}

int lab_install(const Options& options, const std::string& file, bool replace) {
  auto installed = labs::install_pack(file, replace, rehearse);
  if (!installed) return end_with(installed.error(), kScenario);
  const labs::PackInfo& info = installed->info;
  if (options.json) {
    Json json = {{"schema", kJsonSchema}};
    json.update(info_json(info));
    json["labs"] = installed->labs;
    print_json(json);
    return kOk;
  }
  using What = labs::Installed::What;
  const char* what = installed->what == What::kNew        ? "installed"
                     : installed->what == What::kReplaced ? "installed, in the place of the old one"
                     : installed->what == What::kUnlocked ? "unlocked"
                                                          : "installed already; nothing was changed";
  print(fmt::format("{} ({}): {}\n", info.title, info.id, what));
  for (const std::string& lab : installed->labs) print(fmt::format("  {}/{}\n", info.id, lab));
  note(options.quiet, fmt::format("Take the first: ringsidectl lab run {}/{}", info.id, installed->labs.front()));
  return kOk;
}

int lab_packs(const Options& options) {
  const auto packs = labs::installed_packs();
  Json list = Json::array();
  for (const labs::PackEntry& pack : packs) {
    if (pack.damaged) {
      note(options.quiet, pack.file + ": " + pack.damaged->what);
      list.push_back({{"id", pack.id}, {"damaged", pack.damaged->what}});
      if (!options.json) print(fmt::format("{}damaged\n", left(pack.id, 24)));
      continue;
    }
    list.push_back(info_json(pack.info));
    list.back()["labs"] = pack.labs;
    if (options.json) continue;
    print(fmt::format("{} {} {:<8} edition {}  {}\n", left(pack.id, 24), left(kind_text(pack.info), 18),
                      counted(pack.labs.size(), "lab"), pack.info.hash.substr(0, 8), pack.info.title));
  }
  if (options.json) print_json({{"schema", kJsonSchema}, {"packs", list}});
  if (!options.json && packs.empty()) print("No pack is installed.\n");
  return kOk;
}

int lab_remove(const Options& options, const std::string& pack) {
  if (Status removed = labs::remove_pack(pack); !removed) return end_with(removed.error(), kUsage);
  if (options.json)
    print_json({{"schema", kJsonSchema}, {"removed", pack}});
  else
    print(pack + " is removed. Your answers are kept.\n");
  return kOk;
}

}  // namespace ringside::ctl
