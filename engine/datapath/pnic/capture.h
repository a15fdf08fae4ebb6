// SPDX-License-Identifier: BSD-3-Clause
// cold: read once, before a pcap wire is built
#pragma once

#include <compare>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace ringside::datapath {

// A capture file in memory: its frames with their time stamps, as libpcap's offline reader tells them. Whatever libpcap
// reads is played, and nothing else: pcap of either byte order and resolution, pcapng. Immutable once read, so that any
// thread may look.
class Capture {
 public:
  struct Frame {
    uint64_t at;      // of its first byte in bytes()
    uint64_t ns;      // since the first frame's time stamp; never less than the one before
    uint32_t length;  // bytes, without frame check sequence
    bool oversize;    // longer than a frame of ours may be: no bytes are kept
  };
  static constexpr uint32_t kLongest = 9018;          // without a tag
  static constexpr uint64_t kMostMemory = 256 << 20;  // frames and their list

  // Which content was read: that of this file, unchanged since. Zeros: nobody can say.
  struct Content {
    uint64_t device = 0, inode = 0, size = 0, modified_ns = 0, changed_ns = 0;
    auto operator<=>(const Content&) const = default;
    // Of what `path` means now, links followed.
    static Content of(const std::string& path);
  };

  // Looked at every few thousand frames while captures are read: true ends that with an error. One at a time, while it
  // lives. Engine's thread.
  class Interruption {
   public:
    explicit Interruption(std::function<bool()> wanted);
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;
  };

  // Reads all of `path`. Errors, which name the file and libpcap's own reason: it is not there, no regular file (a pipe
  // would keep the caller waiting for its writer), no capture, of another link type than Ethernet, broken somewhere,
  // without a frame, larger than kMostMemory. Engine's thread.
  static Result<std::unique_ptr<const Capture>> load(const std::string& path);
  // The same of an open file, which is closed; `name` is for errors.
  static Result<std::unique_ptr<const Capture>> read(FILE* file, const std::string& name);

  const std::vector<Frame>& frames() const { return frames_; }
  const uint8_t* bytes(const Frame& frame) const { return bytes_.data() + frame.at; }
  const Content& content() const { return content_; }
  uint64_t total_bytes() const { return total_bytes_; }  // of all frames
  uint64_t cut_frames() const { return cut_; }           // shorter here than on the wire: a snap length cut them
  uint64_t oversize_frames() const { return oversize_; }
  // What is to be said of it: "5 of 5 frames were cut when captured", or nothing.
  std::string note() const;

 private:
  Capture() = default;
  bool keep(const uint8_t* data, uint32_t length, uint32_t on_wire, uint32_t fcs, uint64_t ns);

  Content content_;
  std::vector<Frame> frames_;
  std::vector<uint8_t> bytes_;
  uint64_t total_bytes_ = 0, cut_ = 0, oversize_ = 0, first_ns_ = 0;
};

}  // namespace ringside::datapath
