// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "engine/base/fault_injection.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace ringside::control {
namespace {

// A guest's poll and the device below it need some KiB; a sanitizer's frames are larger.
constexpr size_t kStackBytes = size_t{1} << 20;

size_t page_bytes() { return size_t(sysconf(_SC_PAGESIZE)); }

}  // namespace

Result<Stack> Stack::create() {
  const size_t all = page_bytes() + kStackBytes;
  void* const memory = fault_here("mmap") ? MAP_FAILED
                                          : mmap(nullptr, all, PROT_READ | PROT_WRITE,
                                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
  Error none{"There is no memory for another stack: ", "", "", ""};
  none.environment = true;
  if (memory == MAP_FAILED) {
    none.what += std::string(strerror(errno)) + ".";
    return none;
  }
  // Who runs over its end is a crash here, not somebody else's data.
  if (fault_here("mprotect") || mprotect(memory, page_bytes(), PROT_NONE) != 0) {
    none.what += std::string(strerror(errno)) + ".";
    munmap(memory, all);
    return none;
  }
  return Stack(static_cast<std::byte*>(memory));
}

Stack::~Stack() {
  if (memory_) munmap(memory_, page_bytes() + kStackBytes);
}

std::byte* Stack::begin() const { return memory_ + page_bytes(); }

size_t Stack::bytes() { return kStackBytes; }

Fiber::Fiber(Stack stack, std::function<void()> main) : main_(std::move(main)), stack_(std::move(stack)) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack_.begin(), Stack::bytes());  // who was on it before may have left frames
#endif
  getcontext(&inside_.context);
  inside_.bottom = stack_.begin(), inside_.bytes = Stack::bytes();
  inside_.context.uc_stack.ss_sp = stack_.begin();
  inside_.context.uc_stack.ss_size = Stack::bytes();
  inside_.context.uc_link = nullptr;
  const auto self = reinterpret_cast<uintptr_t>(this);  // makecontext hands over ints
  makecontext(&inside_.context, reinterpret_cast<void (*)()>(&Fiber::begin), 2, unsigned(self >> 32), unsigned(self));
#if defined(__SANITIZE_THREAD__)
  inside_.tsan = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
#if defined(__SANITIZE_THREAD__)
  __tsan_destroy_fiber(inside_.tsan);
#endif
}

void Fiber::begin(unsigned high, unsigned low) {
  auto& self = *reinterpret_cast<Fiber*>(uintptr_t{high} << 32 | low);
  arrived(self.inside_, self.outside_);
  self.main_();
  std::abort();  // there is nowhere to return to
}

void Fiber::enter() {
#if defined(__SANITIZE_THREAD__)
  outside_.tsan = __tsan_get_current_fiber();
#endif
  switch_to(outside_, inside_);
}

void Fiber::leave() { switch_to(inside_, outside_); }

void Fiber::switch_to(Side& from, Side& to) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&from.fake_stack, to.bottom, to.bytes);
#endif
#if defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(to.tsan, 0);
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // They take a longjmp for the end of the frames between.
  swapcontext(&from.context, &to.context);
#else
  from.begun = true;
  if (_setjmp(from.place) == 0) {
    if (to.begun) _longjmp(to.place, 1);
    swapcontext(&from.context, &to.context);
  }
#endif
  arrived(from, to);
}

// The first thing on this side after a switch.
void Fiber::arrived([[maybe_unused]] Side& here, [[maybe_unused]] Side& from) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(here.fake_stack, &from.bottom, &from.bytes);
#endif
}

}  // namespace ringside::control
