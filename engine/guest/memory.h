// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/guest/platform.h"

// How the guest looks at its own memory. Freestanding: compiler builtins only.
namespace ringside::guest {

// An object at a guest-physical address. Never kept between two polls.
template <class T, Platform P>
inline T* at(P& platform, uint64_t gpa) {
  return reinterpret_cast<T*>(platform.mem(gpa));
}

// Words that the host or a device touches too. A descriptor's second qword, which hands it over, is written by a
// release store and first read by an acquire load (DESIGN section 7, rule 1); settings and reports promise no order.
template <class T>
inline T load_relaxed(const T* word) {
  T value;
  __atomic_load(word, &value, __ATOMIC_RELAXED);
  return value;
}
template <class T>
inline void store_relaxed(T* word, T value) {
  __atomic_store(word, &value, __ATOMIC_RELAXED);
}
inline uint64_t load_acquire(const uint64_t* word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
inline void store_release(uint64_t* word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }

// Bytes of a frame, at any alignment, in this machine's (little-endian) order.
inline uint16_t get16(const uint8_t* from) {
  uint16_t v;
  __builtin_memcpy(&v, from, 2);
  return v;
}
inline uint32_t get32(const uint8_t* from) {
  uint32_t v;
  __builtin_memcpy(&v, from, 4);
  return v;
}
inline uint64_t get64(const uint8_t* from) {
  uint64_t v;
  __builtin_memcpy(&v, from, 8);
  return v;
}
inline void put16(uint8_t* to, uint16_t v) { __builtin_memcpy(to, &v, 2); }
inline void put32(uint8_t* to, uint32_t v) { __builtin_memcpy(to, &v, 4); }
inline void put64(uint8_t* to, uint64_t v) { __builtin_memcpy(to, &v, 8); }

}  // namespace ringside::guest
