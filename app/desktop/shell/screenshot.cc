// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/screenshot.h"

#include <GL/gl.h>
#include <png.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace ringside::desktop {

Status save_screenshot(const std::string& path, int width, int height) {
  std::vector<unsigned char> pixels(size_t(width) * size_t(height) * 3);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = png_uint_32(width), image.height = png_uint_32(height);
  image.format = PNG_FORMAT_RGB;
  // GL counts lines from below, PNG from above: a negative stride turns the picture round
  if (!png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), -width * 3, nullptr))
    return Error{"The screenshot " + path + " cannot be written: " + (errno ? std::strerror(errno) : image.message) + ".", "", "", ""};
  return {};
}

}  // namespace ringside::desktop
