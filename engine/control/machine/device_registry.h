// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/devices/nic_device.h"
#include "engine/spec/boot_info.h"

namespace ringside::control {

struct RegisteredNic {
  const devices::NicModelInfo* info;
  spec::NicModel guest_driver;  // the driver that the guest boots for it
};

// The one list of NIC models, a line each.
const std::vector<RegisteredNic>& nic_models();
const RegisteredNic* find_nic_model(const std::string& name);

}  // namespace ringside::control
