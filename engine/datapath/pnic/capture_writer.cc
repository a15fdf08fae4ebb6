// SPDX-License-Identifier: BSD-3-Clause
// cold: the thread that writes; what the worker does is in capture_writer_datapath.cc
#include "engine/datapath/pnic/capture_writer.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "engine/base/fault_injection.h"

namespace ringside::datapath {
namespace {

using std::chrono::milliseconds;
// The worker does not call: it is looked after so often, and whenever the engine's thread wants it settled.
constexpr milliseconds kLook{2}, kSettle{200};
constexpr uint32_t kRecordHead = 16;

// savefile(5): nanoseconds, version 2.4, snap length, link type Ethernet.
constexpr std::array<uint32_t, 6> kFileHead = {0xa1b23c4d, 0x00040002, 0, 0, 262144, 1};

// All of it; 0, or errno. `done`: what was written.
int write_all(int fd, const void* from, size_t size, size_t& done) {
  for (done = 0; done < size;) {
    const ssize_t n = write(fd, static_cast<const uint8_t*>(from) + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? errno : EIO;
    done += size_t(n);
  }
  return 0;
}

}  // namespace

struct CaptureWriter::Writing {
  std::mutex mutex;  // what follows but the thread; the file's content is the thread's alone
  OutputFile file;
  std::condition_variable wake, settled;
  bool wanted = false, ending = false;
  bool kept = false, misplaced = false;  // may take its place; could not
  std::thread thread;

  void run(CaptureWriter& w);
  // Writes what lies between tail and `head`. 0, or errno.
  int write_out(CaptureWriter& w, uint64_t head);
  bool waits_for_place(const CaptureWriter& w) const {
    return kept && !misplaced && !file.in_place() && w.tail_.load() != 0;
  }
  void take_place(CaptureWriter& w);
};

Result<std::unique_ptr<CaptureWriter>> CaptureWriter::create(OutputFile file) {
  std::unique_ptr<CaptureWriter> w(new CaptureWriter);
  size_t done = 0;
  if (int why = fault_here("write") ? errno : write_all(file.fd(), kFileHead.data(), sizeof kFileHead, done))
    return Error{"The file cannot be written: " + std::string(std::strerror(why)) + ".", kNothingBuilt,
                 "A place with room"};
  w->ring_ = std::make_unique_for_overwrite<uint8_t[]>(kRingBytes);
  w->writing_ = std::make_unique<Writing>();
  w->writing_->file = std::move(file);
  try {
    w->writing_->thread = std::thread([raw = w.get()] { raw->writing_->run(*raw); });
  } catch (const std::system_error& error) {
    return Error{"No thread for writing a capture: " + std::string(error.what()) + ".", kNothingBuilt, ""};
  }
  return w;
}

CaptureWriter::~CaptureWriter() {
  if (!writing_) return;
  {
    std::lock_guard lock(writing_->mutex);
    writing_->ending = true;
  }
  writing_->wake.notify_one();
  if (writing_->thread.joinable()) writing_->thread.join();
}

bool CaptureWriter::writes(const std::string& path) const {
  std::lock_guard lock(writing_->mutex);
  return writing_->file.is_meant_by(path);
}

void CaptureWriter::keep() {
  std::lock_guard lock(writing_->mutex);
  writing_->kept = writing_->wanted = true;
  writing_->wake.notify_one();
}

void CaptureWriter::settle() {
  std::unique_lock lock(writing_->mutex);
  writing_->wanted = true;
  writing_->wake.notify_one();
  writing_->settled.wait_for(
      lock, kSettle, [&] { return (broken() || tail_.load() == head_.load()) && !writing_->waits_for_place(*this); });
}

void CaptureWriter::Writing::run(CaptureWriter& w) {
  // Signals are for others; and a file size limit shall be an error (EFBIG), not the program's end.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  for (bool last = false;;) {
    const uint64_t head = w.head_.load(std::memory_order_acquire);
    const int why = w.broken() || head == w.tail_.load() ? 0 : write_out(w, head);
    std::unique_lock lock(mutex);
    if (waits_for_place(w)) take_place(w);
    if (why && !w.broken()) w.why_.store(why, std::memory_order_release);
    if (!w.broken() && w.tail_.load() != w.head_.load()) continue;  // more came meanwhile
    settled.notify_all();
    if (last) return;
    const auto called = [&] { return wanted || ending; };
    if (!w.broken())
      wake.wait_for(lock, kLook, called);
    else
      wake.wait(lock, called);
    wanted = false, last = ending;
  }
}

// A capture that finds no place is lost, with all its frames.
void CaptureWriter::Writing::take_place(CaptureWriter& w) {
  const int why = file.take_place();
  if (!why) return;
  misplaced = true;
  w.written_frames_.add(-w.written_frames_.value());
  w.written_bytes_.add(-w.written_bytes_.value());
  w.why_.store(why, std::memory_order_release);
}

int CaptureWriter::Writing::write_out(CaptureWriter& w, uint64_t head) {
  uint64_t at = w.tail_.load(), record = at;
  const auto length_at = [&](uint64_t where) {
    uint32_t length = 0;
    for (uint32_t i = 0; i < 4; i++) length |= uint32_t{w.ring_[(where + 8 + i) % kRingBytes]} << 8 * i;
    return length;
  };
  while (at < head) {
    const uint64_t begin = at % kRingBytes, size = std::min(head - at, kRingBytes - begin);
    size_t done = 0;
    const int why = write_all(file.fd(), w.ring_.get() + begin, size, done);
    at += done;
    while (record < at) {
      const uint32_t length = length_at(record);
      if (record + kRecordHead + length > at) break;
      record += kRecordHead + length;
      w.written_frames_.add(1), w.written_bytes_.add(length);
    }
    w.tail_.store(record, std::memory_order_release);
    if (!why) continue;
    // A file that ends within a record would be called broken by its readers.
    if (ftruncate(file.fd(), off_t(sizeof kFileHead + record)) != 0) return errno;
    return why;
  }
  return 0;
}

}  // namespace ringside::datapath
