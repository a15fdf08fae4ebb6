// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/file_id.h"

#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <array>
#include <filesystem>

namespace ringside {
namespace fs = std::filesystem;

FileId FileId::of(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return {};
  return {uint64_t(info.st_dev), uint64_t(info.st_ino)};
}

FilePlace FilePlace::of(const std::string& path) {
  const size_t begin = path.rfind('/') + 1;  // without a slash: 0
  return {FileId::of(path), FileId::of(begin ? path.substr(0, begin) : "."), path.substr(begin)};
}

std::string unguessable_name(const std::string& begin) {
  std::array<uint8_t, kUnguessableDigits / 2> random{};
  if (getrandom(random.data(), random.size(), 0) != ssize_t(random.size())) return {};
  std::string name = begin;
  for (uint8_t byte : random) name += "0123456789abcdef"[byte >> 4], name += "0123456789abcdef"[byte & 15];
  return name;
}

bool on_network_file_system(const std::string& path) {
  std::error_code error;
  fs::path at = fs::absolute(path, error);
  while (!fs::exists(at, error) && at.has_parent_path() && at != at.parent_path()) at = at.parent_path();
  struct statfs info {};
  if (statfs(at.c_str(), &info)) return false;
  switch (uint32_t(info.f_type)) {
    case 0x00006969:  // NFS
    case 0x0000517b:  // SMB
    case 0xff534d42:  // CIFS
    case 0xfe534d42:  // SMB2
    case 0x65735546:  // FUSE: sshfs and its like
    case 0x01021997:  // 9p: a folder of the host
    case 0x00c36400:  // Ceph
    case 0x5346414f:  // AFS
    case 0x73757245:  // Coda
    case 0x0bd00bd0:  // Lustre
    case 0x47504653:  // GPFS
    case 0x786f4256:  // VirtualBox's shared folders
    case 0x0000564c:  // NCP
      return true;
  }
  return false;
}

}  // namespace ringside
