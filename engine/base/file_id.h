// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ringside {

// Which file a name means: two names are one file when device and inode agree. Zeros: none.
struct FileId {
  uint64_t device = 0, inode = 0;
  bool is(const FileId& other) const { return inode != 0 && device == other.device && inode == other.inode; }
  // What `path` means now, links followed; none when nothing is there. Opens nothing.
  static FileId of(const std::string& path);
};

// Where a path leads, whether a file is there or not: the file, or the folder and the name in it. Opens nothing.
struct FilePlace {
  FileId file, folder;
  std::string name;
  bool is(const FilePlace& other) const {
    return file.is(other.file) || (folder.is(other.folder) && name == other.name);
  }
  static FilePlace of(const std::string& path);
};

// A name that nobody can have laid there before; empty: there are no random numbers, and errno says why. Any thread.
std::string unguessable_name(const std::string& begin = ".ringside-");
inline constexpr size_t kUnguessableDigits = 24;  // hexadecimal, behind `begin`

// Of a file or of the nearest folder above it that exists. Locks mean little there.
bool on_network_file_system(const std::string& path);

}  // namespace ringside
