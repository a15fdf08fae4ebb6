// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "engine/base/result.h"

namespace ringside::control {

// Memory for a flow of control, with a page in front that nobody may touch. Outlives the fiber that ran on it, so that
// the next one needs no memory that the machine might refuse.
class Stack {
 public:
  // Error: this machine has no memory for a stack.
  static Result<Stack> create();
  ~Stack();
  Stack(Stack&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}
  Stack& operator=(Stack&& other) noexcept {
    std::swap(memory_, other.memory_);
    return *this;
  }

  std::byte* begin() const;
  static size_t bytes();

 private:
  explicit Stack(std::byte* memory) : memory_(memory) {}
  std::byte* memory_;
};

// A second flow of control on its owner's thread, with a stack of its own: makecontext(3) begins it; from then on a
// switch is a jump of some nanoseconds that neither scheduler nor kernel is asked about (swapcontext(3) asks for the
// signal mask, which is the thread's and the same on both sides). One thread makes, enters and destroys it.
class Fiber {
 public:
  // `main` runs when it is first entered, and never returns.
  Fiber(Stack stack, std::function<void()> main);
  // What still lives on its stack is given up, not destroyed.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Goes on in it, and returns when it calls leave(). From outside.
  void enter();
  // Returns to whoever entered, and comes back with the next enter(). From inside.
  void leave();

  // The stack, for another. From outside, and the last thing that is asked of it.
  Stack take_stack() { return std::move(stack_); }

 private:
  static void begin(unsigned high, unsigned low);

  // Where one side stands, and what a sanitizer has to know of it.
  struct Side {
    ucontext_t context{};  // until it was first entered; under a sanitizer always
    jmp_buf place;
    bool begun = false;
    void* fake_stack = nullptr;
    const void* bottom = nullptr;
    size_t bytes = 0;
    void* tsan = nullptr;
  };
  static void switch_to(Side& from, Side& to);
  static void arrived(Side& here, Side& from);

  std::function<void()> main_;
  Stack stack_;
  Side inside_, outside_;
};

}  // namespace ringside::control
