#!/bin/bash
# bench/remote.sh and scripts/bundle.sh against an ssh server of this machine: tests/remote.sh PROGRAM
# Status 77 when there is no sshd. Nothing is timed that anything depends on.
# shellcheck disable=SC2317 # check calls functions by name
set -u -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
program=$1
sshd=$(command -v sshd || echo /usr/sbin/sshd)
for tool in "$sshd" ssh ssh-keygen parallel readelf tar; do
    command -v "$tool" >/dev/null || { echo "not tested: there is no $tool" && exit 77; }
done
folder=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
failed=0

check() {
    local name=$1
    shift
    if "$@" >"$folder/log" 2>&1; then
        echo "ok: $name"
    else
        echo "FAILED: $name"
        tail -n 15 "$folder/log"
        failed=1
    fi
}

# says STATUS TEXT COMMAND...: it ends with that status and says that.
says() {
    local status text=$2 got
    status=$1
    shift 2
    "$@" >"$folder/said" 2>&1
    got=$?
    cat "$folder/said"
    [ "$got" -eq "$status" ] && grep -qF -- "$text" "$folder/said"
}

# A server of our own: its keys, one user (who runs this), a free port.
mkdir -m 700 "$folder/ssh" "$folder/device" "$folder/cache"
ssh-keygen -q -t ed25519 -N '' -f "$folder/ssh/host" && ssh-keygen -q -t ed25519 -N '' -f "$folder/ssh/user" || exit 1
cp "$folder/ssh/user.pub" "$folder/ssh/authorized_keys"
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
start_server() {
    local try
    for try in 1 2 3 4 5 6 7 8; do
        port=$((20000 + (RANDOM + try) % 20000))
        cat >"$folder/ssh/sshd_config" <<END
Port $port
ListenAddress 127.0.0.1
HostKey $folder/ssh/host
AuthorizedKeysFile $folder/ssh/authorized_keys
PidFile $folder/ssh/pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
SetEnv XDG_CACHE_HOME=$folder/cache
END
        "$sshd" -D -e -f "$folder/ssh/sshd_config" 2>"$folder/ssh/log" &
        server=$!
        until grep -qs 'Server listening' "$folder/ssh/log"; do
            kill -0 "$server" 2>/dev/null || continue 2
            sleep 0.05
        done
        return 0
    done
    cat "$folder/ssh/log"
    return 1
}
check "an ssh server" start_server || exit 1
cat >"$folder/ssh/config" <<END
Host *
    User $(id -un)
    IdentityFile $folder/ssh/user
    IdentitiesOnly yes
    StrictHostKeyChecking no
    UserKnownHostsFile /dev/null
    LogLevel ERROR
END
export SSH="ssh -F $folder/ssh/config"
remote() {
    "$root/bench/remote.sh" --folder "$folder/device" --cool 0 "$@"
}
nothing_left() {
    [ -z "$(ls -A "$folder/device")" ]
}
results() {
    find "$folder/$1" -name '*.json'
}
count_results() {
    [ "$(results "$1" | wc -l)" -eq "$2" ]
}

check "a bundle" "$root/scripts/bundle.sh" "$program" "$folder/bundle"
check "a bundle is replaced" "$root/scripts/bundle.sh" "$program" "$folder/bundle"
mkdir "$folder/other" && touch "$folder/other/file"
check "nothing else is" says 1 "is no bundle" "$root/scripts/bundle.sh" "$program" "$folder/other"
check "no program, one sentence" says 1 "is not a program" "$root/scripts/bundle.sh" "$0" "$folder/none"
check "the bundle runs from anywhere" bash -c "cd / && env -i '$folder/bundle/convgauge' list suites | grep -q '^g1 '"

run=(g1 --quick --filter 'arm/x1' --processes 1 --budget 20)
check "measures over ssh" remote --bundle "$folder/bundle" -o "$folder/one" "ssh:127.0.0.1:$port" -- "${run[@]}"
check "one results file" count_results one 1
check "it can be reported" bash -c "'$program' report '$(results one)' | grep -q '^G1: '"
check "nothing stays" nothing_left
check "two devices at once" remote --bundle "$folder/bundle" -o "$folder/two" "ssh:127.0.0.1:$port" "ssh:localhost:$port" -- \
    "${run[@]}" --filter 'arm/x1 1:1|arm/x1'
check "two results files" count_results two 2
check "they can be compared" bash -c "'$program' compare $(results two | paste -sd' ')"
check "nothing stays, again" nothing_left
check "what the program refuses comes through" says 2 "there is no suite or network 'g12'" remote --bundle "$folder/bundle" -o "$folder/bad" \
    "ssh:127.0.0.1:$port" -- g12
check "words with spaces and quotes arrive whole" says 2 "it's \$HOME a(" remote --bundle "$folder/bundle" -o "$folder/bad" \
    "ssh:127.0.0.1:$port" -- g1 --filter "it's \$HOME a("
check "nothing stays after a failure" nothing_left
check "one of two fails" says 1 "1 of 2 devices failed" remote --bundle "$folder/bundle" -o "$folder/half" \
    "ssh:127.0.0.1:$port" ssh:127.0.0.1:1 -- g1 --dry-run

# interrupted FOLDER TARGET...: ends the script as soon as each device has measured a group; each has to be stopped, its
# results fetched, its folder removed (which the checks behind see).
interrupted() {
    local results=$1 script status tries=0
    shift
    "$root/bench/remote.sh" --folder "$folder/device" --cool 0 --bundle "$folder/bundle" -o "$folder/$results" "$@" -- \
        g1 g2 --quick --budget 100 &
    script=$!
    until [ "$(find "$folder/device" -mindepth 2 -maxdepth 2 -name results.json | wc -l)" -eq $# ] || [ "$tries" -ge 1500 ]; do
        sleep 0.2
        tries=$((tries + 1))
    done
    kill -TERM "$script"
    wait "$script"
    status=$?
    [ "$status" -eq 143 ] && count_results "$results" $# &&
        [ "$(grep -l '"complete":false' "$folder/$results"/*.json | wc -l)" -eq $# ]
}
check "interrupted: what was measured comes back" interrupted cut "ssh:127.0.0.1:$port"
check "nothing stays after an interruption" nothing_left
check "two interrupted: what each has measured comes back" interrupted cut-both "ssh:127.0.0.1:$port" "ssh:localhost:$port"
check "nothing stays after an interruption of two" nothing_left

check "no device, one sentence" says 2 "cannot reach ssh:127.0.0.1:1" remote --bundle "$folder/bundle" ssh:127.0.0.1:1
for option in ssh:-oProxyCommand=touch adb:-s; do
    check "an option for a device, one sentence" says 2 "'$option' is no device: its name begins with '-'" remote "$option"
done
check "no target, one sentence" says 2 "which device?" remote
check "an own results path, one sentence" says 2 "stands before --" remote "ssh:127.0.0.1:$port" -- g1 -o x.json
check "no bundle, one sentence" says 2 "there is no bundle" remote --bundle "$folder/none" "ssh:127.0.0.1:$port"
cp -r "$folder/bundle" "$folder/foreign" && echo riscv64 >"$folder/foreign/machine"
check "a bundle for another machine, one sentence" says 2 "is for riscv64" remote --bundle "$folder/foreign" "ssh:127.0.0.1:$port"
exit $failed
