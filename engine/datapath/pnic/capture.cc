// SPDX-License-Identifier: BSD-3-Clause
// cold: read once, before a pcap wire is built
#include "engine/datapath/pnic/capture.h"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "engine/base/fault_injection.h"

namespace ringside::datapath {
namespace {

constexpr char kWhatIsRead[] = "A pcap or pcapng file, as tcpdump -w and Wireshark write them";

struct CloseCapture {
  void operator()(pcap_t* capture) const { pcap_close(capture); }
};

Error not_ethernet(const std::string& name, int type) {
  const char* words = pcap_datalink_val_to_description(type);
  return {name + " was not captured on Ethernet (its link type is " + std::to_string(type) +
              (words ? std::string(", ") + words : "") + ").",
          kNothingBuilt, "Capture on an Ethernet interface, not on \"any\""};
}

Error unreadable(const std::string& name, uint64_t frames, const std::string& why) {
  // Two interfaces that differ, as mergecap and dumpcap write them: pcapng may, and libpcap does not.
  const std::string remedy = why.find("an interface has a") != std::string::npos
                                 ? "As one interface: editcap -F pcap " + name + " one.pcap"
                             : frames ? "editcap -r " + name + " whole.pcap 1-" + std::to_string(frames)
                                      : "Make the capture again";
  return {name + " cannot be read behind frame " + std::to_string(frames) + ": " + why + ".", kNothingBuilt, remedy};
}

Error too_large(const std::string& name, uint64_t frames) {
  return {name + " is too large to be played from memory: it has more than " +
              std::to_string(Capture::kMostMemory >> 20) + " MiB of frames.",
          kNothingBuilt, "A part of it: editcap -r " + name + " part.pcap 1-" + std::to_string(frames)};
}

thread_local std::function<bool()> interrupted;  // of the captures that this thread reads

Capture::Content content_of(const struct stat& info) {
  const auto ns = [](const timespec& t) { return uint64_t(t.tv_sec) * 1'000'000'000 + uint64_t(t.tv_nsec); };
  return {uint64_t(info.st_dev), uint64_t(info.st_ino), uint64_t(info.st_size), ns(info.st_mtim), ns(info.st_ctim)};
}

bool tagged(const uint8_t* data, uint32_t length) { return length >= 16 && data[12] == 0x81 && data[13] == 0; }

}  // namespace

Capture::Content Capture::Content::of(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? content_of(info) : Content{};
}

Capture::Interruption::Interruption(std::function<bool()> wanted) { interrupted = std::move(wanted); }
Capture::Interruption::~Interruption() { interrupted = nullptr; }

Result<std::unique_ptr<const Capture>> Capture::load(const std::string& path) {
  const Error cannot{"The capture cannot be read: " + path + " (", kNothingBuilt, "A pcap or pcapng file"};
  const auto failed = [&](const std::string& why) {
    Error error = cannot;
    error.what += why + ").";
    return error;
  };
  // Looked at before it is opened (to open a device can do something), and again behind the open, since a name may
  // change hands. Without waiting: to open a pipe is to wait for its writer.
  struct stat info {};
  if (fault_here("stat") || stat(path.c_str(), &info) != 0) return failed(std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return failed("it is not a regular file");
  const int fd = fault_here("open") ? -1 : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return failed(std::strerror(errno));
  FILE* file = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? fdopen(fd, "rb") : nullptr;
  if (!file) {
    close(fd);
    return failed("it is not a regular file");
  }
  return read(file, path);
}

Result<std::unique_ptr<const Capture>> Capture::read(FILE* file, const std::string& name) {
  char why[PCAP_ERRBUF_SIZE] = "";
  std::unique_ptr<pcap_t, CloseCapture> in(
      fault_here("pcap_fopen_offline")
          ? nullptr
          : pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, why));
  if (!in) {
    fclose(file);
    return Error{name + " is not a capture file that libpcap can read: " + why + ".", kNothingBuilt, kWhatIsRead};
  }
  const int type = pcap_datalink(in.get()), more = pcap_datalink_ext(in.get());
  if (type != DLT_EN10MB) return not_ethernet(name, type);
  const uint32_t fcs = LT_FCS_LENGTH_PRESENT(more) ? uint32_t(LT_FCS_LENGTH(more)) * 2 : 0;

  std::unique_ptr<Capture> capture(new Capture);
  struct stat info {};
  if (fstat(fileno(file), &info) == 0) capture->content_ = content_of(info);
  if (info.st_size > 0) capture->bytes_.reserve(std::min(uint64_t(info.st_size), kMostMemory));
  constexpr uint64_t kFramesALook = 4096;
  for (;;) {
    if (interrupted && capture->frames_.size() % kFramesALook == kFramesALook - 1 && interrupted())
      return Error{name + " was not read to its end: that was stopped.", kNothingBuilt, ""};
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    const int got = pcap_next_ex(in.get(), &header, &data);
    if (got == PCAP_ERROR_BREAK) break;  // the end
    if (got != 1) return unreadable(name, capture->frames_.size(), pcap_geterr(in.get()));
    // The time stamp's second half holds nanoseconds, as asked for above. What lies before 1970 is no time.
    const uint64_t ns =
        header->ts.tv_sec < 0 ? 0 : uint64_t(header->ts.tv_sec) * 1'000'000'000 + uint64_t(header->ts.tv_usec);
    if (!capture->keep(data, header->caplen, header->len, fcs, ns)) return too_large(name, capture->frames_.size());
  }
  if (capture->frames_.empty()) return Error{name + " has no frame in it.", kNothingBuilt, "A capture of some traffic"};
  capture->frames_.shrink_to_fit();
  return std::unique_ptr<const Capture>(std::move(capture));
}

// False: there is no room.
bool Capture::keep(const uint8_t* data, uint32_t length, uint32_t on_wire, uint32_t fcs, uint64_t ns) {
  if (length < on_wire) cut_++;
  // The frame check sequence of captures that have one: of a cut frame, what of it is there.
  const uint32_t whole = on_wire > fcs ? on_wire - fcs : 0;
  if (fcs && length > whole) length = whole;
  if (frames_.empty()) first_ns_ = ns;
  const uint64_t before = frames_.empty() ? 0 : frames_.back().ns;
  const bool oversize = length > kLongest + (tagged(data, length) ? 4 : 0);
  const Frame frame{bytes_.size(), std::max(before, ns > first_ns_ ? ns - first_ns_ : 0), length, oversize};
  const uint64_t kept = oversize ? 0 : length;
  if (bytes_.size() + kept + (frames_.size() + 1) * sizeof(Frame) > kMostMemory) return false;
  frames_.push_back(frame);
  bytes_.insert(bytes_.end(), data, data + kept);
  total_bytes_ += length;
  oversize_ += oversize;
  return true;
}

std::string Capture::note() const {
  const std::string all = " of " + std::to_string(frames_.size()) + (frames_.size() == 1 ? " frame " : " frames ");
  std::string text;
  if (cut_) text = std::to_string(cut_) + all + (cut_ == 1 ? "was" : "were") + " cut when captured";
  if (oversize_)
    text += (text.empty() ? "" : "; ") + std::to_string(oversize_) + all + (oversize_ == 1 ? "is" : "are") +
            " longer than " + std::to_string(kLongest) + " bytes and dropped";
  return text;
}

}  // namespace ringside::datapath
