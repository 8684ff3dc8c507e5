/* What a few results files were measured on, property by property: what a paper's section on its setup needs.
 */
#include "report/device_table.h"

#include "report/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

/* Each writes a property's text; "" when it is unknown. */
typedef void describe(const struct cg_input *input, char *text, size_t size);

static void put(char *text, size_t size, const char *value)
{
    snprintf(text, size, "%s", value ? value : "");
}

static void describe_device(const struct cg_input *input, char *text, size_t size)
{
    put(text, size, input->results->device.cpu_model);
}

static void describe_isa(const struct cg_input *input, char *text, size_t size)
{
    put(text, size, input->results->device.isa);
}

static void describe_cores(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_device_record *d = &input->results->device;
    if (d->cores > 0)
        snprintf(text, size, "%d (%d logical cpus, %d allowed)", d->cores, d->logical_cpus, d->allowed_cpus);
}

static void describe_frequency(const struct cg_input *input, char *text, size_t size)
{
    const double hz = input->results->device.frequency_hz;
    if (hz > 0)
        snprintf(text, size, "%.2f GHz, measured", hz / 1e9);
}

static void describe_caches(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_device_record *d = &input->results->device;
    size_t used = 0;
    for (int i = 0; i < d->n_caches && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%sL%d %s %.0f KiB", used ? ", " : "",
                                 d->caches[i].level, d->caches[i].type ? d->caches[i].type : "",
                                 (double)d->caches[i].bytes / 1024);
}

static void describe_memory(const struct cg_input *input, char *text, size_t size)
{
    if (input->results->device.memory_bytes > 0)
        snprintf(text, size, "%.1f GiB", (double)input->results->device.memory_bytes / (1 << 30));
}

static void describe_system(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_device_record *d = &input->results->device;
    if (d->os || d->kernel)
        snprintf(text, size, "%s%s%s", d->os ? d->os : "", d->os && d->kernel ? "; " : "",
                 d->kernel ? d->kernel : "");
}

static void describe_virtualisation(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_device_record *d = &input->results->device;
    if (d->virtualised == 1)
        snprintf(text, size, "%s", d->virtualisation ? d->virtualisation : "yes");
    else if (d->virtualised == 0)
        snprintf(text, size, "none");
}

static void describe_governor(const struct cg_input *input, char *text, size_t size)
{
    put(text, size, input->results->device.governor);
}

static void describe_peaks(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_device_record *d = &input->results->device;
    size_t used = 0;
    for (int i = 0; i < d->n_peaks && used < size; i++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s%.3g Gmadds/s (%s, %d thread%s)", used ? ", " : "",
                             d->peaks[i].madds_per_s / 1e9, d->peaks[i].isa ? d->peaks[i].isa : "?",
                             d->peaks[i].threads, d->peaks[i].threads == 1 ? "" : "s");
}

static void describe_bandwidths(const struct cg_input *input, char *text, size_t size)
{
    static const char *const levels[] = {"L1", "L2", "L3", "DRAM"};
    const struct cg_device_record *d = &input->results->device;
    size_t used = 0;
    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
        double best = NAN;
        for (int i = 0; i < d->n_bandwidths; i++)
            if (d->bandwidths[i].threads == 1 && d->bandwidths[i].level &&
                strcmp(d->bandwidths[i].level, levels[l]) == 0 && !(d->bandwidths[i].bytes_per_s <= best))
                best = d->bandwidths[i].bytes_per_s;
        if (!isnan(best) && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%s %.3g GB/s", used ? ", " : "", levels[l],
                                     best / 1e9);
    }
}

static void describe_noise(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_device_record *d = &input->results->device;
    if (isnan(d->noise_paired))
        return;
    const int used = snprintf(text, size, "%.1f %% in one run, ", d->noise_paired * 100);
    if (isnan(d->noise_between_runs))
        snprintf(text + used, size - (size_t)used, "unknown between starts");
    else
        snprintf(text + used, size - (size_t)used, "%.1f %% between starts", d->noise_between_runs * 100);
}

static void describe_compiler(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_build_record *b = &input->results->build;
    if (b->compiler)
        snprintf(text, size, "%s %s", b->compiler, b->flags ? b->flags : "");
}

static void describe_version(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_build_record *b = &input->results->build;
    if (b->version || b->commit)
        snprintf(text, size, "%s%s%s", b->version ? b->version : "", b->commit ? ", commit " : "",
                 b->commit ? b->commit : "");
}

static void describe_engines(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_results *results = input->results;
    size_t used = 0;
    for (int e = 0; e < results->build.n_engines && used < size; e++) {
        const struct cg_engine_version *version = &results->build.engines[e];
        bool measured = false;
        for (int r = 0; r < results->n_records && !measured && version->engine; r++)
            measured = results->records[r]->setting.engine &&
                       strcmp(results->records[r]->setting.engine, version->engine) == 0;
        if (measured)
            used += (size_t)snprintf(text + used, size - used, "%s%s %s", used ? ", " : "", version->engine,
                                     version->version ? version->version : "");
    }
}

static void describe_start(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_run_record *r = &input->results->run;
    if (r->start && r->seconds > 0)
        snprintf(text, size, "%s, %.0f s", r->start, r->seconds);
    else
        put(text, size, r->start);
}

static void describe_command(const struct cg_input *input, char *text, size_t size)
{
    put(text, size, input->results->run.command);
}

static void describe_records(const struct cg_input *input, char *text, size_t size)
{
    const struct cg_results *results = input->results;
    snprintf(text, size, "%d", results->n_records);
    if (results->run.processes > 0) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, ", at most %d processes each", results->run.processes);
    }
}

static const struct {
    const char *head;
    describe *text;
} properties[] = {
    {"device", describe_device},
    {"best instruction set", describe_isa},
    {"cores", describe_cores},
    {"frequency", describe_frequency},
    {"caches", describe_caches},
    {"memory", describe_memory},
    {"system", describe_system},
    {"virtualisation", describe_virtualisation},
    {"frequency governor", describe_governor},
    {"measured peak", describe_peaks},
    {"measured bandwidth, 1 thread", describe_bandwidths},
    {"noise floor", describe_noise},
    {"compiler", describe_compiler},
    {"convgauge", describe_version},
    {"engines", describe_engines},
    {"measured", describe_start},
    {"command", describe_command},
    {"records", describe_records},
};

struct cg_table *cg_table_of_devices(const struct cg_inputs *inputs)
{
    struct cg_table *table = cg_table_create("files", inputs->n > 1 ? "Files" : "File");
    if (!table)
        return NULL;
    cg_table_add_column(table, "property", "", CG_COLUMN_TEXT, 0);
    for (int i = 0; i < inputs->n; i++) {
        char key[24];
        snprintf(key, sizeof key, "file_%d", i + 1);
        cg_table_add_column(table, key,
                            inputs->n > 1
                                ? cg_table_format(table, "%d: %.80s", i + 1, base_name(inputs->items[i].name))
                                : base_name(inputs->items[i].name),
                            CG_COLUMN_TEXT, 0);
    }
    for (size_t p = 0; p < sizeof properties / sizeof properties[0]; p++) {
        bool known = false;
        for (int i = 0; i < inputs->n; i++) {
            char text[512] = "";
            properties[p].text(&inputs->items[i], text, sizeof text);
            known = known || text[0];
        }
        if (!known)
            continue;
        cg_table_add_row(table, NULL);
        cg_table_set_text(table, 0, properties[p].head);
        for (int i = 0; i < inputs->n; i++) {
            char text[512] = "";
            properties[p].text(&inputs->items[i], text, sizeof text);
            cg_table_set_text(table, 1 + i, text[0] ? text : NULL);
        }
    }
    return table;
}
