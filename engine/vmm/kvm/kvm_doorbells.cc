// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/kvm/kvm_doorbells.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "engine/base/fault_injection.h"
#include "engine/vmm/kvm/kvm_vm.h"

namespace ringside::vmm {

Result<std::unique_ptr<KvmDoorbells>> KvmDoorbells::create(KvmVm& vm, std::vector<Bell> bells) {
  std::unique_ptr<KvmDoorbells> doorbells(new KvmDoorbells(vm));
  doorbells->bells_ = std::move(bells);
  for (size_t i = 0; i <= doorbells->bells_.size(); i++) {
    const int fd = fault_here("eventfd") ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
      return Error{std::string("No eventfd for a doorbell: ") + strerror(errno) + ".", "Nothing was built.",
                   "doorbell_by=exit", ""};
    doorbells->fds_.push_back(fd);
  }
  try {
    if (fault_here("pthread_create")) throw std::system_error(errno, std::generic_category());
    doorbells->thread_ = std::thread([d = doorbells.get()] { d->wait(); });
  } catch (const std::system_error& none) {
    return Error{std::string("No thread to wait for doorbells: ") + none.code().message() + ".", "Nothing was built.",
                 "doorbell_by=exit", ""};
  }
  pthread_setname_np(doorbells->thread_.native_handle(), "doorbells");
  return doorbells;
}

KvmDoorbells::~KvmDoorbells() {
  (void)arm(false);
  if (thread_.joinable()) {
    const uint64_t one = 1;
    if (write(fds_.back(), &one, sizeof one) == sizeof one)
      thread_.join();
    else
      thread_.detach();
  }
  for (int fd : fds_) close(fd);
}

Status KvmDoorbells::arm(bool on) {
  if (on == armed_) return {};
  Status added;
  size_t there = on ? 0 : bells_.size();
  for (; on && there < bells_.size(); there++)
    if (added = vm_.add_doorbell(bells_[there].gpa, bells_[there].bytes, fds_[there]); !added) break;
  if (!on || !added)
    while (there-- > 0) vm_.remove_doorbell(bells_[there].gpa, fds_[there]);
  armed_ = on && added;
  return added;
}

void KvmDoorbells::wait() {
  std::vector<pollfd> polled;
  for (int fd : fds_) polled.push_back({fd, POLLIN, 0});
  for (;;) {
    if (poll(polled.data(), polled.size(), -1) < 0) continue;
    for (size_t i = 0; i < bells_.size(); i++) {
      uint64_t times = 0;
      if (!(polled[i].revents & POLLIN) || read(fds_[i], &times, sizeof times) != sizeof times) continue;
      count_.add(times);
      bells_[i].rung();
    }
    if (polled.back().revents & POLLIN) return;
  }
}

}  // namespace ringside::vmm
