// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/engine.h"

#include <future>

#include "engine/control/engine_core.h"
#include "engine/control/machine/device_registry.h"
#include "engine/datapath/eal_arguments.h"

// The facade: every call becomes a job of the engine's thread.
namespace ringside {
namespace {

class EngineImpl final : public Engine {
 public:
  explicit EngineImpl(const EngineOptions& options) : core_(options) {}

  Answer execute(std::string_view command) override { return execute_from({}, command); }

  Answer execute_from(const Origin& origin, std::string_view command) override {
    std::promise<Answer> promise;
    auto future = promise.get_future();
    core_.jobs().post([&, line = std::string(command), interrupts = core_.jobs().interrupts()] {
      core_.command(origin, line, interrupts, [&](const Answer& answer) { promise.set_value(answer); });
    });
    return future.get();
  }

  void submit(std::string command, std::function<void(const Answer&)> done) override {
    core_.jobs().post([this, line = std::move(command), done = std::move(done),
                       interrupts = core_.jobs().interrupts()] { core_.command({}, line, interrupts, done); });
  }

  void interrupt() override { core_.jobs().interrupt(); }

  Answer load_scenario(const std::string& name, const std::string& text) override { return load_from({}, name, text); }

  Answer load_from(const Origin& origin, const std::string& name, const std::string& text) override {
    std::promise<Answer> promise;
    auto future = promise.get_future();
    core_.jobs().post(
        [&, interrupts = core_.jobs().interrupts()] { promise.set_value(core_.load(origin, name, text, interrupts)); });
    return future.get();
  }

  std::shared_ptr<const Snapshot> snapshot() override { return core_.board().newest(); }

  std::shared_ptr<const Snapshot> cut() override {
    std::promise<std::shared_ptr<const Snapshot>> promise;
    auto future = promise.get_future();
    core_.jobs().post([&] { promise.set_value(core_.take_cut()); });
    return future.get();
  }

  void on_event(std::function<void(const EventView&)> sink) override { core_.board().set_event_sink(std::move(sink)); }

  std::vector<CommandInfo> commands() const override { return control::describe_commands(); }

  std::vector<std::string> models() const override {
    std::vector<std::string> names;
    for (const auto& model : control::nic_models()) names.push_back(model.info->name);
    return names;
  }

  std::vector<RegisterInfo> registers(const std::string& model) const override {
    const auto* found = control::find_nic_model(model);
    return found ? found->info->registers() : std::vector<RegisterInfo>{};
  }

 private:
  control::EngineCore core_;
};

}  // namespace

Status Engine::check(const EngineOptions& options) {
  if (options.workers < 0 || options.workers > datapath::kMaxWorkers)
    return Error{"--workers " + std::to_string(options.workers) + " is not possible. There can be 1 to " +
                     std::to_string(datapath::kMaxWorkers) + " workers.",
                 "", "Leave it out, and it fits the machine.", ""};
  if (options.memory_mb < 64)
    return Error{"--memory " + std::to_string(options.memory_mb) + " is too little for packets.", "",
                 "Nearest: `--memory 64`", ""};
  datapath::EalConfig config;
  config.hugepages = options.hugepages, config.extra = options.eal_args;
  config.pci = true;  // whether a wire is one is not known yet; asked again when DPDK starts
  return datapath::check_extra(config);
}

Result<std::unique_ptr<Engine>> Engine::create(const EngineOptions& options) {
  if (Status usable = check(options); !usable) return usable.error();
  return std::unique_ptr<Engine>(std::make_unique<EngineImpl>(options));
}

std::vector<FieldView> decode_row(const std::string& model, RingKind kind, const uint64_t qword[2]) {
  const auto* found = control::find_nic_model(model);
  return found ? found->info->decode_row(kind, qword) : std::vector<FieldView>{};
}

}  // namespace ringside
