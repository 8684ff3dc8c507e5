# Sourced by bench/run.sh and tests/run.sh.

# What a build folder keeps from whoever configured it last, so that each script states it: one that relied on what it
# found would build, or test, something else after another script.
stated_options="-Db_sanitize=none -Dstatic=false -Dauto_features=auto -Dtests=auto"
stated_options="$stated_options -Dhwloc=auto -Dpapi=auto -Donednn=auto -Dxnnpack=auto -Donnx=auto"

# configure NAME OPTION...: a build folder build/NAME with these meson options, kept up to date.
configure() {
    local folder=build/$1
    shift
    # shellcheck disable=SC2086 # words; of an option that stands twice, the last one holds
    set -- $stated_options "$@"
    if [ -f "$folder/build.ninja" ]; then
        meson setup --reconfigure "$folder" "$@" && return 0
        rm -rf "$folder"
    fi
    meson setup "$folder" "$@"
}
