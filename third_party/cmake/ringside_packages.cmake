# SPDX-License-Identifier: BSD-3-Clause
# System libraries other than DPDK, each as ringside::<name>, with its headers as system headers.
# Version ranges and licences: third_party/README.md.

function(ringside_package name module)
  pkg_check_modules(${name} IMPORTED_TARGET GLOBAL ${ARGN} "${module}")
  if(TARGET PkgConfig::${name})
    add_library(ringside::${name} ALIAS PkgConfig::${name})
  endif()
endfunction()

if(RINGSIDE_BUNDLE)
  # As headers: libstdc++ is linked in, so no shared library may bring a second one.
  add_library(ringside_fmt INTERFACE)
  target_compile_definitions(ringside_fmt INTERFACE FMT_HEADER_ONLY)
  add_library(ringside::fmt ALIAS ringside_fmt)
  add_library(ringside_tomlplusplus INTERFACE)
  add_library(ringside::tomlplusplus ALIAS ringside_tomlplusplus)
else()
  ringside_package(fmt fmt>=9 REQUIRED)
  ringside_package(tomlplusplus tomlplusplus>=3 REQUIRED)
endif()
ringside_package(pcap libpcap>=1.10 REQUIRED)
ringside_package(capstone capstone>=4 REQUIRED)
ringside_package(cli11 CLI11>=2 REQUIRED)
ringside_package(json nlohmann_json>=3.11 REQUIRED)
ringside_package(libpng libpng>=1.6 REQUIRED)
find_package(SQLiteCpp REQUIRED)
add_library(ringside::sqlite ALIAS SQLiteCpp)

# The window's: without them everything but the window is built.
ringside_package(imgui imgui>=1.86)
ringside_package(glfw glfw3>=3.3)
ringside_package(freetype freetype2)
ringside_package(md4c md4c>=0.4)
set(OpenGL_GL_PREFERENCE LEGACY) # libGL.so.1: every desktop has it, and not every one libOpenGL.so.0
find_package(OpenGL)
