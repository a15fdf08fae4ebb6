// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/kvm/guest_image.h"

#include <elf.h>

#include <algorithm>
#include <cstring>

namespace ringside::vmm {
namespace {

template <class T>
bool read_at(std::span<const uint8_t> file, uint64_t offset, T& to) {
  if (offset > file.size() || file.size() - offset < sizeof to) return false;
  memcpy(&to, file.data() + offset, sizeof to);
  return true;
}

std::string text_at(std::span<const uint8_t> file, uint64_t offset) {
  std::string text;
  while (offset < file.size() && file[offset]) text += char(file[offset++]);
  return text;
}

}  // namespace

Result<GuestImage> parse_image(std::span<const uint8_t> elf) {
  auto fail = [](const char* what) {
    return Error{std::string("The guest's image is not usable: ") + what + ".", "Nothing was built.", "", ""};
  };
  Elf64_Ehdr header;
  if (!read_at(elf, 0, header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_machine != EM_X86_64)
    return fail("no ELF file for x86-64");
  GuestImage image;
  image.entry = header.e_entry;
  for (uint32_t i = 0; i < header.e_phnum; i++) {
    Elf64_Phdr segment;
    if (!read_at(elf, header.e_phoff + i * sizeof segment, segment)) return fail("it is cut off");
    if (segment.p_type != PT_LOAD) continue;
    if (!image.bytes.empty()) return fail("it has more than one segment");
    if (segment.p_filesz > elf.size() || segment.p_offset > elf.size() - segment.p_filesz ||
        segment.p_memsz != segment.p_filesz)
      return fail("its segment is not in the file");
    image.bytes = elf.subspan(segment.p_offset, segment.p_filesz), image.gpa = segment.p_vaddr;
  }
  if (image.bytes.empty()) return fail("it has no segment");
  for (uint32_t i = 0; i < header.e_shnum; i++) {
    Elf64_Shdr section, names;
    if (!read_at(elf, header.e_shoff + i * sizeof section, section)) return fail("it is cut off");
    if (section.sh_type != SHT_SYMTAB || !read_at(elf, header.e_shoff + section.sh_link * sizeof names, names))
      continue;
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= section.sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol;
      if (!read_at(elf, section.sh_offset + at, symbol)) return fail("it is cut off");
      if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC) continue;
      image.symbols.push_back({symbol.st_value, symbol.st_size, text_at(elf, names.sh_offset + symbol.st_name)});
      if (image.symbols.back().name == "guest_vectors") image.vectors = symbol.st_value;
    }
  }
  std::sort(image.symbols.begin(), image.symbols.end(), [](const auto& a, const auto& b) { return a.gpa < b.gpa; });
  return image;
}

}  // namespace ringside::vmm
