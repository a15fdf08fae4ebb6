// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "engine/base/counter.h"
#include "engine/base/result.h"

namespace ringside::vmm {

class KvmVm;

// Doorbells that the kernel answers (ioeventfd): an exit still, but not one to user space; the value that the guest
// wrote is lost. So only for registers of which the ring itself shows what they would say. A thread waits for the
// eventfds and tells the device, which wakes its context when that sleeps. Made, armed and destroyed by the engine's
// thread while the vCPUs stand.
class KvmDoorbells {
 public:
  struct Bell {
    uint64_t gpa;
    uint32_t bytes;
    std::function<void()> rung;  // called by the waiting thread
  };
  // Error: no eventfd, or no thread. Not armed yet.
  static Result<std::unique_ptr<KvmDoorbells>> create(KvmVm& vm, std::vector<Bell> bells);
  ~KvmDoorbells();
  KvmDoorbells(const KvmDoorbells&) = delete;
  KvmDoorbells& operator=(const KvmDoorbells&) = delete;

  // Off while time is stepped: then each doorbell is an exit to look at. Error: KVM refuses one of them; then none is
  // armed, and each stays an exit to user space.
  Status arm(bool on);
  // Writes that the kernel answered. There are no records of them, and no instruction.
  uint64_t count() const { return count_.value(); }

 private:
  explicit KvmDoorbells(KvmVm& vm) : vm_(vm) {}
  void wait();

  KvmVm& vm_;
  std::vector<Bell> bells_;
  std::vector<int> fds_;  // of each bell; the last one ends the thread
  bool armed_ = false;
  Counter count_;
  std::thread thread_;
};

}  // namespace ringside::vmm
