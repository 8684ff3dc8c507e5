#!/bin/bash
# bench/remote.sh to phones that are none: tests/arm64/remote.sh STATIC DYNAMIC SYSROOT. Under emulation nothing is timed:
# run --check-only does everything else.
set -u -o pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
static=$1 dynamic=$2 sysroot=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/device"
export ADB=$root/tests/arm64/adb DEVICE_SERIAL=emulator-5554 DEVICE_CPU=cortex-a53
failed=0

cool=0
# remote BUNDLE STATUS TEXT RUN-OPTIONS...: the run ends with that status and says that; nothing stays on the device.
remote() {
    local bundle=$1 status=$2 text=$3 got
    shift 3
    "$root/bench/remote.sh" --bundle "$folder/$bundle" --folder "$folder/device" --cool "$cool" --cool-limit 5 -o "$folder/results" \
        adb:emulator-5554 -- "$@" >"$folder/log" 2>&1
    got=$?
    if [ "$got" -ne "$status" ] || ! grep -qF -- "$text" "$folder/log" || [ -n "$(ls -A "$folder/device")" ]; then
        echo "FAILED: $bundle: run $* (status $got, wanted $status and '$text')"
        ls -A "$folder/device"
        tail -n 15 "$folder/log"
        failed=1
    else
        echo "ok: $bundle: run $*"
    fi
}

"$root/scripts/bundle.sh" "$static" "$folder/static" || exit 1
"$root/scripts/bundle.sh" "$dynamic" "$folder/dynamic" "$sysroot" || exit 1
remote static 0 '4 of 4 graphs checked' g1 --quick --check-only --filter 'arm/x1'
remote static 2 'emulat' g1 --quick
remote static 2 'onednn' g1 --quick --check-only --engine onednn
remote dynamic 0 '3 of 3 graphs checked' g2 --quick --check-only --filter 'arm/x1.*g=1$' --engine native,xnnpack,onednn
# An adb that tells no status: what the program says and how it ends come through all the same.
export DEVICE_OLD=1
remote static 0 '4 of 4 graphs checked' g1 --quick --check-only --filter 'arm/x1'
remote static 2 "there is no suite or network 'g99'" g99
unset DEVICE_OLD
# Sensors in millidegrees and in degrees, one that is broken, one that is a voltage; the processor's count.
export DEVICE_SENSORS=$folder/sensors
cool=50
printf 'cpu-0:61000 pm_tz:-40000 charger:38\ncpu-0:48 vbat:4200000 charger:58000\n' >"$DEVICE_SENSORS"
remote static 2 '61 degrees: waiting for 50' g99
grep -q ': 48 degrees' "$folder/log" || { echo "FAILED: it did not cool down" && failed=1; }
printf 'zone:61000 battery:30000\n' >"$DEVICE_SENSORS"
remote static 2 'still 61 degrees after 5 s' g99
rm "$DEVICE_SENSORS"
remote static 2 'no temperature sensor' g99
pattern=$(sed -n "s/^processor_sensors='\(.*\)'$/\1/p" "$root/bench/remote.sh")
grep -qF "\"$pattern\"" "$root/bench/device/sensors.h" || { echo "FAILED: other sensors than in sensors.h" && failed=1; }
DEVICE_SERIAL=other remote static 2 'cannot reach' g1
exit $failed
