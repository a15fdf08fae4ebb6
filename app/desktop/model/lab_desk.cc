// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/lab_desk.h"

#include <chrono>
#include <utility>

#include "app/desktop/model/lab_worker.h"

namespace ringside::desktop {
namespace {

constexpr std::chrono::milliseconds kLook{250};  // from one look at a preview's text to the next

}  // namespace

struct LabDesk::Worker : LabWorker {
  using LabWorker::LabWorker;
};

LabDesk::LabDesk(Engine& engine, LabDeskOptions options) : picture_(shared_.picture), engine_(engine) {
  thread_ = std::thread([this, options = std::move(options)] {
    Worker worker(engine_, options, [this](const Said& said) {
      std::lock_guard lock(shared_.mutex);
      shared_.said.push_back(said);
    });
    worker.publish = [this, &worker] {
      auto picture = worker.picture();
      std::lock_guard lock(shared_.mutex);
      shared_.picture = std::move(picture);
    };
    worker.told_to_end = [this] { return shared_.end.load(); };
    for (;;) {
      std::function<void(Worker&)> job;
      {
        std::unique_lock lock(shared_.mutex);
        const auto wanted = [&] { return shared_.quit || !shared_.jobs.empty(); };
        while (!wanted())
          if (!worker.watches()) {
            shared_.wake.wait(lock, wanted);
          } else if (!shared_.wake.wait_for(lock, kLook, wanted)) {
            lock.unlock();
            if (worker.look()) worker.publish();
            lock.lock();
          }
        if (shared_.quit) return;
        job = std::move(shared_.jobs.front()), shared_.jobs.pop_front();
      }
      job(worker);
      worker.publish();
      std::lock_guard lock(shared_.mutex);
      --shared_.waiting;
    }
  });
}

LabDesk::~LabDesk() {
  {
    std::lock_guard lock(shared_.mutex);
    shared_.quit = true;
  }
  shared_.end = true;
  engine_.interrupt();
  shared_.wake.notify_one();
  thread_.join();
}

void LabDesk::post(std::function<void(Worker&)> job) {
  opening_ = false;
  std::lock_guard lock(shared_.mutex);
  shared_.jobs.push_back(std::move(job));
  ++shared_.waiting;
  shared_.wake.notify_one();
}

bool LabDesk::busy() const {
  std::lock_guard lock(const_cast<std::mutex&>(shared_.mutex));
  return shared_.waiting > 0;
}

bool LabDesk::poll(const Snapshot& s) {
  std::shared_ptr<const LabPicture> newest;
  {
    std::lock_guard lock(shared_.mutex);
    newest = shared_.picture;
  }
  const bool other = newest != picture_;
  picture_ = std::move(newest);
  // The student's steps have brought the machine to the goal: the lab goes on.
  const auto& running = picture_->running;
  if (running && running->armed && running->since != continued_ && s.serial >= running->since && s.goal_reached &&
      s.goal == running->goal) {
    continued_ = running->since;
    post([since = running->since](Worker& w) { w.go_on(since); });
  }
  return other;
}

std::vector<LabDesk::Said> LabDesk::take_said() {
  std::lock_guard lock(shared_.mutex);
  return std::exchange(shared_.said, {});
}

void LabDesk::list() {
  post([](Worker& w) { w.list(); });
}
void LabDesk::open(const std::string& name, bool anew) {
  post([=](Worker& w) { w.open(name, anew); });
  opening_ = true;
}
void LabDesk::leave() {
  post([](Worker& w) { w.leave(); });
}
void LabDesk::reset() {
  post([](Worker& w) { w.reset(); });
}
void LabDesk::answer(const std::string& question, const std::string& value, std::optional<int> sure, double seconds) {
  post([=](Worker& w) { w.answer(question, value, sure, seconds); });
}
void LabDesk::mark(const std::string& question, int ticked) {
  post([=](Worker& w) { w.mark(question, ticked); });
}
void LabDesk::explain_check(const std::string& check, const std::string& sentence) {
  post([=](Worker& w) { w.explain_check(check, sentence); });
}
void LabDesk::hint(const std::string& of) {
  post([of](Worker& w) { w.hint(of); });
}
void LabDesk::start(const std::string& block, const std::vector<std::string>& lines) {
  shared_.end = false;
  post([=](Worker& w) { w.start(block, lines); });
}
void LabDesk::to_the_end() {
  post([](Worker& w) { w.to_the_end(); });
}
void LabDesk::stop() {
  shared_.end = true;
  engine_.interrupt();
}
void LabDesk::check() {
  post([](Worker& w) { w.check(); });
}
void LabDesk::hand_in(const std::string& to) {
  post([=](Worker& w) { w.hand_in(to); });
}
void LabDesk::begin_anew() {
  post([](Worker& w) { w.begin_anew(); });
}
void LabDesk::retry() {
  post([](Worker& w) { w.retry(); });
}
void LabDesk::without_progress() {
  post([](Worker& w) { w.without_progress(); });
}

}  // namespace ringside::desktop
