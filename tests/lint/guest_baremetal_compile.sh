#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The guest's source compiles as a bare-metal image would have it: no library, no exceptions, no vector or floating-point registers,
# no red zone, no state of its own. ROOT and the compiler may be given: guest_baremetal_compile.sh [ROOT [CXX]]
set -eu
root=${1:-$(cd "$(dirname "$0")/../.." && pwd)}
cxx=${2:-${CXX:-g++}}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$cxx" -std=c++20 -O2 -Wall -Wextra -Wshadow -Werror -ffreestanding -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-stack-protector \
  -mgeneral-regs-only -mno-red-zone -I"$root" -c "$root/tests/lint/guest_baremetal.cc" -o "$dir/guest.o"

state=$(size -A "$dir/guest.o" | awk '$1 ~ /^\.(data|bss|tdata|tbss)/ && $2 > 0 { print $1, $2 }')
if [ -n "$state" ]; then
  echo "state outside guest memory: $state"
  exit 1
fi

# What is left to the image: the four functions that a compiler may call without being asked to.
missing=$(nm -uC "$dir/guest.o" | awk '$2 !~ /^(memcpy|memset|memmove|memcmp)$/ { print $2 }')
if [ -n "$missing" ]; then
  echo "needs more than memory functions: $missing"
  exit 1
fi

if objdump -d "$dir/guest.o" | grep -qE '%(xmm|ymm|zmm|st|mm[0-7])'; then
  echo "uses more than general-purpose registers"
  exit 1
fi
