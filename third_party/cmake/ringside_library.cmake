# SPDX-License-Identifier: BSD-3-Clause
# One static library or program per folder. Sources are globbed, so that adding a file needs no edit here;
# LINKS is the folder's include rule (docs/architecture.md), and tests/lint/include_rules.py compares the two.

# ringside_library(NAME [COLD] [EXCLUDE regex] [LINKS target...]): library ringside_NAME of the .cc files at and below this folder.
# COLD: no packet passes here, so it need not be optimised. A folder without a .cc file becomes an INTERFACE library.
function(ringside_library name)
  cmake_parse_arguments(ARG "COLD" "EXCLUDE" "LINKS" ${ARGN})
  ringside_glob(sources "${ARG_EXCLUDE}")
  if(sources)
    add_library(ringside_${name} STATIC ${sources})
    target_link_libraries(ringside_${name} PUBLIC ringside_flags ${ARG_LINKS})
    if(ARG_COLD)
      target_compile_options(ringside_${name} PRIVATE ${RINGSIDE_COLD_OPTIONS})
    endif()
    ringside_together(ringside_${name})
  else()
    add_library(ringside_${name} INTERFACE)
    target_link_libraries(ringside_${name} INTERFACE ringside_flags ${ARG_LINKS})
  endif()
endfunction()

# ringside_program(NAME LIBRARY library [LINKS target...]): program NAME of main.cc, and library ringside_LIBRARY of all other .cc
# files at and below this folder, so that tests can link them. No program while there is no main.cc.
function(ringside_program name)
  cmake_parse_arguments(ARG "" "LIBRARY" "LINKS" ${ARGN})
  ringside_library(${ARG_LIBRARY} COLD EXCLUDE "^${CMAKE_CURRENT_SOURCE_DIR}/main\\.cc$" LINKS ${ARG_LINKS})
  file(GLOB main CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/main.cc")
  if(main)
    add_executable(${name} "${main}")
    target_link_libraries(${name} PRIVATE ringside_${ARG_LIBRARY})
    target_compile_options(${name} PRIVATE ${RINGSIDE_COLD_OPTIONS})
  endif()
endfunction()

# ringside_together(TARGET): with RINGSIDE_UNITY, a target's files are compiled eight at a time: most of their compile time is headers. Not
# those that packets pass, whose code stays what it is; and each device's for itself, since its files use the datasheet's short names.
function(ringside_together target)
  if(NOT RINGSIDE_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    if(source MATCHES "_datapath\\.cc$|/(worker|port_context|packet_pool|soft_vcpu|hosted_program|flow_hash)\\.cc$")
      continue()
    endif()
    set(group rest)
    if(source MATCHES "/(e1000|vmxnet3)[_/]")
      set(group ${CMAKE_MATCH_1})
    endif()
    math(EXPR count_${group} "0${count_${group}} + 1")
    math(EXPR number "(${count_${group}} - 1) / 8")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${group}${number}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# ringside_freestanding(NAME [EXCLUDE regex]): one translation unit of all headers at and below this folder, compiled as the bare-metal
# guest is: with nothing beneath them.
function(ringside_freestanding name)
  cmake_parse_arguments(ARG "" "EXCLUDE" "" ${ARGN})
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
  if(ARG_EXCLUDE)
    list(FILTER headers EXCLUDE REGEX "${ARG_EXCLUDE}")
  endif()
  if(headers)
    list(TRANSFORM headers REPLACE "(.+)" "#include \"\\1\"\n")
    string(CONCAT includes ${headers})
    file(GENERATE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/freestanding/${name}.cc" CONTENT "${includes}")
    add_library(ringside_${name}_freestanding OBJECT "${CMAKE_CURRENT_BINARY_DIR}/freestanding/${name}.cc")
    target_compile_options(ringside_${name}_freestanding PRIVATE
      -ffreestanding -fno-exceptions -fno-rtti -mgeneral-regs-only -mno-red-zone)
    target_link_libraries(ringside_${name}_freestanding PRIVATE ringside_flags)
  endif()
endfunction()

function(ringside_glob out exclude)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  if(exclude)
    list(FILTER sources EXCLUDE REGEX "${exclude}")
  endif()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()
