// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/screenshot.h"

#include <GL/gl.h>
#include <png.h>

#include <cerrno>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

#include "engine/base/new_file.h"

namespace ringside::desktop {
namespace {

constexpr const char* kOtherPicture = "Name another file: `--screenshot FILE.png`";

// Of what was there, only a picture of the same kind is replaced, and a file with nothing in it.
Status may_replace_picture(const std::string& path) {
  png_byte begin[8] = {};
  std::ifstream old(path, std::ios::binary);
  old.read(reinterpret_cast<char*>(begin), sizeof begin);
  const bool empty = old.eof() && old.gcount() == 0;
  if (empty || (old && png_sig_cmp(begin, 0, sizeof begin) == 0)) return {};
  return Error{"There is a file of this name, and it is no PNG.", "It was left as it is.", kOtherPicture, path};
}

// libpng ends an error by a long jump: nothing here has a destructor.
bool write_png(png_structp png, png_infop info, FILE* file, int width, int height, png_bytepp rows) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_init_io(png, file);
  png_set_IHDR(png, info, png_uint_32(width), png_uint_32(height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_filter(png, 0, PNG_FILTER_NONE);  // flat areas and repeated letters: smallest so
  png_set_compression_level(png, 9);
  png_write_info(png, info);
  png_write_image(png, rows);
  png_write_end(png, nullptr);
  return true;
}

}  // namespace

Status save_screenshot(const std::string& path, int width, int height) {
  std::vector<unsigned char> pixels(size_t(width) * size_t(height) * 3);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
  auto fresh = NewFile::beside(path, {"There is no screenshot.", kOtherPicture}, may_replace_picture);
  if (!fresh) return fresh.error();
  FILE* file = std::fopen(fresh->path().c_str(), "wb");
  if (!file)
    return Error{std::string("The screenshot cannot be written: ") + std::strerror(errno) + ".", "", kOtherPicture,
                 path};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  std::vector<png_bytep> rows;
  for (int y = height; y-- > 0;)
    rows.push_back(pixels.data() + size_t(y) * size_t(width) * 3);  // GL counts lines from below, PNG from above
  const bool written = info && write_png(png, info, file, width, height, rows.data());
  if (png) png_destroy_write_struct(&png, &info);
  if (std::fclose(file) || !written) return Error{"The screenshot cannot be written.", "", "Is the disk full?", path};
  return fresh->take_place();
}

}  // namespace ringside::desktop
