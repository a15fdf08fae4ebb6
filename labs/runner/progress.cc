// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/progress.h"

#include <filesystem>
#include <set>

namespace ringside::labs {

Result<LabProgress> progress_of(ProgressStore& store, const std::string& student, const LabEntry& lab) {
  LabProgress progress;
  auto attempt = store.latest_attempt(student, lab.key());
  if (!attempt) return attempt.error();
  if (!*attempt || (*attempt)->hash != lab.hash) return progress;
  const int64_t id = (*attempt)->id;
  auto answers = store.answers(id);
  auto blocks = store.blocks_run(id);
  auto last = store.latest_moment(id);
  auto failed = store.failed_checks(id);
  if (!answers) return answers.error();
  if (!blocks) return blocks.error();
  if (!last) return last.error();
  if (!failed) return failed.error();
  const auto variant = size_t((*attempt)->variant);
  const std::vector<LabItem> items = variant < lab.asks.size() ? lab.asks[variant] : std::vector<LabItem>{};
  // The newest answer counts; one that was wrong is asked again.
  std::set<std::string> said, settled;
  for (const AnswerRow& row : *answers) {
    said.insert(row.question);
    if (row.correct.value_or(true))
      settled.insert(row.question);
    else
      settled.erase(row.question);
  }
  progress.last_utc = *last, progress.unmet = *failed > 0, progress.ended = !items.empty();
  for (const LabItem& item : items) {
    const bool ran = item.is_do && blocks->count(item.id);
    progress.done += item.is_do ? ran : said.count(item.id) > 0;
    if (!progress.ended || (item.is_do ? ran : settled.count(item.id) > 0)) continue;
    progress.ended = false;
    progress.step = item.step + (item.step_name.empty() ? "" : ": " + item.step_name);
  }
  return progress;
}

Result<std::vector<LabProgress>> all_progress(const std::string& path, const std::string& student,
                                              const std::vector<LabEntry>& labs) {
  std::vector<LabProgress> all(labs.size());
  std::error_code error;
  if (!std::filesystem::exists(path.empty() ? default_progress_path() : path, error)) return all;
  auto store = ProgressStore::open({.path = path});
  if (!store) return store.error();
  for (size_t i = 0; i < labs.size(); i++) {
    auto one = progress_of(**store, student, labs[i]);
    if (!one) return one.error();
    all[i] = std::move(*one);
  }
  return all;
}

std::optional<size_t> to_go_on_with(const std::vector<LabProgress>& all) {
  std::optional<size_t> newest;
  for (size_t i = 0; i < all.size(); i++)
    if (all[i].under_way() && (!newest || all[i].last_utc > all[*newest].last_utc)) newest = i;
  return newest;
}

}  // namespace ringside::labs
