/* What results files were measured on. */
#include "report/inputs.h"

#include "base/text.h"
#include "report/records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_BY_SIDE 4 /* files whose properties stand in columns */
#define ROOM         512

#define PROPERTIES(X)                                                                                        \
    X(DEVICE, "device")                                                                                      \
    X(ISA, "best instruction set")                                                                           \
    X(CORES, "cores")                                                                                        \
    X(FREQUENCY, "frequency")                                                                                \
    X(CACHES, "caches")                                                                                      \
    X(LIMITS, "limits of the process")                                                                       \
    X(MEMORY, "memory")                                                                                      \
    X(SYSTEM, "system")                                                                                      \
    X(VIRTUALISATION, "virtualisation")                                                                      \
    X(GOVERNOR, "frequency governor")                                                                        \
    X(PEAKS, "measured peak")                                                                                \
    X(BANDWIDTHS, "measured bandwidth, 1 thread")                                                            \
    X(NOISE, "noise floor")                                                                                  \
    X(COMPILER, "compiler")                                                                                  \
    X(VERSION, "convgauge")                                                                                  \
    X(ENGINES, "engines")                                                                                    \
    X(START, "measured")                                                                                     \
    X(COMMAND, "command")                                                                                    \
    X(RECORDS, "records")

CG_ENUM(property, PROPERTIES, N_PROPERTIES)

/* The texts of one file; "" where a property is unknown. */
struct properties {
    char text[N_PROPERTIES][ROOM];
};

/* Adds to a property's text. */
#define put(p, at, ...) cg_append((p)->text[at], ROOM, __VA_ARGS__)

static const char *or_none(const char *text)
{
    return text ? text : "";
}

/* The separator before one more of a list. */
static const char *comma(const struct properties *p, enum property at)
{
    return p->text[at][0] ? ", " : "";
}

static void describe_machine(const struct cg_device_record *d, struct properties *p)
{
    put(p, DEVICE, "%s", or_none(d->cpu_model));
    put(p, ISA, "%s", or_none(d->isa));
    if (d->cores > 0)
        put(p, CORES, "%d (%d logical cpus, %d allowed)", d->cores, d->logical_cpus, d->allowed_cpus);
    if (d->frequency_hz > 0)
        put(p, FREQUENCY, "%.2f GHz, measured", d->frequency_hz / 1e9);
    for (int i = 0; i < d->n_caches; i++)
        put(p, CACHES, "%sL%d %s %.0f KiB", comma(p, CACHES), d->caches[i].level, or_none(d->caches[i].type),
            (double)d->caches[i].bytes / 1024);
    if (!isnan(d->cpu_limit))
        put(p, LIMITS, "at most %g processors' worth of time", d->cpu_limit);
    if (d->memory_limit_bytes > 0)
        put(p, LIMITS, "%sat most %.1f GiB of memory", comma(p, LIMITS),
            (double)d->memory_limit_bytes / (1 << 30));
    if (d->memory_bytes > 0)
        put(p, MEMORY, "%.1f GiB", (double)d->memory_bytes / (1 << 30));
    put(p, SYSTEM, "%s%s%s", or_none(d->os), d->os && d->kernel ? "; " : "", or_none(d->kernel));
    put(p, GOVERNOR, "%s", or_none(d->governor));
    if (d->virtualised == 1)
        put(p, VIRTUALISATION, "%s", d->virtualisation ? d->virtualisation : "yes");
    else if (d->virtualised == 0)
        put(p, VIRTUALISATION, "none");
}

static void describe_measured(const struct cg_device_record *d, struct properties *p)
{
    for (int i = 0; i < d->n_peaks; i++)
        put(p, PEAKS, "%s%.3g Gmadds/s (%s, %s)", comma(p, PEAKS), d->peaks[i].madds_per_s / 1e9,
            d->peaks[i].isa ? d->peaks[i].isa : "?", cg_format_threads(d->peaks[i].threads).text);
    for (size_t l = 0; l < CG_MEMORY_LEVELS; l++) {
        const double bandwidth = cg_device_bandwidth(d, cg_memory_levels[l], 1);
        if (!isnan(bandwidth))
            put(p, BANDWIDTHS, "%s%s %.3g GB/s", comma(p, BANDWIDTHS), cg_memory_levels[l], bandwidth / 1e9);
    }
    if (isnan(d->noise_paired))
        return;
    put(p, NOISE, "%.1f %% in one run, ", d->noise_paired * 100);
    if (isnan(d->noise_between_runs))
        put(p, NOISE, "unknown between starts");
    else
        put(p, NOISE, "%.1f %% between starts", d->noise_between_runs * 100);
}

static bool has_engine(const struct cg_results *results, const char *engine)
{
    for (int r = 0; r < results->n_records; r++)
        if (engine && cg_same_text(results->records[r]->setting.engine, engine))
            return true;
    return false;
}

static void describe_run(const struct cg_results *results, struct properties *p)
{
    const struct cg_build_record *b = &results->build;
    const struct cg_run_record *r = &results->run;
    if (b->compiler)
        put(p, COMPILER, "%s %s", b->compiler, or_none(b->flags));
    put(p, VERSION, "%s%s%s", or_none(b->version), b->commit ? ", commit " : "", or_none(b->commit));
    for (int e = 0; e < b->n_engines; e++)
        if (has_engine(results, b->engines[e].engine))
            put(p, ENGINES, "%s%s %s", comma(p, ENGINES), b->engines[e].engine,
                or_none(b->engines[e].version));
    put(p, START, "%s", or_none(r->start));
    if (r->start && r->seconds > 0)
        put(p, START, ", %.0f s", r->seconds);
    put(p, COMMAND, "%s", or_none(r->command));
    put(p, RECORDS, "%d", results->n_records);
    if (r->processes > 0)
        put(p, RECORDS, ", at most %d processes each", r->processes);
}

static void fill_properties(struct cg_table *table, const struct cg_inputs *inputs)
{
    static const char *const heads[] = {PROPERTIES(CG_ENUM_NAME)};
    struct properties *files = calloc((size_t)inputs->n + 1, sizeof *files);
    for (int i = 0; files && i < inputs->n; i++) {
        describe_machine(&inputs->items[i].results->device, &files[i]);
        describe_measured(&inputs->items[i].results->device, &files[i]);
        describe_run(inputs->items[i].results, &files[i]);
    }
    for (int p = 0; files && p < N_PROPERTIES; p++) {
        bool known = false;
        for (int i = 0; i < inputs->n; i++)
            known = known || files[i].text[p][0];
        if (!known)
            continue;
        cg_table_add_row(table, NULL);
        cg_cell_text(table, heads[p]);
        for (int i = 0; i < inputs->n; i++)
            cg_cell_text(table, files[i].text[p][0] ? files[i].text[p] : NULL);
    }
    table->failed = table->failed || !files;
    free(files);
}

/* A file a row. */
static void fill_rows(struct cg_table *table, const struct cg_inputs *inputs)
{
    static const struct cg_column columns[] = {
        {"id", "", CG_COLUMN_TEXT, 0},
        {"file", "file", CG_COLUMN_TEXT, 0},
        {"device", "device", CG_COLUMN_TEXT, 0},
        {"isa", "ISA", CG_COLUMN_TEXT, 0},
        {"cores", "cores", CG_COLUMN_NUMBER, 0},
        {"memory", "memory", CG_COLUMN_TEXT, 0},
        {"os", "system", CG_COLUMN_TEXT, 0},
        {"compiler", "compiler", CG_COLUMN_TEXT, 0},
        {"commit", "commit", CG_COLUMN_TEXT, 0},
        {"start", "measured", CG_COLUMN_TEXT, 0},
        {"records", "records", CG_COLUMN_NUMBER, 0},
        {"processes", "processes", CG_COLUMN_NUMBER, 0},
    };
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int i = 0; i < inputs->n; i++) {
        const struct cg_results *results = inputs->items[i].results;
        const struct cg_device_record *d = &results->device;
        const struct cg_phrase memory = cg_phrase("%.1f GiB", (double)d->memory_bytes / (1 << 30));
        cg_table_add_row(table, NULL);
        CG_CELL_TEXTS(table, cg_phrase("%d", i + 1).text, cg_input_file(&inputs->items[i]),
                      d->cpu_model ? d->cpu_model : "unknown", d->isa);
        cg_cell_count(table, d->cores);
        CG_CELL_TEXTS(table, d->memory_bytes > 0 ? memory.text : NULL, d->os, results->build.compiler,
                      results->build.commit, results->run.start);
        cg_cell_count(table, results->n_records);
        cg_cell_count(table, results->run.processes);
    }
}

struct cg_table *cg_table_of_devices(const struct cg_inputs *inputs)
{
    struct cg_table *table = cg_table_create("files", inputs->n > 1 ? "Files" : "File");
    if (inputs->n > SIDE_BY_SIDE) {
        fill_rows(table, inputs);
        return table;
    }
    cg_table_add_column(table, "property", "", CG_COLUMN_TEXT, 0);
    for (int i = 0; i < inputs->n; i++) {
        const char *file = cg_input_file(&inputs->items[i]);
        cg_table_add_column(table, cg_phrase("file_%d", i + 1).text,
                            inputs->n > 1 ? cg_table_format(table, "%d: %.80s", i + 1, file) : file,
                            CG_COLUMN_TEXT, 0);
    }
    fill_properties(table, inputs);
    return table;
}
