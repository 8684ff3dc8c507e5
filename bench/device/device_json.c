#include "bench/device/device_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

json_t *cg_json_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *cg_json_count(int64_t value)
{
    return value < 0 ? json_null() : json_integer(value);
}

json_t *cg_json_text(const char *text)
{
    /* A string that is not UTF-8 (firmware) is as good as unknown. */
    json_t *string = text && text[0] ? json_string(text) : NULL;
    return string ? string : json_null();
}

static json_t *truth(int value)
{
    return value < 0 ? json_null() : json_boolean(value);
}

json_t *cg_peaks_to_json(const struct cg_device *device)
{
    json_t *array = json_array();
    for (int i = 0; i < device->n_peaks; i++) {
        const struct cg_peak *p = &device->peaks[i];
        json_array_append_new(array, json_pack("{s:s, s:i, s:s, s:o, s:o, s:o, s:o}", "isa",
                                               cg_isa_name(p->isa), "threads", p->threads, "cores", p->cores,
                                               "madds_per_s", cg_json_real(p->madds_per_s), "frequency_hz",
                                               cg_json_real(p->frequency_hz), "madds_per_cycle",
                                               cg_json_real(p->madds_per_cycle), "theory_madds_per_cycle",
                                               cg_json_real(p->theory_madds_per_cycle)));
    }
    return array;
}

json_t *cg_bandwidths_to_json(const struct cg_device *device)
{
    json_t *array = json_array();
    for (int i = 0; i < device->n_bandwidths; i++) {
        const struct cg_bandwidth *b = &device->bandwidths[i];
        json_array_append_new(
            array, json_pack("{s:s, s:I, s:i, s:s, s:o, s:o, s:o, s:o, s:o}", "level", b->level,
                             "working_set_bytes", (json_int_t)b->working_set_bytes, "threads", b->threads,
                             "cores", b->cores, "read_bytes_per_s", cg_json_real(b->read_bytes_per_s),
                             "write_bytes_per_s", cg_json_real(b->write_bytes_per_s), "copy_bytes_per_s",
                             cg_json_real(b->copy_bytes_per_s), "frequency_hz", cg_json_real(b->frequency_hz),
                             "theory_read_bytes_per_s", cg_json_real(b->theory_read_bytes_per_s)));
    }
    return array;
}

static double real_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void text_of(const json_t *object, const char *key, char *text, size_t size)
{
    const char *value = json_string_value(json_object_get(object, key));
    snprintf(text, size, "%s", value ? value : "");
}

void cg_peaks_from_json(const json_t *array, struct cg_device *device)
{
    size_t i;
    json_t *row;
    json_array_foreach(array, i, row)
    {
        char isa[32];
        text_of(row, "isa", isa, sizeof isa);
        const int id = cg_isa_from_name(isa);
        const json_int_t threads = json_integer_value(json_object_get(row, "threads"));
        if (id < 0 || threads < 1 || threads > 65536 || device->n_peaks == CG_PEAKS_MAX ||
            isnan(real_of(row, "madds_per_s")))
            continue;
        struct cg_peak *p = &device->peaks[device->n_peaks++];
        *p = (struct cg_peak){.isa = (enum cg_isa)id, .threads = (int)threads};
        text_of(row, "cores", p->cores, sizeof p->cores);
        p->madds_per_s = real_of(row, "madds_per_s");
        p->frequency_hz = real_of(row, "frequency_hz");
        p->madds_per_cycle = real_of(row, "madds_per_cycle");
        p->theory_madds_per_cycle = real_of(row, "theory_madds_per_cycle");
    }
}

void cg_bandwidths_from_json(const json_t *array, struct cg_device *device)
{
    size_t i;
    json_t *row;
    json_array_foreach(array, i, row)
    {
        const json_int_t threads = json_integer_value(json_object_get(row, "threads"));
        const json_int_t bytes = json_integer_value(json_object_get(row, "working_set_bytes"));
        if (threads < 1 || threads > 65536 || bytes < 1 || device->n_bandwidths == CG_BANDWIDTHS_MAX)
            continue;
        struct cg_bandwidth *b = &device->bandwidths[device->n_bandwidths++];
        *b = (struct cg_bandwidth){.threads = (int)threads, .working_set_bytes = (int64_t)bytes};
        text_of(row, "level", b->level, sizeof b->level);
        text_of(row, "cores", b->cores, sizeof b->cores);
        b->read_bytes_per_s = real_of(row, "read_bytes_per_s");
        b->write_bytes_per_s = real_of(row, "write_bytes_per_s");
        b->copy_bytes_per_s = real_of(row, "copy_bytes_per_s");
        b->frequency_hz = real_of(row, "frequency_hz");
        b->theory_read_bytes_per_s = real_of(row, "theory_read_bytes_per_s");
    }
}

static json_t *classes_json(const struct cg_topology *t)
{
    json_t *array = json_array();
    for (int i = 0; i < t->n_classes; i++) {
        const struct cg_core_class *c = &t->classes[i];
        json_array_append_new(array,
                              json_pack("{s:s, s:o, s:i, s:i, s:o, s:o}", "name", c->name, "core",
                                        cg_json_text(c->core), "cores", c->cores, "cpus", c->cpus, "capacity",
                                        cg_json_count(c->capacity), "max_hz", cg_json_count(c->max_hz)));
    }
    return array;
}

static json_t *caches_json(const struct cg_topology *t)
{
    json_t *array = json_array();
    for (int i = 0; i < t->n_caches; i++) {
        const struct cg_cache *c = &t->caches[i];
        const char *type = c->type == 'd' ? "data" : c->type == 'i' ? "instruction" : "unified";
        json_array_append_new(array, json_pack("{s:i, s:s, s:I, s:o, s:o, s:i, s:i, s:s}", "level", c->level,
                                               "type", type, "size_bytes", (json_int_t)c->size_bytes,
                                               "line_bytes", cg_json_count(c->line_bytes), "ways",
                                               cg_json_count(c->ways), "instances", c->instances, "cpus_each",
                                               c->cpus_each, "core_class", t->classes[c->core_class].name));
    }
    return array;
}

static json_t *cpus_json(const struct cg_topology *t)
{
    json_t *array = json_array();
    for (int i = 0; i < t->n_cpus; i++) {
        const struct cg_cpu *c = &t->cpus[i];
        json_array_append_new(array,
                              json_pack("{s:i, s:i, s:i, s:i, s:o, s:s, s:b}", "os", c->os, "core", c->core,
                                        "smt", c->smt, "package", c->package, "numa", cg_json_count(c->numa),
                                        "core_class", t->classes[c->core_class].name, "allowed", c->allowed));
    }
    return array;
}

static json_t *numas_json(const struct cg_topology *t)
{
    json_t *array = json_array();
    for (int i = 0; i < t->n_numa; i++)
        json_array_append_new(array,
                              json_pack("{s:i, s:o, s:i}", "os", t->numas[i].os, "memory_bytes",
                                        cg_json_count(t->numas[i].memory_bytes), "cpus", t->numas[i].cpus));
    return array;
}

static json_t *topology_json(const struct cg_topology *t)
{
    return json_pack("{s:s, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o}", "source", t->source, "packages",
                     t->n_packages, "cores", t->n_cores, "cpus", t->n_cpus, "allowed_cpus", t->n_allowed,
                     "core_classes", classes_json(t), "caches", caches_json(t), "numa", numas_json(t),
                     "cpu_list", cpus_json(t));
}

static json_t *isas_json(void)
{
    json_t *array = json_array();
    for (int i = 0; i < CG_ISA_COUNT; i++)
        if (cg_isa_available((enum cg_isa)i))
            json_array_append_new(array, json_string(cg_isa_name((enum cg_isa)i)));
    return array;
}

json_t *cg_device_json(const struct cg_device *d)
{
    json_t *object = json_object();
    char note[256];
    if (!object)
        return NULL;
    json_object_set_new(object, "id", json_string(d->id));
    json_object_set_new(object, "cpu_model", cg_json_text(d->cpu_model));
    json_object_set_new(object, "vendor", cg_json_text(d->vendor));
    json_object_set_new(object, "core", cg_json_text(d->core));
    json_object_set_new(object, "architecture", cg_json_text(d->arch));
    json_object_set_new(object, "isa", isas_json());
    json_object_set_new(object, "features", cg_json_text(d->flags));
    json_object_set_new(object, "board", cg_json_text(d->board));
    json_object_set_new(object, "os", cg_json_text(d->os));
    json_object_set_new(object, "kernel", cg_json_text(d->kernel));
    json_object_set_new(object, "memory_bytes", cg_json_count(d->memory_bytes));
    json_object_set_new(object, "node_memory_bytes", cg_json_count(d->topology.node_memory_bytes));
    json_object_set_new(object, "system_memory_bytes", cg_json_count(d->topology.system_memory_bytes));
    json_object_set_new(object, "limits",
                        json_pack("{s:o, s:o, s:o, s:i}", "cpu_quota", cg_json_real(d->limits.cpu_quota),
                                  "memory_bytes", cg_json_count(d->limits.memory_bytes), "cpuset",
                                  cg_json_text(d->limits.cpuset), "cgroup_version", d->limits.version));
    json_object_set_new(object, "emulated", json_boolean(d->emulation.emulated));
    json_object_set_new(object, "emulator", cg_json_text(d->emulation.emulator));
    json_object_set_new(object, "virtualised", truth(d->emulation.virtualised));
    json_object_set_new(object, "hypervisor", cg_json_text(d->emulation.hypervisor));
    json_object_set_new(object, "governor", cg_json_text(d->state.governor));
    json_object_set_new(object, "turbo", truth(d->state.turbo));
    json_object_set_new(object, "smt", truth(d->state.smt));
    json_object_set_new(object, "transparent_huge_pages", cg_json_text(d->state.thp));
    json_object_set_new(object, "flush_to_zero", truth(d->state.flush_to_zero));
    json_object_set_new(object, "denormals_are_zero", truth(d->state.denormals_are_zero));
    json_object_set_new(object, "swap_used", truth(d->state.swap_used));
    json_object_set_new(object, "frequency_hz", cg_json_real(d->frequency_hz));
    json_object_set_new(
        object, "timer",
        json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "clock", d->timer.clock, "clocksource",
                  cg_json_text(d->timer.clocksource), "resolution_ns", cg_json_real(d->timer.resolution_ns),
                  "tick_ns", cg_json_real(d->timer.tick_ns), "overhead_ns",
                  cg_json_real(d->timer.overhead_ns), "counter", cg_json_text(d->timer.counter), "counter_hz",
                  cg_json_real(d->timer.counter_hz)));
    json_object_set_new(object, "topology", topology_json(&d->topology));
    json_object_set_new(object, "peaks", cg_peaks_to_json(d));
    json_object_set_new(object, "bandwidths", cg_bandwidths_to_json(d));
    cg_device_cache_note(d, note, sizeof note);
    json_object_set_new(object, "cache_note", cg_json_text(note));
    json_object_set_new(object, "measured_at", cg_json_count(d->measured_at));
    json_object_set_new(object, "measured_by", cg_json_text(d->measured_by));
    json_object_set_new(object, "noise_floor",
                        json_pack("{s:o, s:o, s:i, s:i, s:o}", "paired", cg_json_real(d->noise_paired),
                                  "between_runs", cg_json_real(d->noise_between_runs), "starts",
                                  d->noise_starts, "disturbed", d->noise_disturbed, "measured_at",
                                  cg_json_count(d->noise_at)));
    return object;
}
