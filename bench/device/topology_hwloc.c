#include "bench/device/topology_build.h"

#include "base/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if HAVE_HWLOC
#include <hwloc.h>

bool cg_have_hwloc(void)
{
    return true;
}

static const char *info_of(const struct hwloc_info_s *infos, unsigned n, const char *name)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(infos[i].name, name) == 0)
            return infos[i].value;
    return NULL;
}

static int64_t key_of(hwloc_topology_t topology, hwloc_obj_t pu, hwloc_obj_type_t type)
{
    const hwloc_obj_t above = hwloc_get_ancestor_obj_by_type(topology, type, pu);
    return above                    ? (int64_t)above->logical_index
           : type == HWLOC_OBJ_CORE ? -1 - (int64_t)pu->logical_index
                                    : 0;
}

static void add_cpus(hwloc_topology_t topology, struct cg_raw_topology *raw)
{
    const hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(topology);
    for (hwloc_obj_t pu = NULL; (pu = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, pu));) {
        struct cg_raw_cpu *cpu = cg_raw_add_cpu(raw, (int)pu->os_index);
        if (!cpu)
            return;
        cpu->core_key = key_of(topology, pu, HWLOC_OBJ_CORE);
        cpu->package_key = key_of(topology, pu, HWLOC_OBJ_PACKAGE);
        cpu->allowed = hwloc_bitmap_isset(allowed, pu->os_index) != 0;
        hwloc_obj_t node = NULL;
        while (cpu->numa < 0 && (node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)))
            if (hwloc_bitmap_isset(node->cpuset, pu->os_index))
                cpu->numa = (int)node->os_index;
    }
}

static void add_kinds(hwloc_topology_t topology, struct cg_raw_topology *raw)
{
    const int n = hwloc_cpukinds_get_nr(topology, 0);
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    for (int kind = 0; kind < n && set; kind++) {
        int efficiency = -1;
        unsigned n_infos = 0;
        struct hwloc_info_s *infos = NULL;
        if (hwloc_cpukinds_get_info(topology, (unsigned)kind, set, &efficiency, &n_infos, &infos, 0) != 0)
            continue;
        const char *type = info_of(infos, n_infos, "CoreType");
        const char *mhz = info_of(infos, n_infos, "FrequencyMaxMHz");
        const char *capacity = info_of(infos, n_infos, "LinuxCapacity");
        for (int i = 0; i < raw->n_cpus; i++) {
            struct cg_raw_cpu *cpu = &raw->cpus[i];
            if (!hwloc_bitmap_isset(set, (unsigned)cpu->os))
                continue;
            cpu->rank = efficiency >= 0 ? efficiency : -1;
            if (type)
                snprintf(cpu->core, sizeof cpu->core, "%s", type);
            if (mhz && atoll(mhz) > 0)
                cpu->max_hz = atoll(mhz) * 1000000;
            if (capacity && atoi(capacity) > 0)
                cpu->capacity = atoi(capacity);
        }
    }
    hwloc_bitmap_free(set);
}

static void add_caches(hwloc_topology_t topology, struct cg_raw_topology *raw)
{
    for (hwloc_obj_type_t of = HWLOC_OBJ_TYPE_MIN; of < HWLOC_OBJ_TYPE_MAX; of++) {
        for (hwloc_obj_t obj = NULL;
             hwloc_obj_type_is_cache(of) && (obj = hwloc_get_next_obj_by_type(topology, of, obj));) {
            const int first = obj->cpuset ? hwloc_bitmap_first(obj->cpuset) : -1;
            if (first < 0 || obj->attr->cache.size == 0)
                continue;
            const hwloc_obj_cache_type_t type = obj->attr->cache.type;
            const struct cg_cache_record cache = {.level = (int)obj->attr->cache.depth,
                                                  .type = type == HWLOC_OBJ_CACHE_UNIFIED ? "unified"
                                                          : type == HWLOC_OBJ_CACHE_DATA  ? "data"
                                                                                          : "instruction",
                                                  .bytes = (int64_t)obj->attr->cache.size,
                                                  .line_bytes = (int)obj->attr->cache.linesize,
                                                  .ways = obj->attr->cache.associativity,
                                                  .shared_by = hwloc_bitmap_weight(obj->cpuset)};
            cg_raw_add_cache(raw, &(struct cg_raw_cache){cache, first});
        }
    }
}

static void add_memory(hwloc_topology_t topology, struct cg_raw_topology *raw)
{
    for (hwloc_obj_t node = NULL; (node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node));) {
        const int64_t bytes = (int64_t)node->attr->numanode.local_memory;
        cg_raw_add_numa(raw, (int)node->os_index, bytes > 0 ? bytes : -1);
    }
}

/* What the first package or else the machine says under that name; "" when neither does. */
static const char *told(hwloc_topology_t topology, const char *name)
{
    const hwloc_obj_t package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);
    const char *text = package ? hwloc_obj_get_info_by_name(package, name) : NULL;
    if (!text)
        text = hwloc_obj_get_info_by_name(hwloc_get_root_obj(topology), name);
    return text ? text : "";
}

static void add_told(hwloc_topology_t topology, struct cg_raw_topology *raw)
{
    const char *system = told(topology, "OSName"), *release = told(topology, "OSRelease");
    snprintf(raw->cpu_model, sizeof raw->cpu_model, "%s", told(topology, "CPUModel"));
    snprintf(raw->vendor, sizeof raw->vendor, "%s", told(topology, "CPUVendor"));
    snprintf(raw->architecture, sizeof raw->architecture, "%s", told(topology, "Architecture"));
    snprintf(raw->kernel, sizeof raw->kernel, "%s%s%s", system, system[0] && release[0] ? " " : "", release);
}

/* The whole machine, also what a cgroup forbids (what may be used is asked apart), or NULL. */
static hwloc_topology_t load(const char *xml)
{
    hwloc_topology_t topology;
    if (hwloc_topology_init(&topology) != 0)
        return NULL;
    if (hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED) == 0 &&
        (!xml || hwloc_topology_set_xml(topology, xml) == 0) && hwloc_topology_load(topology) == 0)
        return topology;
    hwloc_topology_destroy(topology);
    return NULL;
}

bool cg_raw_from_hwloc(const char *xml, struct cg_raw_topology *raw)
{
    hwloc_topology_t topology = load(xml);
    if (!topology)
        return false;
    add_cpus(topology, raw);
    add_kinds(topology, raw);
    add_caches(topology, raw);
    add_memory(topology, raw);
    if (xml)
        add_told(topology, raw);
    raw->source = xml || !hwloc_topology_is_thissystem(topology) ? "hwloc xml" : "hwloc";
    hwloc_topology_destroy(topology);
    return true;
}

/* Takes the facts that may not be told (host name, cgroup, serial numbers, UUIDs) out of a topology's XML,
 * where each stands on a line of its own. */
static void hide_facts(char *xml)
{
    static const char *const told[] = {"CPUVendor", "CPUModel", "CPUFamilyNumber", "CPUModelNumber",
                                       "CPUStepping", "Architecture", "Inclusive", "hwlocVersion",
                                       /* of kinds of cores */
                                       "LinuxCapacity", "CoreType", "FrequencyMaxMHz", "FrequencyBaseMHz"};
    char *to = xml, name[64];
    for (char *line = xml, *next; *line; line = next) {
        next = line + strcspn(line, "\n");
        next += *next == '\n';
        if (sscanf(line, " <info name=\"%63[^\"]", name) == 1 &&
            cg_name_find(told, sizeof told / sizeof told[0], name) < 0)
            continue;
        memmove(to, line, (size_t)(next - line));
        to += next - line;
    }
    *to = '\0';
}

char *cg_topology_xml(void)
{
    hwloc_topology_t topology = load(NULL);
    char *buffer = NULL, *text = NULL;
    int length = 0;
    if (topology && hwloc_topology_export_xmlbuffer(topology, &buffer, &length, 0) == 0) {
        text = strndup(buffer, (size_t)length);
        hwloc_free_xmlbuffer(topology, buffer);
    }
    if (text)
        hide_facts(text);
    if (topology)
        hwloc_topology_destroy(topology);
    return text;
}

#else

char *cg_topology_xml(void)
{
    return NULL;
}

bool cg_have_hwloc(void)
{
    return false;
}

bool cg_raw_from_hwloc(const char *xml, struct cg_raw_topology *raw)
{
    (void)xml, (void)raw;
    return false;
}

#endif
