// SPDX-License-Identifier: BSD-3-Clause
// `ringside`, the window. Exit codes: 0 ok, 2 usage, 3 this environment cannot be used, 4 a file is not valid.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "app/desktop/model/lab_command.h"
#include "app/desktop/model/scenario_text.h"
#include "app/desktop/model/window_command.h"
#include "app/desktop/options.h"
#include "app/desktop/shell/affinity.h"
#include "app/desktop/shell/desktop.h"
#include "app/desktop/shell/saved_state.h"
#include "engine/base/assets.h"
#include "engine/base/new_file.h"
#include "engine/base/read_file.h"
#include "engine/base/scenario_file.h"
#include "engine/base/visible.h"
#include "labs/pack/library.h"

namespace ringside::desktop {
namespace {

constexpr int kEnds[] = {SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t asked_to_end = 0;  // by one of them

int fail(int code, const Error& error) {
  Error one = error;
  one.place = visible_line(error.place);  // a file's name may have line ends
  std::string text = one.text();
  if (code == 3) std::replace(text.begin(), text.end(), '\n', ' ');  // one line that says what to do
  std::fprintf(stderr, "ringside: %s\n", visible(text).c_str());
  return code;
}

// Until the lab has answered, and has noticed what the machine did.
void settle(Desktop& desktop) {
  do {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    desktop.poll();
  } while (desktop.waiting());
}

// Runs the lines of a file as a person would type them.
Status exec_file(Engine& engine, Desktop& desktop, const std::string& path) {
  UiState& ui = desktop.ui();
  auto text = read_file(path);
  if (!text) return text.error();
  std::istringstream in(*text);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (const size_t hash = line.find('#'); hash != std::string::npos) line.resize(hash);
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    line.erase(0, line.find_first_not_of(" \t"));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    settle(desktop);
    if (is_window_command(line) || is_lab_command(line)) {
      if (Status done = is_lab_command(line) ? apply_lab_command(desktop.lab(), line) : apply_window_command(ui, line);
          !done) {
        Error error = done.error();
        error.place = path + ", line " + std::to_string(number);
        return error;
      }
      continue;
    }
    if (Answer a = engine.execute(line); !a.ok()) {
      a.error.place = path + ", line " + std::to_string(number);
      return a.error;
    }
  }
  settle(desktop);
  return {};
}

// Every number of the last picture, for who measures what the window costs.
Status write_probes(const std::string& path, const Snapshot& s, int frames, double seconds) {
  nlohmann::ordered_json all{{"frames", frames}, {"seconds", seconds}, {"probes", nlohmann::json::array()}};
  for (const Probe& p : s.probes)
    if (p.kind != ProbeKind::kText) all["probes"].push_back({{"name", p.name}, {"value", p.number()}});
  // An older one is replaced, and so is a file with nothing in it.
  const auto may_replace = [](const std::string& to) {
    const auto old = read_file(to);
    if (old && (old->empty() || old->starts_with("{\"frames\":"))) return Status{};
    return Status{Error{"There is a file of this name with something else in it.", "It was left as it is.",
                        "Name another file: `--probes FILE`", to}};
  };
  auto fresh = NewFile::beside(path, {"No number was written.", "Name another file: `--probes FILE`"}, may_replace);
  Status done = fresh ? fresh->write(all.dump() + "\n") : fresh.error();
  return done ? fresh->take_place() : done;
}

int run(int argc, char** argv) {
  Options o = parse_options(argc, argv);
  if (o.leave >= 0) return o.leave;
  // A picture shows what it was asked for; only a person's window remembers how it was left.
  const bool remembers = o.window.screenshot.empty() && !o.window.frames;
  UiState remembered;
  SavedState saved = remembers ? load_state(saved_state_path(), remembered) : SavedState();
  auto theme = Theme::load(asset_path("themes/themes.toml"), !o.theme.empty()       ? o.theme
                                                             : !saved.theme.empty() ? saved.theme
                                                                                    : "dark");
  if (!theme && o.theme.empty()) theme = Theme::load(asset_path("themes/themes.toml"), "dark");
  if (!theme) return fail(2, theme.error());
  auto layouts = Layouts::load(panel_ids());
  if (!layouts) return fail(4, layouts.error());
  if (!o.layout.empty() && !layouts->find(o.layout))
    return fail(2, Error{.what = "There is no layout " + o.layout + ".",
                         .unchanged = {},
                         .remedy = "Learn or Explore: --layout learn"});
  if (!o.window.scale) o.window.scale = saved.scale;
  if (Status usable = Engine::check(o.engine); !usable) return fail(2, usable.error());
  const auto scenario = read_scenario_file(o.scenario.empty() ? asset_path("scenarios/first.scn") : o.scenario);
  if (!scenario) return fail(4, scenario.error());
  if (!o.lab.empty())
    if (auto text = labs::find_any_lab(o.lab); !text) return fail(text.error().environment ? 3 : 4, text.error());
  auto window = Window::open(o.window);
  if (!window) return fail(3, window.error());
  auto engine = Engine::create(o.engine);
  if (!engine) return fail(3, engine.error());
  if (o.lab.empty() || !o.scenario.empty()) {  // a lab brings its own machine
    if (Status loaded = (*engine)
                            ->load_from(Origin::file(scenario->path), scenario->name, waiting_for_steps(scenario->text))
                            .status();
        !loaded)
      return fail(loaded.error().environment ? 3 : 4, loaded.error());
  }

  std::vector<int> cpus;
  for (const auto newest = (*engine)->snapshot(); const WorkerView& w : newest->workers) cpus.push_back(w.cpu);
  leave_to_workers(cpus);

  Desktop desktop(**engine, std::move(*theme), Words::load(), std::move(*layouts), o.labs);
  UiState& ui = desktop.ui();
  ui.choose_layout(remembered.layout), ui.splits = remembered.splits, ui.tour = remembered.tour;
  ui.reduced_motion =
      !remembers || remembered.reduced_motion || (remembers && !saved.found && desktop_wants_less_motion());
  if (remembers && !saved.tour_seen && o.exec.empty() && o.scenario.empty() && o.lab.empty() && o.window.ui_map.empty())
    ui.tour.step = 1;  // the very first start without a wish of one's own
  if (!o.lab.empty()) ui.choose_layout("learn"), ui.tour.step = 0, desktop.lab().open(o.lab);
  if (!o.layout.empty()) ui.choose_layout(o.layout);
  if (!o.exec.empty()) {
    if (Status done = exec_file(**engine, desktop, o.exec); !done) return fail(4, done.error());
  } else if (const auto s = (*engine)->snapshot();
             o.lab.empty() && s->state == RunState::kPaused && s->mode == RunMode::kFree) {
    desktop.client().send("run mode=free");
  }
  for (const int signal : kEnds) std::signal(signal, [](int) { asked_to_end = 1; });
  const auto begin = std::chrono::steady_clock::now();
  Status ended = (*window)->run(desktop, asked_to_end);
  if (!o.probes.empty())
    if (Status written = write_probes(o.probes, *(*engine)->snapshot(), (*window)->frames(),
                                      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        ended && !written)
      ended = written;
  // A terminal that closes may say so twice; the end is under way. Who presses Ctrl C once more does not want to wait.
  for (const int signal : kEnds) std::signal(signal, signal == SIGINT ? SIG_DFL : SIG_IGN);
  if (remembers) {
    saved.tour_seen |= ui.tour.step > 0 || ui.tour.begun;
    if (ui.theme_chosen) saved.theme = desktop.theme().name();
    if (ui.scale_chosen) saved.scale = desktop.scale();
    save_state(saved_state_path(), ui, saved);
  }
  return ended ? 0 : fail(3, ended.error());
}

}  // namespace
}  // namespace ringside::desktop

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may grow no further is an error with words, not an end
  return ringside::desktop::run(argc, argv);
}
