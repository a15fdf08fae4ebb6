#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# bundle.sh BUILD_DIRECTORY: packs the programs of the portable preset, the libraries that another machine may lack, assets and labs
# into dist/ringside-VERSION-x86_64.tar.gz. Called by run.sh --bundle.
set -euo pipefail
build_directory=$1
source third_party/setup.sh

# A machine has its own of these, and must use them: glibc, the kernel's and the display's libraries (as in AppImage's exclude list).
HOSTS='^(ld-linux.*|linux-vdso|lib(c|m|dl|rt|pthread|resolv|util|z|expat|drm.*|gbm|GL.*|EGL|OpenGL|glapi|X.*|xcb.*|ICE|SM|wayland.*))\.so'

version=$(sed -n 's/^project(ringside VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
name=ringside-$version-x86_64
stage=dist/$name
rm -rf "$stage"
mkdir -p "$stage"/{bin,lib,licences}

for program in ringside ringsidectl; do
  if [[ -x $build_directory/bin/$program ]]; then
    strip -o "$stage/bin/$program" "$build_directory/bin/$program"
    printf '#!/bin/sh\n# SPDX-License-Identifier: BSD-3-Clause\nexec "$(dirname "$(readlink -f "$0")")/bin/%s" "$@"\n' $program > "$stage/$program"
    chmod +x "$stage/$program"
  else
    say "the archive is without $program, which was not built"
  fi
done

# Each library, and the licences of the packages that it and the linked-in archives come from.
ldd "$stage"/bin/* | awk '$2 == "=>" { print $3 }' | sort -u | while read -r library; do
  [[ $library == not ]] && fail "a library of the programs is missing here" "look at: ldd $stage/bin/*"
  [[ $(basename "$library") =~ $HOSTS ]] || cp -L "$library" "$stage/lib/"
done
for package in libdpdk-dev libimgui-dev libsqlitecpp-dev libfmt-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev $(
  ldd "$stage"/bin/* | awk '$2 == "=>" { print $3 }' | sort -u | while read -r library; do
    [[ -f $stage/lib/$(basename "$library") ]] && dpkg-query -S "$(readlink -f "$library")" "*$(basename "$library")" 2> /dev/null | cut -d: -f1
  done | sort -u
); do
  [[ -f /usr/share/doc/$package/copyright ]] && cp -L "/usr/share/doc/$package/copyright" "$stage/licences/$package"
done

cp LICENSE README.md "$stage/" 2> /dev/null || cp LICENSE "$stage/"
cp -r assets "$stage/"
mkdir -p "$stage/assets/fonts"
for font in fonts-inter:Inter-{Regular,SemiBold}.otf fonts-jetbrains-mono:JetBrainsMono-{Regular,SemiBold}.ttf; do
  file=$(find /usr/share/fonts -name "${font#*:}" 2> /dev/null | head -1)
  [[ -n $file ]] || continue # the window falls back to ImGui's own
  cp "$file" "$stage/assets/fonts/"
  cp -L "/usr/share/doc/${font%:*}/copyright" "$stage/licences/${font%:*}" 2> /dev/null || true
done
if [[ -d labs/exercises ]]; then
  mkdir "$stage/labs"
  cp -r labs/*.sql labs/exercises "$build_directory/labs/labs.db" "$stage/labs/"
fi

newest=$(objdump -T "$stage"/bin/* | grep -o 'GLIBC_2\.[0-9]*' | sort -uV | tail -1)
tar -C dist --owner=0 --group=0 --sort=name -czf "dist/$name.tar.gz" "$name"
say "made dist/$name.tar.gz ($(du -h "dist/$name.tar.gz" | cut -f1)); it needs ${newest/_/ } and, for the window, the machine's own libGL"
