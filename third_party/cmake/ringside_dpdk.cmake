# SPDX-License-Identifier: BSD-3-Clause
# ringside::dpdk, DPDK 22.11 to 24.11 from pkg-config.
# Its -march is dropped (ours is RINGSIDE_ARCH) and its headers are system headers, so that our warnings are ours.

find_package(PkgConfig REQUIRED)
pkg_check_modules(DPDK REQUIRED libdpdk>=22.11)

# Poll-mode drivers register themselves by constructors: nothing refers to them, so each must be forced in.
# A driver that a distribution does not ship is left out.
set(dpdk_drivers bus_pci bus_vdev mempool_ring net_null net_ring net_af_packet net_tap
  net_virtio net_e1000 net_ixgbe net_i40e net_iavf net_ice net_vmxnet3)
set(dpdk_libraries ${DPDK_LIBRARIES})
list(FILTER dpdk_libraries INCLUDE REGEX "^rte_")

add_library(ringside_dpdk INTERFACE)
add_library(ringside::dpdk ALIAS ringside_dpdk)
target_include_directories(ringside_dpdk SYSTEM INTERFACE ${DPDK_INCLUDE_DIRS})
target_compile_options(ringside_dpdk INTERFACE "SHELL:-include rte_config.h")

if(NOT RINGSIDE_STATIC_DPDK)
  set(drivers)
  foreach(driver IN LISTS dpdk_drivers)
    find_library(DPDK_${driver} rte_${driver} HINTS ${DPDK_LIBRARY_DIRS})
    mark_as_advanced(DPDK_${driver})
    if(DPDK_${driver})
      list(APPEND drivers "${DPDK_${driver}}")
    endif()
  endforeach()
  list(TRANSFORM dpdk_libraries PREPEND -l)
  target_link_libraries(ringside_dpdk INTERFACE
    -Wl,--push-state,--no-as-needed ${drivers} -Wl,--as-needed ${dpdk_libraries} -Wl,--pop-state)
  return()
endif()

# Static: all of pkg-config --static would drag in every driver that Debian builds, and their libraries (ibverbs, crypto, ...).
# So: the archives of dpdk_drivers as a whole, of DPDK's own libraries what is needed, and the few system libraries that those use.
set(archives)
foreach(driver IN LISTS dpdk_drivers)
  find_library(DPDK_${driver}_A librte_${driver}.a HINTS ${DPDK_LIBRARY_DIRS})
  mark_as_advanced(DPDK_${driver}_A)
  if(DPDK_${driver}_A)
    list(APPEND archives "${DPDK_${driver}_A}")
  endif()
endforeach()
list(TRANSFORM dpdk_libraries REPLACE "(.+)" "-l:lib\\1.a")
set(system_libraries)
foreach(name IN ITEMS numa bsd dl m z elf bpf)
  list(APPEND system_libraries -l${name})
endforeach()
target_link_libraries(ringside_dpdk INTERFACE
  -Wl,--push-state,--whole-archive ${archives} -l:librte_common_iavf.a -Wl,--no-whole-archive
  -Wl,--start-group ${dpdk_libraries} -Wl,--end-group -Wl,--as-needed ${system_libraries} -Wl,--pop-state)
