// SPDX-License-Identifier: BSD-3-Clause
// cold: read once, before a pcap wire is built
#include "engine/datapath/pnic/capture_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "engine/base/fault_injection.h"

namespace ringside::datapath {
namespace {

constexpr uint32_t kEthernet = 1;                // LINKTYPE_ETHERNET
constexpr uint32_t kSectionHeader = 0x0a0d0d0a;  // pcapng, draft-ietf-opsawg-pcapng section 4
constexpr uint32_t kMaxLength = 1 << 20;

struct Reader {
  FILE* file;
  bool swapped = false;

  bool bytes(void* to, size_t size) { return fread(to, 1, size, file) == size; }
  bool skip(size_t size) {
    char scratch[4096];
    for (size_t part; size; size -= part)
      if (part = size < sizeof scratch ? size : sizeof scratch; !bytes(scratch, part)) return false;
    return true;
  }
  uint32_t order(uint32_t word) const { return swapped ? __builtin_bswap32(word) : word; }
};

Error broken(const std::string& path, uint64_t frames) {
  return {path + " is broken: it ends in the middle, behind frame " + std::to_string(frames) + ".", kNothingBuilt,
          frames ? "editcap -r " + path + " whole.pcap 1-" + std::to_string(frames) : "Make the capture again"};
}
Error not_ethernet(const std::string& path, uint32_t type) {
  return {path + " was not captured on Ethernet (its link type is " + std::to_string(type) + ").", kNothingBuilt,
          "Capture on an Ethernet interface, not on \"any\""};
}

void count(CaptureInfo& info, uint32_t length) {
  info.frames++, info.bytes += length;
  if (length > info.longest) info.longest = length;
}

Result<CaptureInfo> scan_pcap(const std::string& path, Reader& in) {
  uint32_t rest[5];  // version, zone, accuracy, longest, link type
  if (!in.bytes(rest, sizeof rest)) return broken(path, 0);
  if (uint32_t type = in.order(rest[4]) & 0xffff; type != kEthernet) return not_ethernet(path, type);
  CaptureInfo info;
  for (uint32_t record[4];;) {  // seconds, fraction, length here, length on the wire
    size_t got = fread(record, 1, sizeof record, in.file);
    if (got == 0) return info;
    uint32_t length = in.order(record[2]);
    if (got != sizeof record || length > kMaxLength || !in.skip(length)) return broken(path, info.frames);
    count(info, length);
  }
}

Result<CaptureInfo> scan_pcapng(const std::string& path, Reader& in) {
  constexpr uint32_t kInterface = 1, kOldPacket = 2, kSimplePacket = 3, kPacket = 6;
  CaptureInfo info;
  uint32_t type = kSectionHeader, snap = kMaxLength;
  for (bool first = true;; first = false) {
    uint32_t word[6] = {};
    if (!first) {
      size_t got = fread(&type, 1, 4, in.file);
      if (got == 0) return info;
      if (got != 4) return broken(path, info.frames);
    }
    if (!in.bytes(word, 8)) return broken(path, info.frames);  // length, then the block's first word
    if (type == kSectionHeader) in.swapped = word[1] == 0x4d3c2b1a;
    uint32_t kind = in.order(type), total = in.order(word[0]), used = 12;
    if (total < 16 || total % 4 || total > kMaxLength) return broken(path, info.frames);
    if (kind == kInterface && type != kSectionHeader) {
      if (uint32_t link = in.order(word[1]) & 0xffff; link != kEthernet && !in.swapped) return not_ethernet(path, link);
      if (total >= 20 && in.bytes(word + 2, 4)) used = 16, snap = in.order(word[2]) ? in.order(word[2]) : kMaxLength;
    } else if (kind == kPacket || kind == kOldPacket) {
      if (total < 32 || !in.bytes(word + 2, 12)) return broken(path, info.frames);  // time high, time low, length here
      used = 24;
      if (in.order(word[4]) > total - 32) return broken(path, info.frames);
    }
    if (!in.skip(total - used)) return broken(path, info.frames);
    if (kind == kPacket || kind == kOldPacket) count(info, in.order(word[4]));
    if (kind == kSimplePacket) count(info, in.order(word[1]) < snap ? in.order(word[1]) : snap);
  }
}

}  // namespace

Result<CaptureInfo> scan_capture(const std::string& path) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(fault_here("fopen") ? nullptr : fopen(path.c_str(), "rbe"), fclose);
  if (!file)
    return Error{"The capture cannot be read: " + path + " (" + std::strerror(errno) + ").", kNothingBuilt,
                 "A pcap or pcapng file"};
  Reader in{file.get()};
  uint32_t magic = 0;
  bool read = in.bytes(&magic, 4);
  in.swapped = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
  uint32_t native = in.order(magic);
  Result<CaptureInfo> info = Error{};
  if (read && magic == kSectionHeader)
    info = scan_pcapng(path, in);
  else if (read && (native == 0xa1b2c3d4 || native == 0xa1b23c4d))
    info = scan_pcap(path, in);
  else
    return Error{path + " is not a capture file.", kNothingBuilt,
                 "A pcap or pcapng file, as tcpdump -w and Wireshark write them"};
  if (info.ok() && info->frames == 0)
    return Error{path + " has no frame in it.", kNothingBuilt, "A capture of some traffic"};
  return info;
}

}  // namespace ringside::datapath
