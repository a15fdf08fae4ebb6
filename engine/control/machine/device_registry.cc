// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/machine/device_registry.h"

#include "engine/devices/e1000/e1000_device.h"
#include "engine/devices/vmxnet3/vmxnet3_device.h"

namespace ringside::control {

// region: nic-models
const std::vector<RegisteredNic>& nic_models() {
  static const std::vector<RegisteredNic> models = {
      {&devices::e1000_model(), spec::NicModel::kE1000},
      {&devices::vmxnet3_model(), spec::NicModel::kVmxnet3},
  };
  return models;
}
// endregion: nic-models

const RegisteredNic* find_nic_model(const std::string& name) {
  for (const RegisteredNic& model : nic_models())
    if (name == model.info->name) return &model;
  return nullptr;
}

}  // namespace ringside::control
