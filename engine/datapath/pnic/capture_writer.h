// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/counter.h"
#include "engine/base/result.h"
#include "engine/datapath/pnic/output_file.h"
#include "engine/net/packet.h"

namespace ringside::datapath {

// Writes frames to a pcap file (nanoseconds, Ethernet) without the worker ever waiting for the disk: the worker lays
// records into a ring of bytes, a thread of its own writes them out. When the disk is full or fails, it ends at the
// last whole record, and says so: frames that it had taken and that are not in the file are lost(). Hot: put(),
// has_room(), broken(), for the serving worker; the rest is for the engine's thread.
class CaptureWriter {
 public:
  static constexpr uint32_t kRingBytes = 1 << 24;

  // cold-begin: made and ended by the engine's thread
  // Writes the file's head and starts the thread. Error: not even that could be written.
  static Result<std::unique_ptr<CaptureWriter>> create(OutputFile file);
  // Writes what it took.
  ~CaptureWriter();
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;

  // OutputFile::is_meant_by().
  bool writes(const std::string& path) const;
  // The wire is there to stay: the file takes its place with the first whole frame that is in it. Without one, and of a
  // wire that goes before this was said, nothing stays, and what lay in that place is untouched.
  void keep();
  // Waits until all that was taken is in the file and that has its name, or writing failed; a fifth of a second at
  // most. With the worker at rest.
  void settle();
  // Why writing ended before its time; 0: it did not. Any thread.
  int why_broken() const { return why_.load(std::memory_order_acquire); }
  // cold-end

  // Takes a copy of the frame, `ns` its time stamp. False: no room just now, or broken().
  bool put(const net::Packet* packet, uint64_t ns);
  // Less than half of the ring is in use: who plays as fast as it goes should wait otherwise.
  bool has_room() const {
    return broken() || head_.load(std::memory_order_relaxed) - tail_.load(std::memory_order_relaxed) < kRingBytes / 2;
  }
  bool broken() const { return why_.load(std::memory_order_acquire) != 0; }
  // Frames and their bytes that were taken and will never be in the file. 0 until broken(), exact from then on. The
  // serving worker's thread, or any at a cut.
  uint64_t lost_frames() const { return broken() ? frames_.value() - written_frames_.value() : 0; }
  uint64_t lost_bytes() const { return broken() ? bytes_.value() - written_bytes_.value() : 0; }

 private:
  CaptureWriter() = default;
  void copy_in(uint64_t at, const void* from, uint32_t size);

  std::unique_ptr<uint8_t[]> ring_;
  alignas(64) std::atomic<uint64_t> head_{0};  // end of the last whole record; the worker's
  uint64_t last_ns_ = 0;
  Counter frames_, bytes_;                     // taken
  alignas(64) std::atomic<uint64_t> tail_{0};  // end of the last record that is in the file; the thread's
  std::atomic<int> why_{0};
  Counter written_frames_, written_bytes_;  // the thread's
  // cold-begin: the thread
  struct Writing;
  std::unique_ptr<Writing> writing_;
  // cold-end
};

}  // namespace ringside::datapath
