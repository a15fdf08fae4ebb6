// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>

#include "engine/base/result.h"

namespace ringside::control {

// A second flow of control on its owner's thread, with a stack of its own (makecontext(3)): to go on in it is a call of
// some 100 ns that no scheduler is asked about. One thread makes, enters and destroys it.
class Fiber {
 public:
  // `main` runs when it is first entered, and never returns. Error: this machine has no memory for a stack.
  static Result<std::unique_ptr<Fiber>> create(std::function<void()> main);
  // What still lives on its stack is given up, not destroyed.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Goes on in it, and returns when it calls leave(). From outside.
  void enter();
  // Returns to whoever entered, and comes back with the next enter(). From inside.
  void leave();

 private:
  Fiber(std::function<void()> main, std::byte* stack);
  static void begin(unsigned high, unsigned low);

  // What a sanitizer has to know of one side.
  struct Side {
    ucontext_t context{};
    void* fake_stack = nullptr;
    const void* bottom = nullptr;
    size_t bytes = 0;
    void* tsan = nullptr;
  };
  static void switch_to(Side& from, Side& to);
  static void arrived(Side& here, Side& from);

  std::function<void()> main_;
  std::byte* stack_;  // with a page in front that nobody may touch
  Side inside_, outside_;
};

}  // namespace ringside::control
