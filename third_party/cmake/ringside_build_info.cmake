# SPDX-License-Identifier: BSD-3-Clause
# engine/base/build_info.h: version and git description, written anew after each commit or checkout.
# Also run as a script (cmake -P) by the command below.

if(CMAKE_SCRIPT_MODE_FILE)
  execute_process(COMMAND git describe --tags --always WORKING_DIRECTORY "${SOURCE_DIR}"
    OUTPUT_VARIABLE describe OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(failed OR NOT describe)
    set(describe "unknown") # a source archive, no commit yet, or no git
  endif()
  configure_file("${CMAKE_CURRENT_LIST_DIR}/build_info.h.in" "${OUTPUT}" @ONLY)
  return()
endif()

# The file that git changes with each commit and checkout; none in a source archive.
execute_process(COMMAND git rev-parse --git-path logs/HEAD WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
  OUTPUT_VARIABLE git_log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
get_filename_component(git_log "${git_log}" ABSOLUTE BASE_DIR "${PROJECT_SOURCE_DIR}")
if(NOT EXISTS "${git_log}" OR IS_DIRECTORY "${git_log}")
  set(git_log)
endif()

set(build_info "${PROJECT_BINARY_DIR}/generated/engine/base/build_info.h")
add_custom_command(OUTPUT "${build_info}"
  COMMAND "${CMAKE_COMMAND}" "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}" "-DVERSION=${PROJECT_VERSION}"
    "-DBUILD_TYPE=${CMAKE_BUILD_TYPE}" "-DARCH=${RINGSIDE_ARCH}" "-DSANITIZE=${RINGSIDE_SANITIZE}"
    "-DOUTPUT=${build_info}" -P "${CMAKE_CURRENT_LIST_FILE}"
  COMMAND "${CMAKE_COMMAND}" -E touch "${build_info}"
  DEPENDS ${git_log} "${CMAKE_CURRENT_LIST_FILE}" "${CMAKE_CURRENT_LIST_DIR}/build_info.h.in" "${PROJECT_SOURCE_DIR}/CMakeLists.txt"
  COMMENT "Writing build_info.h" VERBATIM)
add_custom_target(ringside_build_info DEPENDS "${build_info}")
add_dependencies(ringside_flags ringside_build_info)
