# SPDX-License-Identifier: BSD-3-Clause
# What is the same for every target: options, language, warnings, optimisation, sanitizers.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()
set(werror_default OFF)
if(DEFINED ENV{CI})
  set(werror_default ON)
endif()

option(RINGSIDE_WERROR "Warnings are errors (default in CI)" ${werror_default})
option(RINGSIDE_TESTS "Build tests/" ON)
option(RINGSIDE_STATIC_DPDK "Link DPDK in, instead of using its shared libraries" OFF)
option(RINGSIDE_BUNDLE "For run.sh --bundle: no path of this machine in the programs, libraries looked for in ../lib" OFF)
option(RINGSIDE_UNITY "Compile files that no packet passes several at a time: less than half the time for a whole build, more after a small change" OFF)
set(RINGSIDE_ARCH native CACHE STRING "-march= of all code; DPDK needs x86-64-v2 or better")
set(RINGSIDE_SANITIZE "" CACHE STRING "-fsanitize= of all code: address,undefined or thread")
option(RINGSIDE_FUZZ "Of the tests build the libFuzzer programs alone, and let libFuzzer see the engine's branches (clang)" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")

find_program(RINGSIDE_CCACHE ccache)
if(RINGSIDE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${RINGSIDE_CCACHE}")
endif()

find_package(Threads REQUIRED)

# Linked by each of our own targets, never by third-party code.
add_library(ringside_flags INTERFACE)
target_include_directories(ringside_flags INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
target_compile_options(ringside_flags INTERFACE
  -march=${RINGSIDE_ARCH} -Wall -Wextra -Wshadow $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-missing-field-initializers) # {.a = 1} leaves the other members at their defaults, and is meant to
target_link_libraries(ringside_flags INTERFACE Threads::Threads)
if(RINGSIDE_WERROR)
  target_compile_options(ringside_flags INTERFACE -Werror)
endif()
if(RINGSIDE_SANITIZE)
  target_compile_options(ringside_flags INTERFACE -fsanitize=${RINGSIDE_SANITIZE} -fno-omit-frame-pointer -g1)
  target_link_options(ringside_flags INTERFACE -fsanitize=${RINGSIDE_SANITIZE})
  if(RINGSIDE_SANITIZE MATCHES thread)
    # It does not follow fences, and says so. Ours stand between a store and a load of atomic words only: no race depends on them.
    target_compile_options(ringside_flags INTERFACE -Wno-tsan)
  endif()
  if(RINGSIDE_SANITIZE MATCHES undefined)
    # null: ASan reports it as well, and it costs a quarter of the compile time. vptr: the same.
    target_compile_options(ringside_flags INTERFACE -fno-sanitize=null,vptr -fno-sanitize-recover=undefined)
  endif()
endif()

if(RINGSIDE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "RINGSIDE_FUZZ needs clang++, for its libFuzzer; this is ${CMAKE_CXX_COMPILER_ID}")
  endif()
  target_compile_options(ringside_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Code that no packet passes (the folders that may use fmt, and tests) takes longest to compile and gains nothing from -O3.
if(RINGSIDE_SANITIZE AND NOT RINGSIDE_FUZZ) # a fuzzer's own speed counts
  set(RINGSIDE_COLD_OPTIONS -O0)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(RINGSIDE_COLD_OPTIONS -O1)
endif()
if(RINGSIDE_BUNDLE)
  # libstdc++ is linked in: the display's drivers bring their own, and need it no older than it was. Old-style RPATH, since it holds for
  # the libraries of our libraries too.
  target_compile_options(ringside_flags INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
  target_link_options(ringside_flags INTERFACE -static-libstdc++ -static-libgcc -Wl,--disable-new-dtags)
  set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
  set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib")
endif()
