#include "bench/device/cgroup.h"

#include "bench/device/sysfile.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cgroup v1 writes "no limit" as the largest page-aligned number; nothing real is that large. */
#define MEMORY_UNLIMITED ((int64_t)1 << 60)

/* One line of /proc/self/mountinfo that mounts a cgroup hierarchy. */
struct mount {
    char root[256], point[256], options[128];
    int version;
};

static bool parse_mount(char *line, struct mount *mount)
{
    char type[32] = "";
    char *tail = strstr(line, " - ");
    memset(mount, 0, sizeof *mount);
    if (!tail || sscanf(line, "%*d %*d %*s %255s %255s", mount->root, mount->point) != 2 ||
        sscanf(tail, " - %31s %*s %127s", type, mount->options) < 1)
        return false;
    mount->version = strcmp(type, "cgroup2") == 0 ? 2 : strcmp(type, "cgroup") == 0 ? 1 : 0;
    return mount->version > 0;
}

/* Whether a comma-separated list holds a word. */
static bool has_word(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *p = list; (p = strstr(p, word)); p += length)
        if ((p == list || p[-1] == ',') && (p[length] == 0 || p[length] == ','))
            return true;
    return false;
}

/* This process's path in a hierarchy, from the text of /proc/self/cgroup: version 2 is the line "0::PATH",
 * version 1 the line "N:CONTROLLERS:PATH" whose controllers hold `controller`. */
static bool own_path(const char *cgroups, int version, const char *controller, char path[256])
{
    for (const char *line = cgroups; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        char controllers[128];
        const bool unified = sscanf(line, "%*d::%255[^\n]", path) == 1;
        if (version == 2 ? unified
                         : !unified && sscanf(line, "%*d:%127[^:]:%255[^\n]", controllers, path) == 2 &&
                               has_word(controllers, controller))
            return true;
    }
    return false;
}

static void tighten_cpu(struct cg_limits *limits, double quota, double period)
{
    if (quota > 0 && period > 0)
        limits->cpu_quota = fmin(limits->cpu_quota, quota / period); /* the other where one is NAN */
}

static void tighten_memory(struct cg_limits *limits, int64_t bytes)
{
    if (bytes > 0 && bytes < MEMORY_UNLIMITED && (limits->memory_bytes < 0 || bytes < limits->memory_bytes))
        limits->memory_bytes = bytes;
}

/* Notes the file that counts how often the threads were stopped, where there is one. */
static void find_cpu_stat(const char *root, const char *directory, struct cg_limits *limits)
{
    char text[1024];
    if (limits->n_cpu_stats == CG_CPU_STATS_MAX ||
        cg_sys_read(root, text, sizeof text, "%s/cpu.stat", directory) <= 0 ||
        cg_sys_value(text, "nr_throttled") < 0)
        return;
    char *path = limits->cpu_stats[limits->n_cpu_stats];
    const int length = snprintf(path, sizeof limits->cpu_stats[0], "%s/cpu.stat", directory);
    limits->n_cpu_stats += length > 0 && (size_t)length < sizeof limits->cpu_stats[0];
}

int64_t cg_limits_throttled(const char *root, const struct cg_limits *limits)
{
    char text[1024];
    int64_t sum = limits->n_cpu_stats > 0 ? 0 : -1;
    for (int i = 0; i < limits->n_cpu_stats && sum >= 0; i++) {
        const bool told = cg_sys_read(root, text, sizeof text, "%s", limits->cpu_stats[i]) > 0;
        const int64_t value = told ? cg_sys_value(text, "nr_throttled") : -1;
        sum = value < 0 ? -1 : sum + value;
    }
    return sum;
}

static void read_cpu(const char *root, const char *directory, int version, struct cg_limits *limits)
{
    char text[256], *end;
    find_cpu_stat(root, directory, limits);
    if (version == 2 && cg_sys_read(root, text, sizeof text, "%s/cpu.max", directory) > 0) {
        const double quota = strtod(text, &end); /* "max 100000": 0, no limit */
        tighten_cpu(limits, quota, strtod(end, NULL));
    } else if (version == 1) {
        tighten_cpu(limits, (double)cg_sys_read_int(root, -1, "%s/cpu.cfs_quota_us", directory),
                    (double)cg_sys_read_int(root, -1, "%s/cpu.cfs_period_us", directory));
    }
}

static void read_memory(const char *root, const char *directory, int version, struct cg_limits *limits)
{
    static const char *const files[] = {"memory.limit_in_bytes", "memory.max", "memory.high"};
    for (int i = version - 1; i < (version == 1 ? 1 : 3); i++)
        tighten_memory(limits, cg_sys_read_int(root, -1, "%s/%s", directory, files[i]));
}

/* The innermost cpuset already is the intersection. */
static void read_cpuset(const char *root, const char *directory, int version, struct cg_limits *limits)
{
    static const char *const files[] = {"cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"};
    for (int i = 0; i < 3 && !limits->cpuset[0]; i++)
        cg_sys_read(root, limits->cpuset, sizeof limits->cpuset, "%s/%s", directory, files[i]);
}

/* What stands in one directory of a hierarchy. */
static const struct controller {
    const char *name;
    void (*read)(const char *root, const char *directory, int version, struct cg_limits *limits);
} controllers[] = {{"cpu", read_cpu}, {"memory", read_memory}, {"cpuset", read_cpuset}};

/* From the process's own directory up to the mount point. Inside a container the path may belong to the host
 * and not exist under the mount point: then the mount point itself is the container's cgroup. */
static void walk(const char *root, const struct mount *mount, const char *path,
                 const struct controller *controller, struct cg_limits *limits)
{
    char directory[CG_PATH_MAX], there[CG_PATH_MAX];
    const char *below = path;
    const size_t root_length = strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
    if (root_length) {
        const bool inside = strncmp(path, mount->root, root_length) == 0 &&
                            (path[root_length] == '/' || path[root_length] == 0);
        below = inside ? path + root_length : "";
    }
    if (!cg_sys_path(NULL, directory, "%s%s", mount->point, below) || strstr(below, "/..") ||
        !cg_sys_path(root, there, "%s", directory) || access(there, F_OK) != 0)
        snprintf(directory, sizeof directory, "%s", mount->point);
    const size_t stop = strlen(mount->point);
    for (;;) {
        size_t end = strlen(directory);
        while (end > stop && directory[end - 1] == '/')
            directory[--end] = 0;
        controller->read(root, directory, mount->version, limits);
        char *slash = strrchr(directory, '/');
        if (end <= stop || !slash || (size_t)(slash - directory) < stop)
            break;
        *slash = 0;
    }
}

void cg_limits_read(const char *root, struct cg_limits *limits)
{
    *limits = (struct cg_limits){.cpu_quota = NAN, .memory_bytes = -1};
    char *mounts = cg_sys_slurp(root, "/proc/self/mountinfo");
    char *cgroups = cg_sys_slurp(root, "/proc/self/cgroup");
    if (!mounts || !cgroups)
        goto done;
    for (char *save, *line = strtok_r(mounts, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        struct mount mount;
        const bool good = parse_mount(line, &mount);
        for (int i = 0; good && i < 3; i++) {
            char path[256];
            if ((mount.version == 1 && !has_word(mount.options, controllers[i].name)) ||
                !own_path(cgroups, mount.version, controllers[i].name, path))
                continue;
            walk(root, &mount, path, &controllers[i], limits);
            if (limits->version == 0 || mount.version < limits->version)
                limits->version = mount.version;
        }
    }
done:
    free(mounts);
    free(cgroups);
}
