#!/bin/bash
# Measures other machines; see usage().
set -u -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

usage() {
    cat <<'END'
usage: bench/remote.sh [OPTIONS] TARGET... [-- RUN OPTIONS]

Copies a bundle to each device, runs it there, brings the results file back and removes everything from the device,
also after a failure or Ctrl-C (what was measured until then comes back, marked incomplete).

TARGET is ssh:[USER@]HOST[:PORT], or adb:SERIAL (adb devices lists them). Several are measured at once, with GNU parallel.

  --bundle FOLDER      what to copy (scripts/bundle.sh makes it). Without: build/bundle/MACHINE, MACHINE being what
                       uname -m says on the device
  -o, --output FOLDER  where the results files go, one a device (results/remote)
  --cool DEGREES       before measuring, wait until the processor's warmest sensor (the device's, where none says that it
                       is the processor's) is at or below this (50); 0: do not
  --cool-limit SECONDS wait at most so long (300)
  --folder FOLDER      where to work on the device (ssh: its TMPDIR or /tmp; adb: /data/local/tmp)
  --help               this text

RUN OPTIONS go to `convgauge run` in the place of --quick: -- --cores big --threads 1,2 g1 networks.
The variables SSH and ADB name the programs to call, with options: SSH='ssh -i key' bench/remote.sh ssh:board.
END
}

bundle='' output=$root/results/remote cool=50 cool_limit=300 folder='' targets=() options=()

wrong() {
    echo "bench/remote.sh: $*" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --bundle | --output | -o | --cool | --cool-limit | --folder)
        [ $# -ge 2 ] || wrong "$1 takes a word; --help tells which"
        case $1 in
        --bundle) bundle=$2 ;;
        --output | -o) output=$2 ;;
        --cool) cool=$2 ;;
        --cool-limit) cool_limit=$2 ;;
        --folder) folder=$2 ;;
        esac
        shift
        ;;
    --help | -h) usage && exit 0 ;;
    --)
        shift
        options=("$@")
        break
        ;;
    ssh:-* | adb:-*) wrong "'$1' is no device: its name begins with '-', as options do" ;;
    ssh:?* | adb:?*) targets+=("$1") ;;
    ssh:* | adb:*) wrong "'$1' names no device: ssh:HOST or adb:SERIAL" ;;
    *) wrong "'$1' is neither an option nor a target (ssh:HOST, adb:SERIAL); options of the run stand behind --" ;;
    esac
    shift
done
[ ${#targets[@]} -gt 0 ] || wrong "which device? ssh:HOST or adb:SERIAL; --help tells more"
case $cool$cool_limit in
*[!0-9]*) wrong "--cool and --cool-limit take whole numbers, not '$cool' and '$cool_limit'" ;;
esac
[ ${#options[@]} -gt 0 ] || options=(--quick)
for option in "${options[@]}"; do
    case $option in
    -o | --output | --output=* | -o?*) wrong "results come back into the folder of remote.sh's own -o, which stands before --" ;;
    esac
done
mkdir -p "$output" || exit 1

# ---- several devices: one call of this script each ----

if [ ${#targets[@]} -gt 1 ]; then
    command -v parallel >/dev/null || wrong "several devices need GNU parallel (Debian: parallel)"
    jobs=$(mktemp -d) || exit 1
    trap 'rm -rf "$jobs"' EXIT
    # parallel gives what it kills less than a second, too little to clean a device up. So it does not get the terminal's
    # Ctrl-C: the calls are told by their ids, and parallel waits until they have ended.
    apart=()
    ! command -v setsid >/dev/null || apart=(setsid)
    # shellcheck disable=SC2016 # the called shell's own
    begin='echo $$ >"$0/pid.$$"; [ ! -e "$0/stop" ] || exit 130; exec "$@"'
    ${apart[@]+"${apart[@]}"} parallel --will-cite --quote --jobs ${#targets[@]} --joblog "$jobs/log" -I @TARGET@ \
        bash -c "$begin" "$jobs" "$root/bench/remote.sh" ${bundle:+--bundle "$bundle"} --output "$output" --cool "$cool" \
        --cool-limit "$cool_limit" ${folder:+--folder "$folder"} @TARGET@ -- "${options[@]}" ::: "${targets[@]}" &
    all=$! interrupted=0
    # shellcheck disable=SC2317 # traps call it
    stop_all() {
        interrupted=$1
        touch "$jobs/stop"
        # shellcheck disable=SC2046 # one word a call
        kill -TERM $(cat "$jobs"/pid.* 2>/dev/null) 2>/dev/null
    }
    trap 'stop_all 130' INT
    trap 'stop_all 143' TERM HUP
    while kill -0 $all 2>/dev/null; do
        wait $all
    done
    [ "$interrupted" -eq 0 ] || exit "$interrupted"
    [ -s "$jobs/log" ] || wrong "parallel did not start; is it GNU parallel (Debian: parallel)?"
    failed=$(awk -F '\t' 'NR > 1 && ($7 || $8)' "$jobs/log" | wc -l)
    [ "$failed" -eq 0 ] || echo "bench/remote.sh: $failed of ${#targets[@]} devices failed" >&2
    [ "$failed" -eq 0 ]
    exit
fi

# ---- one device ----

target=${targets[0]}
name=$(echo "$target" | tr -cs 'A-Za-z0-9.\n' '-' | sed 's/-*$//')
read -r -a ssh_program <<<"${SSH:-ssh}"
read -r -a adb_program <<<"${ADB:-adb}"
address=${target#*:}
if [ "${target%%:*}" = ssh ]; then
    command -v "${ssh_program[0]}" >/dev/null || wrong "there is no ssh (Debian: openssh-client)"
    # A number behind a single colon is a port.
    case $address in
    *:*:*) ;;
    *:*[!0-9]*) ;;
    *:?*) ssh_program+=(-p "${address##*:}") address=${address%:*} ;;
    esac
    base=${folder:-}
else
    command -v "${adb_program[0]}" >/dev/null || wrong "there is no adb (Debian: adb)"
    base=${folder:-/data/local/tmp}
fi

say() {
    echo "$target: $*" >&2
}

# A word for a shell on the device.
quote() {
    local word
    for word in "$@"; do
        printf "'%s' " "${word//\'/\'\\\'\'}"
    done
}

# Passes on what a device says behind adb and ends with the status in its last line, which starts with $status_mark.
status_mark=convgauge-status
told_status() {
    local line status=255
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        case $line in
        *"$status_mark "*)
            status=${line##*"$status_mark "}
            printf '%s' "${line%%"$status_mark"*}"
            ;;
        *) printf '%s\n' "$line" ;;
        esac
    done
    return "$status"
}

# on_device COMMAND: one line for the device's shell; ends with its status. Before Android 7 adb itself tells none.
on_device() {
    if [ "${target%%:*}" = ssh ]; then
        "${ssh_program[@]}" -o BatchMode=yes -o ConnectTimeout=20 "$address" "$1" </dev/null
    else
        "${adb_program[@]}" -s "$address" shell "sh -c $(quote "$1"); echo $status_mark \$?" </dev/null | told_status
    fi
}

copy_there() {
    if [ "${target%%:*}" = ssh ]; then
        tar -C "$bundle" -c . | "${ssh_program[@]}" -o BatchMode=yes "$address" "tar -C $(quote "$work") -x"
    else
        "${adb_program[@]}" -s "$address" push "$bundle/." "$work" >/dev/null
    fi
}

copy_back() {
    if [ "${target%%:*}" = ssh ]; then
        on_device "cat $(quote "$work/results.json")" >"$1"
    else
        "${adb_program[@]}" -s "$address" pull "$work/results.json" "$1" >/dev/null
    fi
}

work='' fetched='' runner=''

fetch() {
    [ -z "$fetched" ] && [ -n "$work" ] || return 0
    fetched=1
    if on_device "test -s $(quote "$work/results.json")" 2>/dev/null; then
        local file
        file=$output/$name-$(date -u +%Y-%m-%dT%H-%M-%S).json
        if copy_back "$file.part" && mv "$file.part" "$file"; then
            say "results: $file"
        else
            rm -f "$file.part"
            say "the results file could not be brought back"
        fi
    fi
}

# Whatever happens: the program ends, what it measured comes back, nothing stays on the device.
# shellcheck disable=SC2317 # a trap calls it
clean() {
    local status=$?
    trap '' EXIT INT TERM HUP
    if [ -n "$work" ]; then
        # The program saves what it has when it is interrupted.
        on_device "cd $(quote "$work") && [ -f pid ] && p=\$(cat pid) && kill -TERM \$p && i=0 &&
            while kill -0 \$p && [ \$i -lt 15 ]; do sleep 1; i=\$((i + 1)); done; kill -KILL \$p" >/dev/null 2>&1
        [ -z "$runner" ] || wait "$runner"
        fetch
        on_device "rm -rf $(quote "$work")" >/dev/null 2>&1 || say "cannot remove $work from the device; it is to be removed by hand"
    fi
    exit "$status"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

machine=$(on_device 'uname -m' | tr -d '\r')
[ -n "$machine" ] || wrong "cannot reach $target: is it there, and does it let you in without a password?"
case $machine in
arm64) machine=aarch64 ;;
armv*) wrong "$target runs a 32-bit system ($machine); convgauge needs a 64-bit one (aarch64)" ;;
esac
bundle=${bundle:-$root/build/bundle/$machine}
[ -f "$bundle/machine" ] || wrong "there is no bundle in '$bundle': scripts/bundle.sh PROGRAM '$bundle' makes it"
[ "$(cat "$bundle/machine")" = "$machine" ] ||
    wrong "the bundle '$bundle' is for $(cat "$bundle/machine"), $target is $machine"

if [ -n "$base" ]; then
    place=$(quote "$base/convgauge.XXXXXX")
else
    # shellcheck disable=SC2016 # the device's variable
    place='"${TMPDIR:-/tmp}/convgauge.XXXXXX"'
fi
work=$(on_device "mktemp -d $place" | tr -d '\r')
case $work in
*/convgauge.*) ;;
*) work='' && wrong "cannot make a folder on $target${base:+ in $base}; --folder names another place" ;;
esac
say "copying $(du -sh "$bundle" | cut -f 1) to $work"
copy_there || { say "cannot copy the bundle" && exit 1; }

# Degrees of the processor's warmest sensor, of the warmest of all where none says that it is the processor's; empty if
# there is none. Kernels give millidegrees, some phones degrees; some zones are voltages. As bench/device/sensors.h.
processor_sensors='cpu|core|cluster|cls[0-9]|tsens|soc[-_]|pkg|package|k10temp|zenpower|big|little'
warmest() {
    # shellcheck disable=SC2016 # the device's variables
    on_device 'for zone in /sys/class/thermal/thermal_zone*; do
        echo "$(cat $zone/temp 2>/dev/null) $(cat $zone/type 2>/dev/null)"; done' 2>/dev/null | tr -d '\r' |
        awk -v processor="$processor_sensors" '$1 ~ /^[0-9]+$/ {
                t = $1 < 200 ? $1 : $1 / 1000
                if (t <= 0 || t >= 150) next
                if (t > all) all = t
                if (tolower(substr($0, index($0, " ") + 1)) ~ processor && t > max) max = t
            }
            END { if (max || all) printf "%.0f", max ? max : all }'
}

cool_down() {
    local waited=0 now
    now=$(warmest)
    if [ -z "$now" ]; then
        say "no temperature sensor can be read: it may start warm"
        return
    fi
    while [ "$now" -gt "$cool" ] && [ $waited -lt "$cool_limit" ]; do
        [ $waited -gt 0 ] || say "$now degrees: waiting for $cool"
        sleep 5
        waited=$((waited + 5))
        now=$(warmest)
        now=${now:-0}
    done
    if [ "$now" -gt "$cool" ]; then
        say "still $now degrees after $waited s: measuring all the same"
    else
        say "$now degrees"
    fi
}

[ "$cool" -eq 0 ] || cool_down

# In the background, so that a signal is obeyed at once and the program told to end.
status=0
on_device "cd $(quote "$work") && echo \$\$ >pid && exec ./convgauge run $(quote "${options[@]}") -o results.json" &
runner=$!
wait $runner || status=$?
runner=''
on_device "rm -f $(quote "$work/pid")" 2>/dev/null
[ $status -eq 0 ] || say "the run ended with status $status"
fetch
exit $status
