#include "bench/device/device.h"

#include "bench/device/cgroup.h"
#include "bench/device/cpu_id.h"
#include "bench/device/device_parts.h"
#include "bench/device/state.h"
#include "bench/device/sysfile.h"
#include "bench/record/layout.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#define FREQUENCY_BUDGET_NS 2000000

/* Instruction-set extensions that say something about convolutions, as /proc/cpuinfo spells them. */
static const char *const known_flags[] = {
    "sse2",     "sse4_1",   "avx",      "avx2",        "fma",         "f16c",        "avx512f",
    "avx512bw", "avx512dq", "avx512vl", "avx512_vnni", "avx512_bf16", "avx512_fp16", "avx_vnni",
    "amx_tile", "amx_bf16", "amx_int8", "asimd",       "asimdhp",     "fphp",        "asimddp",
    "i8mm",     "bf16",     "sve",      "sve2",        "sme",
};

static const char *keep(struct cg_device *d, const char *text)
{
    return cg_arena_printable(d->arena, text); /* it is printed as it is */
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void read_flags(struct cg_device *d)
{
    char flags[4096], known[256] = "";
    cg_cpuinfo_value(NULL, -1, "flags", flags, sizeof flags);
    if (!flags[0])
        cg_cpuinfo_value(NULL, -1, "Features", flags, sizeof flags);
    for (char *save, *word = strtok_r(flags, " \t", &save); word; word = strtok_r(NULL, " \t", &save))
        if (cg_name_find(known_flags, sizeof known_flags / sizeof known_flags[0], word) >= 0)
            cg_append(known, sizeof known, "%s%s", known[0] ? " " : "", word);
    d->record.features = keep(d, known);
}

/* A maker's name as people know it. */
static const char *maker_of(const char *vendor_id)
{
    static const char *const makers[][2] = {{"GenuineIntel", "Intel"},
                                            {"AuthenticAMD", "AMD"},
                                            {"HygonGenuine", "Hygon"},
                                            {"CentaurHauls", "Zhaoxin"}};
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++)
        if (strcmp(vendor_id, makers[i][0]) == 0)
            return makers[i][1];
    return vendor_id;
}

static void read_vendor(struct cg_device *d)
{
    char text[32];
    cg_cpuinfo_value(NULL, -1, "vendor_id", text, sizeof text);
    const int last = d->topology.n_cpus - 1;
    d->record.vendor =
        keep(d, text[0] ? maker_of(text) : cg_core_maker(NULL, last >= 0 ? d->topology.cpus[last].os : 0));
}

/* The cores' names, fastest first. */
static void name_cores(const struct cg_topology *t, char *model, size_t size)
{
    model[0] = '\0';
    for (int i = t->n_classes - 1; i >= 0; i--)
        if (t->classes[i].core)
            cg_append(model, size, "%s%s", model[0] ? " + " : "", t->classes[i].core);
}

static void read_model(struct cg_device *d)
{
    char model[128];
    cg_cpuinfo_value(NULL, -1, "model name", model, sizeof model);
    if (!model[0] || strncmp(model, "ARMv8", 5) == 0)
        name_cores(&d->topology, model, sizeof model);
    if (!model[0])
        cg_cpuinfo_value(NULL, -1, "Hardware", model, sizeof model);
    if (d->emulation.emulated)
        snprintf(model, sizeof model, "emulated %s", or_empty(d->record.architecture));
    const struct cg_core_facts *facts = d->emulation.emulated ? NULL : cg_core_facts_of(-1);
    d->record.core = facts ? facts->name : NULL;
    /* Clouds give many generations one model name: tables of several devices would not tell them apart. */
    if (facts && model[0] && !strstr(model, facts->name))
        cg_append(model, sizeof model, " (%s)", facts->name);
    d->record.cpu_model = keep(d, model);
}

/* "AMD EPYC 9B14 96-Core Processor" -> "amd-epyc-9b14-96-core": lower case, what is not a letter or digit
 * becomes one dash, words that say nothing are left out. */
static const char *short_name(struct cg_device *device)
{
    static const char *const empty_words[] = {"(R)", "(r)", "(TM)", "(tm)", " Processor"};
    char name[64];
    size_t n = 0;
    for (const char *p = device->record.cpu_model ? device->record.cpu_model
                                                  : or_empty(device->record.architecture);
         *p && n + 1 < sizeof name;) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof empty_words / sizeof empty_words[0]; i++)
            if (strncmp(p, empty_words[i], strlen(empty_words[i])) == 0)
                skip = strlen(empty_words[i]);
        const char c = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '-';
        if (skip == 0 && (c != '-' || (n > 0 && name[n - 1] != '-')))
            name[n++] = c;
        p += skip > 0 ? skip : 1;
    }
    while (n > 0 && name[n - 1] == '-')
        n--;
    name[n] = '\0';
    return keep(device, n > 0 ? name : "unknown");
}

static void read_system(struct cg_device *d)
{
    struct cg_device_record *r = &d->record;
    struct utsname name;
    char text[2048];
    if (uname(&name) == 0) {
        r->architecture = keep(d, name.machine);
        snprintf(text, sizeof text, "%.24s %.38s", name.sysname, name.release);
        r->kernel = keep(d, text);
    }
    if (cg_sys_read(NULL, text, sizeof text, "/etc/os-release") > 0) {
        char *line = strstr(text, "PRETTY_NAME=");
        if (line) {
            line += strlen("PRETTY_NAME=");
            line += *line == '"';
            line[strcspn(line, "\"\n")] = 0;
            r->os = keep(d, line);
        }
    }
    cg_sys_read(NULL, text, sizeof text, "/sys/firmware/devicetree/base/model");
    r->board = keep(d, text);
}

static void read_limits(struct cg_device *d)
{
    struct cg_device_record *r = &d->record;
    struct cg_limits limits;
    cg_limits_read(NULL, &limits);
    r->cpuset = keep(d, limits.cpuset);
    r->cpu_limit = limits.cpu_quota;
    r->cgroup_version = limits.version;
    r->cgroup_throttled = cg_limits_throttled(NULL, &limits);
    r->memory_limit_bytes = limits.memory_bytes;
}

static void read_emulation(struct cg_device *d)
{
    struct cg_device_record *r = &d->record;
    const struct cg_emulation *e = &d->emulation;
    cg_emulation_detect(NULL, &d->emulation);
    r->virtualised = e->virtualised;
    r->virtualisation = e->virtualised == 1 ? keep(d, e->hypervisor) : e->virtualised == 0 ? "none" : NULL;
    r->emulated = e->emulated;
    r->emulator = keep(d, e->emulator);
}

static void read_timer(struct cg_device *d)
{
    struct cg_device_record *r = &d->record;
    const struct cg_timer *timer = &d->timer;
    cg_timer_measure(NULL, &d->timer);
    r->timer = timer->clock;
    r->clocksource = keep(d, timer->clocksource);
    r->timer_tick_ns = timer->tick_ns;
    r->timer_resolution_ns = timer->resolution_ns;
    r->timer_overhead_ns = timer->overhead_ns;
    r->timer_counter = timer->counter[0] ? timer->counter : NULL;
    r->timer_counter_hz = timer->counter_hz;
}

/* The topology's rows are the record's, too. */
static void take_topology(struct cg_device *d)
{
    struct cg_device_record *r = &d->record;
    const struct cg_topology *t = &d->topology;
    r->topology_source = t->source;
    r->packages = t->n_packages;
    r->numa_nodes = t->n_numa > 0 ? t->n_numa : CG_UNKNOWN;
    r->cores = t->n_cores;
    r->logical_cpus = r->n_cpus = t->n_cpus;
    r->allowed_cpus = t->n_allowed;
    r->cpus = t->cpus;
    r->n_core_classes = t->n_classes;
    r->core_classes = t->classes;
    r->n_caches = t->n_caches;
    r->caches = t->caches;
    r->n_numas = t->n_numa;
    r->numas = t->numas;
    r->memory_bytes = t->memory_bytes;
    r->node_memory_bytes = t->node_memory_bytes;
    r->system_memory_bytes = t->system_memory_bytes;
}

/* What names the device, each thing with a '|' behind it. */
static void name_hardware(const struct cg_device *d, struct cg_text *text)
{
    const struct cg_topology *t = &d->topology;
    cg_text_add(text, "%s|%s|%s|%s|", or_empty(d->record.architecture), or_empty(d->record.vendor),
                or_empty(d->record.cpu_model),
                d->emulation.emulated ? d->emulation.emulator : d->emulation.hypervisor);
    cg_text_add(text, "%d %d %d %d|", t->n_packages, t->n_cores, t->n_cpus, t->n_numa);
    for (int i = 0; i < t->n_classes; i++)
        cg_text_add(text, "%s %d %d %.0f|", or_empty(t->classes[i].core), t->classes[i].cores,
                    t->classes[i].capacity, isnan(t->classes[i].max_hz) ? -1 : t->classes[i].max_hz);
    for (int i = 0; i < t->n_caches; i++)
        cg_text_add(text, "%d%c %" PRId64 " %d|", t->caches[i].level, t->caches[i].type[0],
                    t->caches[i].bytes, t->caches[i].count);
    /* Memory in steps of a GiB: what the firmware keeps for itself changes from start to start. A virtual
     * machine's may grow and shrink while it runs. */
    if (d->emulation.virtualised != 1)
        cg_text_add(text, "%" PRId64 "|", (t->memory_bytes + (INT64_C(1) << 29)) >> 30);
}

static bool make_id(struct cg_device *d)
{
    struct cg_text text = {0};
    char id[20];
    name_hardware(d, &text);
    if (!text.failed) {
        snprintf(id, sizeof id, "%016" PRIx64, cg_hash_text(CG_HASH_START, text.bytes));
        d->record.id = keep(d, id);
    }
    cg_text_release(&text);
    return d->record.id;
}

/* What only the machine itself tells. */
static bool describe_here(struct cg_device *d)
{
    struct cg_device_record *r = &d->record;
    r->isas = cg_arena_array(d->arena, CG_ISA_COUNT, sizeof *r->isas);
    for (int i = 0; r->isas && i < CG_ISA_COUNT; i++)
        if (cg_isa_available((enum cg_isa)i))
            r->isas[r->n_isas++] = cg_isa_name((enum cg_isa)i);
    r->isa = cg_isa_name(cg_isa_best());
    read_limits(d);
    read_emulation(d);
    read_timer(d);
    read_system(d);
    read_flags(d);
    read_vendor(d);
    read_model(d);
    struct cg_state_reader *reader = cg_state_open(&(struct cg_state_options){.root = NULL});
    const bool good = r->isas && reader;
    if (reader)
        cg_state_record(reader, d->arena, r);
    cg_state_close(&reader);
    if (!d->emulation.emulated)
        r->frequency_hz = cg_measure_frequency(FREQUENCY_BUDGET_NS);
    return good;
}

/* What a file tells of another machine. */
static void describe_told(struct cg_device *d)
{
    const struct cg_told *told = &d->topology.told;
    char model[128];
    name_cores(&d->topology, model, sizeof model);
    d->record.cpu_model = told->cpu_model ? told->cpu_model : keep(d, model);
    d->record.vendor = told->vendor ? maker_of(told->vendor) : NULL;
    d->record.architecture = told->architecture;
    d->record.kernel = told->kernel;
    d->emulation.virtualised = -1;
}

/* False without memory. */
static bool describe(struct cg_device *d)
{
    struct cg_device_record *r = &d->record;
    bool good = true;
    d->arena = cg_arena_create(0);
    if (!d->arena)
        return false;
    r->peaks = cg_arena_array(d->arena, CG_PEAKS_MAX, sizeof *r->peaks);
    take_topology(d);
    if (d->elsewhere)
        describe_told(d);
    else
        good = describe_here(d);
    r->name = short_name(d);
    return good && r->peaks && make_id(d);
}

enum cg_status cg_device_read(const char *xml, struct cg_device *device, struct cg_error *err)
{
    memset(device, 0, sizeof *device);
    cg_fields_clear(&cg_layout_device, &device->record);
    device->record.noise_starts = device->record.noise_disturbed = device->record.noise_unsound = 0;
    device->elsewhere = xml != NULL;
    const enum cg_status status =
        cg_topology_read(&(struct cg_topology_options){.xml = xml}, &device->topology, err);
    if (status != CG_OK)
        return status;
    if (!describe(device)) {
        cg_device_destroy(device);
        return cg_fail(err, CG_NO_MEMORY, "no memory to describe the machine");
    }
    if (!xml)
        cg_device_cache_load(device);
    return CG_OK;
}

void cg_device_destroy(struct cg_device *device)
{
    cg_topology_destroy(&device->topology);
    cg_arena_destroy(&device->arena);
    memset(device, 0, sizeof *device);
}
