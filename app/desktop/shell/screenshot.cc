// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/screenshot.h"

#include <GL/gl.h>
#include <png.h>

#include <cerrno>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <vector>

namespace ringside::desktop {
namespace {

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
  FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return Error{"The screenshot " + path + " cannot be written: " + std::strerror(errno) + ".", "", "", ""};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  std::vector<png_bytep> rows;
  for (int y = height; y-- > 0;)
    rows.push_back(pixels.data() + size_t(y) * size_t(width) * 3);  // GL counts lines from below, PNG from above
  const bool written = info && write_png(png, info, file, width, height, rows.data());
  if (png) png_destroy_write_struct(&png, &info);
  if (std::fclose(file) || !written)
    return Error{"The screenshot " + path + " cannot be written.", "", "Is the disk full?", ""};
  return {};
}

}  // namespace ringside::desktop
