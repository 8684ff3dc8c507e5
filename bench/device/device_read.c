#include "bench/device/device.h"

#include "bench/device/cpu_id.h"
#include "bench/device/device_parts.h"
#include "bench/device/sysfile.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/text.h"

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

/* Those of `text` that are known, in their order there. */
static void known_words(char *text, char *known, size_t size)
{
    for (char *save = NULL, *word = strtok_r(text, " \t", &save); word; word = strtok_r(NULL, " \t", &save))
        if (cg_name_find(known_flags, sizeof known_flags / sizeof known_flags[0], word) >= 0)
            cg_append(known, size, "%s%s", known[0] ? " " : "", word);
}

static void read_flags(struct cg_device *d)
{
    char flags[4096];
    cg_cpuinfo_value(NULL, -1, "flags", flags, sizeof flags);
    if (!flags[0])
        cg_cpuinfo_value(NULL, -1, "Features", flags, sizeof flags);
    known_words(flags, d->flags, sizeof d->flags);
}

/* Makers' names as people know them. */
static void read_vendor(struct cg_device *d)
{
    static const char *const makers[][2] = {{"GenuineIntel", "Intel"},
                                            {"AuthenticAMD", "AMD"},
                                            {"HygonGenuine", "Hygon"},
                                            {"CentaurHauls", "Zhaoxin"}};
    char text[64];
    cg_cpuinfo_value(NULL, -1, "vendor_id", text, sizeof text);
    const char *maker = text;
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++)
        if (strcmp(text, makers[i][0]) == 0)
            maker = makers[i][1];
    if (!text[0]) {
        const int last = d->topology.n_cpus - 1;
        const char *name =
            cg_arm_implementer(cg_arm_implementer_of(NULL, last >= 0 ? d->topology.cpus[last].os : 0));
        maker = name ? name : "";
    }
    snprintf(d->vendor, sizeof d->vendor, "%.31s", maker);
}

static void read_model(struct cg_device *d)
{
    cg_cpuinfo_value(NULL, -1, "model name", d->cpu_model, sizeof d->cpu_model);
    if (!d->cpu_model[0] || strncmp(d->cpu_model, "ARMv8", 5) == 0) {
        d->cpu_model[0] = 0; /* ARM: the cores' names, fastest first */
        for (int i = d->topology.n_classes - 1; i >= 0; i--)
            if (d->topology.classes[i].core[0])
                cg_append(d->cpu_model, sizeof d->cpu_model, "%s%s", d->cpu_model[0] ? " + " : "",
                          d->topology.classes[i].core);
    }
    if (!d->cpu_model[0])
        cg_cpuinfo_value(NULL, -1, "Hardware", d->cpu_model, sizeof d->cpu_model);
    if (d->emulation.emulated)
        snprintf(d->cpu_model, sizeof d->cpu_model, "emulated %s", d->arch);
    const struct cg_core_facts *facts = d->emulation.emulated ? NULL : cg_core_facts_of(-1);
    if (!facts)
        return;
    snprintf(d->core, sizeof d->core, "%s", facts->name);
    /* Clouds give many generations one model name: tables of several devices would not tell them apart. */
    if (d->cpu_model[0] && !strstr(d->cpu_model, facts->name))
        cg_append(d->cpu_model, sizeof d->cpu_model, " (%s)", facts->name);
}

static void read_system(struct cg_device *d)
{
    struct utsname name;
    if (uname(&name) == 0) {
        snprintf(d->arch, sizeof d->arch, "%.15s", name.machine);
        snprintf(d->kernel, sizeof d->kernel, "%.24s %.38s", name.sysname, name.release);
    }
    char text[2048];
    if (cg_sys_read(NULL, text, sizeof text, "/etc/os-release") > 0) {
        char *line = strstr(text, "PRETTY_NAME=");
        if (line) {
            line += strlen("PRETTY_NAME=");
            line += *line == '"';
            line[strcspn(line, "\"\n")] = 0;
            snprintf(d->os, sizeof d->os, "%.63s", line);
        }
    }
    cg_sys_read(NULL, d->board, sizeof d->board, "/sys/firmware/devicetree/base/model");
}

/* What names the device, each thing with a '|' behind it. */
static void name_hardware(const struct cg_device *d, struct cg_text *text)
{
    const struct cg_topology *t = &d->topology;
    cg_text_add(text, "%s|%s|%s|%s|", d->arch, d->vendor, d->cpu_model,
                d->emulation.emulated ? d->emulation.emulator : d->emulation.hypervisor);
    cg_text_add(text, "%d %d %d %d|", t->n_packages, t->n_cores, t->n_cpus, t->n_numa);
    for (int i = 0; i < t->n_classes; i++)
        cg_text_add(text, "%s %d %d %" PRId64 "|", t->classes[i].core, t->classes[i].cores,
                    t->classes[i].capacity, t->classes[i].max_hz);
    for (int i = 0; i < t->n_caches; i++)
        cg_text_add(text, "%d%c %" PRId64 " %d|", t->caches[i].level, t->caches[i].type,
                    t->caches[i].size_bytes, t->caches[i].instances);
    /* Memory in steps of a GiB: what the firmware keeps for itself changes from start to start. A virtual
     * machine's may grow and shrink while it runs. */
    if (d->emulation.virtualised != 1)
        cg_text_add(text, "%" PRId64 "|", (d->memory_bytes + (INT64_C(1) << 29)) >> 30);
}

static bool make_id(struct cg_device *d)
{
    struct cg_text text = {0};
    name_hardware(d, &text);
    if (!text.failed)
        snprintf(d->id, sizeof d->id, "%016" PRIx64, cg_hash_text(CG_HASH_START, text.bytes));
    const bool made = !text.failed;
    cg_text_release(&text);
    return made;
}

enum cg_status cg_device_read(const char *xml, struct cg_device *device, struct cg_error *err)
{
    memset(device, 0, sizeof *device);
    device->frequency_hz = device->noise_paired = device->noise_between_runs = NAN;
    device->measured_at = device->noise_at = -1;
    const enum cg_status status =
        cg_topology_read(&(struct cg_topology_options){.xml = xml}, &device->topology, err);
    if (status != CG_OK)
        return status;
    cg_limits_read(NULL, &device->limits);
    cg_emulation_detect(NULL, &device->emulation);
    cg_timer_measure(NULL, &device->timer);
    read_system(device);
    read_flags(device);
    read_vendor(device);
    read_model(device);
    device->memory_bytes = device->topology.memory_bytes;
    struct cg_state_reader *reader = cg_state_open(&(struct cg_state_options){.root = NULL});
    if (!reader || !make_id(device)) {
        cg_state_close(&reader);
        cg_device_destroy(device);
        return cg_fail(err, CG_NO_MEMORY, "no memory to describe the machine");
    }
    cg_state_read_static(reader, &device->state);
    cg_state_close(&reader);
    if (!device->emulation.emulated)
        device->frequency_hz = cg_measure_frequency(FREQUENCY_BUDGET_NS);
    if (!xml)
        cg_device_cache_load(device);
    return CG_OK;
}

void cg_device_destroy(struct cg_device *device)
{
    cg_topology_destroy(&device->topology);
    memset(device, 0, sizeof *device);
}
