// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/skip.h"

namespace ringside::test {

// A case that needs KVM ends here, as skipped, where there is none.
inline void need_kvm() {
  const int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (fd < 0) skip(access("/dev/kvm", F_OK) == 0 ? "/dev/kvm may not be opened" : "no /dev/kvm");
  close(fd);
}

}  // namespace ringside::test
