// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/desktop/model/lab_picture.h"
#include "engine/api/engine.h"

namespace ringside::desktop {

struct LabDeskOptions {
  std::string student;   // "" = the user's name
  std::string progress;  // "" = the usual file
  int variant = 0;       // 0 = drawn
};

// The window's side of a lab. Requests go in, pictures come out: a thread of its own runs the session, which waits for
// the machine and for the disk, so that the window never does. The same session code serves `ringsidectl lab run`. All
// calls: UI thread.
class LabDesk {
 public:
  LabDesk(Engine& engine, LabDeskOptions options);
  ~LabDesk();
  LabDesk(const LabDesk&) = delete;
  LabDesk& operator=(const LabDesk&) = delete;

  // The newest picture; never null. True: it is another than before.
  bool poll(const Snapshot& snapshot);
  const LabPicture& picture() const { return *picture_; }
  bool opening() const { return opening_ && busy(); }
  bool busy() const;  // a request has not been answered yet

  // What the lab did with the machine since the last call, for the console: commands and answers.
  struct Said {
    std::string command, answer;
    Status status{};
  };
  std::vector<Said> take_said();

  void list();  // the labs there are
  void open(const std::string& name,
            bool anew = false);  // by id or number; anew: from its beginning, the earlier answers stay
  void leave();
  void reset();  // the machine of this place; answers stay
  void answer(const std::string& question, const std::string& value, std::optional<int> sure, double seconds);
  void mark(const std::string& question, int ticked);
  void hint(const std::string& of);
  void explain_check(const std::string& check, const std::string& sentence);
  void start(const std::string& block,
             const std::vector<std::string>& lines);  // sends a block's lines up to the first goal
  void stop();                                        // what is being sent; a step that was stopped does not count
  void to_the_end();                                  // of the goal that is armed
  void check();
  void hand_in(const std::string& to);  // what was done in this lab; "" = a file beside the progress file
  void begin_anew();                    // a damaged progress file: it was copied aside
  void retry();
  void without_progress();  // answers are kept for this process only

 private:
  struct Worker;
  void post(std::function<void(Worker&)> job);

  struct Shared {
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::function<void(Worker&)>> jobs;
    std::shared_ptr<const LabPicture> picture = std::make_shared<LabPicture>();
    std::vector<Said> said;
    size_t waiting = 0;
    bool quit = false;
    std::atomic<bool> end{false};  // what is measured
  };
  Shared shared_;
  std::shared_ptr<const LabPicture> picture_;
  bool opening_ = false;    // the last request was to open one
  uint64_t continued_ = 0;  // the arming that was followed up
  Engine& engine_;
  std::thread thread_;
};

}  // namespace ringside::desktop
