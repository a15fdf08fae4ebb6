// SPDX-License-Identifier: BSD-3-Clause
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "app/ctl/doctor/check.h"

namespace ringside::ctl {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool answers(const std::string& path, bool abstract) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() + 2 > sizeof address.sun_path) return false;
  std::memcpy(address.sun_path + abstract, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const auto size = socklen_t(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  const bool connected =
      connect(fd, reinterpret_cast<sockaddr*>(&address), abstract ? size : socklen_t(sizeof address)) == 0;
  close(fd);
  return connected;
}

// ":0", ":0.0": a socket of this machine. "host:10": another machine's, or an ssh tunnel; taken as it is.
bool x11_answers(const std::string& display) {
  const size_t colon = display.rfind(':');
  if (colon == std::string::npos) return false;
  if (colon != 0 && display.substr(0, colon) != "unix") return true;
  const std::string socket = "/tmp/.X11-unix/X" + display.substr(colon + 1, display.find('.', colon) - colon - 1);
  return answers(socket, false) || answers(socket, true);
}

Finding display() {
  const std::string wayland = environment("WAYLAND_DISPLAY"), x11 = environment("DISPLAY");
  if (!wayland.empty()) {
    const std::string path = wayland.front() == '/' ? wayland : environment("XDG_RUNTIME_DIR") + "/" + wayland;
    if (answers(path, false)) return {"Display", Health::kOk, "Wayland, " + wayland, "The window can open.", ""};
  }
  if (!x11.empty() && x11_answers(x11)) return {"Display", Health::kOk, "X11, " + x11, "The window can open.", ""};
  const std::string found =
      x11.empty() && wayland.empty() ? "none" : "DISPLAY or WAYLAND_DISPLAY is set, but nobody answers there";
  return {"Display", Health::kMissing, found,
          "No window here; run --dashboard shows the same machine as text, and --screenshot works under Xvfb.",
          "ringsidectl run first.scn --dashboard   # or: xvfb-run -a ringside --screenshot shot.png --frames 60"};
}

bool loads(const char* library) {
  void* handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
  if (handle) dlclose(handle);
  return handle;
}

Finding opengl(const Machine& machine) {
  if (!loads("libGL.so.1"))
    return {"OpenGL", Health::kMissing, "libGL.so.1 is not installed",
            "The window needs OpenGL 3; ringsidectl does not.", "sudo apt-get install libgl1 libgl1-mesa-dri"};
  const std::vector<std::string> nodes = machine.list("/dev/dri");
  const bool gpu =
      std::any_of(nodes.begin(), nodes.end(), [](const std::string& name) { return name.starts_with("renderD"); });
  if (gpu) return {"OpenGL", Health::kOk, "libGL.so.1, a GPU in /dev/dri", "The window is drawn by the GPU.", ""};
  return {"OpenGL", Health::kDegraded, "libGL.so.1, no GPU in /dev/dri",
          "The window is drawn by the CPU (llvmpipe): it works, and takes a part of one core.",
          "LIBGL_ALWAYS_SOFTWARE=1 ringside   # if the window does not open by itself; needs libgl1-mesa-dri"};
}

}  // namespace

std::vector<Finding> check_display(const Machine& machine) { return {display(), opengl(machine)}; }

}  // namespace ringside::ctl
