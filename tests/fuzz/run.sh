#!/bin/bash
# Builds every fuzz target with libFuzzer, ASan and UBSan, and runs it for SECONDS (default 30) on its corpus in
# the tree and on what it finds. A finding ends the run with exit status 1 and stays in build/fuzz/.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${1:-30} match=${2:-}
bash tests/deps.sh clang libclang-rt-14-dev || exit 1
out=build/fuzz
mkdir -p $out
flags="-std=gnu17 -g -O1 -I. -Ibuild/release/generated -D_GNU_SOURCE -fsanitize=address,undefined -fno-sanitize-recover=undefined"
libraries="libarchive jansson libpcre2-8 libcrypto libpcap libssh libssl libsystemd libxml-2.0 libxslt libexslt"
make -s build/release/ringfence || exit 1
objects=()
pending=()
for source in $(find audit checks reports -name '*.c' ! -path audit/main.c); do
  object=$out/${source%.c}.o
  objects+=("$object")
  mkdir -p "${object%/*}"
  [ "$object" -nt "$source" ] || pending+=("$source")
done
if [ ${#pending[@]} -gt 0 ]; then
  printf '%s\n' "${pending[@]}" | FLAGS="$flags $(pkg-config --cflags $libraries)" OUT=$out xargs -P "$(nproc)" -I{} \
    sh -c 'f={}; clang $FLAGS -fsanitize=fuzzer-no-link -c -o "$OUT/${f%.c}.o" "$f"' || exit 1
fi
# An archive: a target takes what it needs, and main.c is not among it.
rm -f $out/library.a
ar rcs $out/library.a "${objects[@]}" || exit 1
passed=0 failed=0
for target in tests/fuzz/fuzz_*"$match"*.c; do
  [ -e "$target" ] || continue
  name=$(basename "$target" .c)
  corpus=tests/fuzz/corpus/${name#fuzz_}
  mkdir -p "$corpus" "$out/$name.found"
  # shellcheck disable=SC2086
  clang $flags $(pkg-config --cflags $libraries) -fsanitize=fuzzer -o "$out/$name" "$target" $out/library.a \
    $(pkg-config --libs $libraries) -lcmark -lzxcvbn -lnet -lm -pthread || { failed=$((failed + 1)); continue; }
  dictionary=tests/fuzz/dictionary/${name#fuzz_}.txt
  if "$out/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
    -artifact_prefix="$out/$name-" $([ -e "$dictionary" ] && echo -dict="$dictionary") "$out/$name.found" "$corpus" \
    > "$out/$name.log" 2>&1; then
    echo "ok      $name"
    passed=$((passed + 1))
  else
    echo "FAILED  $name"
    tail -n 40 "$out/$name.log"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
