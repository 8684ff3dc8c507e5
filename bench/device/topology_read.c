#include "bench/device/topology.h"

#include "bench/device/cgroup.h"
#include "bench/device/cpu_id.h"
#include "bench/device/pin.h"
#include "bench/device/sysfile.h"
#include "bench/device/topology_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Forbids what is not in a list of cpus; one that would forbid everything describes some other machine:
 * ignored, as is what is no list. */
static void restrict_to(struct cg_raw_topology *raw, const char *list)
{
    struct cg_cpu_set set;
    int left = 0;
    cg_cpu_set_parse(list, &set);
    for (int i = 0; i < raw->n_cpus; i++)
        left += cg_cpu_set_has(&set, raw->cpus[i].os) && raw->cpus[i].allowed;
    for (int i = 0; i < raw->n_cpus && left; i++)
        raw->cpus[i].allowed = raw->cpus[i].allowed && cg_cpu_set_has(&set, raw->cpus[i].os);
}

#define CPU_LIST_TEXT (16 << 10) /* every second of 3,000 cpus */

/* The affinity that the process was given: its first thread's, as later threads may be bound already. */
static void read_affinity(const char *root, char *list, size_t size)
{
    char *status = cg_sys_slurp(root, "/proc/self/status");
    const char *line = status ? strstr(status, "\nCpus_allowed_list:") : NULL;
    int cpus[4096];
    list[0] = '\0';
    if (line) {
        const char *first = line + strlen("\nCpus_allowed_list:");
        first += strspn(first, " \t");
        const int length = (int)strcspn(first, " \t\n");
        snprintf(list, size, "%.*s", length < (int)size ? length : 0, first); /* cut: as if unknown */
    } else if (!root || !*root)
        cg_cpu_list_format(cpus, cg_affinity((int)getpid(), cpus, 4096), list, size);
    free(status);
}

static void restrict_cpus(struct cg_raw_topology *raw, const char *root)
{
    struct cg_limits limits;
    char affinity[CPU_LIST_TEXT];
    read_affinity(root, affinity, sizeof affinity);
    restrict_to(raw, affinity);
    cg_limits_read(root, &limits);
    restrict_to(raw, limits.cpuset);
}

static void count_processors(struct cg_raw_topology *raw)
{
    const long n = sysconf(_SC_NPROCESSORS_CONF);
    cg_raw_free(raw);
    for (int i = 0; i < (n > 0 && n < CG_CPUS_MAX ? (int)n : 1); i++)
        cg_raw_add_cpu(raw, i);
    raw->source = "counted";
}

/* The version that a topology's XML says it has; empty: none. */
static void version_of(const char *xml, char version[16])
{
    char *text = cg_sys_slurp(NULL, xml), *at = text ? strstr(text, "<topology version=\"") : NULL;
    version[0] = '\0';
    if (at)
        sscanf(at, "<topology version=\"%15[0-9.]", version);
    free(text);
}

static enum cg_status read_xml(const char *xml, struct cg_raw_topology *raw, struct cg_error *err)
{
    if (!cg_have_hwloc())
        return cg_fail(err, CG_UNAVAILABLE, "%s: this build has no hwloc to read a topology with", xml);
    char version[16];
    const bool read = cg_raw_from_hwloc(xml, raw) && raw->n_cpus > 0;
    if (!read)
        version_of(xml, version);
    if (!read && atoi(version) > 2)
        return cg_fail(err, CG_INVALID,
                       "%s: a topology of hwloc's format %s, which this build's hwloc does not read; one of "
                       "hwloc 2 is needed",
                       xml, version);
    if (!read)
        return cg_fail(err, CG_INVALID, "%s: not a readable hwloc topology (write one with lstopo x.xml)",
                       xml);
    return CG_OK;
}

static void read_system(const struct cg_topology_options *o, struct cg_raw_topology *raw)
{
    const bool own_root = o->root && o->root[0];
    if (own_root || !cg_raw_from_hwloc(NULL, raw) || raw->n_cpus == 0) {
        cg_raw_free(raw);
        if (!cg_raw_from_sysfs(o->root, raw) || raw->n_cpus == 0)
            count_processors(raw);
    }
    raw->system_memory_bytes = cg_sys_read_kib(o->root, "MemTotal", "/proc/meminfo");
    for (int i = 0; i < raw->n_cpus; i++) /* by their identification registers, where a reader has none */
        if (!raw->cpus[i].core[0])
            cg_core_name(o->root, raw->cpus[i].os, raw->cpus[i].core, sizeof raw->cpus[i].core);
    restrict_cpus(raw, o->root);
}

enum cg_status cg_topology_read(const struct cg_topology_options *options, struct cg_topology *topology,
                                struct cg_error *err)
{
    const struct cg_topology_options none = {0};
    const struct cg_topology_options *o = options ? options : &none;
    struct cg_raw_topology raw = {0};
    enum cg_status status = CG_OK;
    memset(topology, 0, sizeof *topology);
    if (o->xml)
        status = read_xml(o->xml, &raw, err);
    else
        read_system(o, &raw);
    if (status == CG_OK)
        status = cg_raw_build(&raw, topology, err);
    cg_raw_free(&raw);
    return status;
}
