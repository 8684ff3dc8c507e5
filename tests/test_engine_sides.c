/* What is said of engines side by side, from results whose truth is known. */
#include "report/report.h"
#include "report/tables.h"

#include "base/random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PROCESSES 6
#define ROUNDS    6

enum { NETWORKS = 3, ENGINES = 2, THREADS = 3 };

static const struct {
    const char *family, *variant, *name;
    double madds;
} networks[NETWORKS] = {{"mobilenet_v1", "1.0", "mobilenet_v1:1.0", 569e6},
                        {"shufflenet_v2", "1.0x", "shufflenet_v2:1.0x", 146e6},
                        {"resnet50", NULL, "resnet50", 4089e6}};
static const char *const engines[ENGINES] = {"native", "other"};
static const int threads[THREADS] = {1, 2, 4};

/* What is true of each engine. */
struct truth {
    double slower[ENGINES];                      /* than the first, by this factor */
    double tax[ENGINES];                         /* of a multiply-add of ShuffleNet V2 */
    double fusion[ENGINES];                      /* that fusion gains */
    double speed_up[ENGINES][NETWORKS][THREADS]; /* over one thread */
    int processes;                               /* of each record */
    bool apart;                                  /* each network has a schedule of its own */
};

static void add_record(struct cg_results *results, const struct truth *truth, int network,
                       struct cg_setting setting, double time, uint64_t *random)
{
    struct cg_record *record = cg_results_add_record(results);
    const int n = truth->processes * ROUNDS;
    cr_assert(record && cg_record_alloc_samples(results, &record->samples, n, false));
    record->suite = "engines";
    record->group = record->case_name = record->graph = networks[network].name;
    record->network = networks[network].family;
    record->variant = networks[network].variant;
    record->setting = setting;
    record->input = "1x224x224x3";
    record->madds = (int64_t)networks[network].madds;
    record->schedule = truth->apart ? network : 0;
    for (int i = 0; i < n; i++) {
        record->samples.process[i] = i / ROUNDS;
        record->samples.round[i] = i % ROUNDS;
        record->samples.iterations[i] = 1;
        record->samples.cpu[i] = 0;
        record->samples.ns[i] = (int64_t)(time * (1 + 0.006 * (cg_random_uniform(random) - 0.5)));
    }
    cr_assert(cg_record_summarise(record, NULL) == CG_OK);
}

static void add_network(struct cg_results *results, const struct truth *truth, struct cg_suite_record *suite,
                        int network, uint64_t *random)
{
    struct cg_group_record *group = cg_suite_add_group(results, suite);
    struct cg_case_record *c = group ? cg_group_add_case(results, group) : NULL;
    cr_assert(c);
    group->name = c->name = c->label = c->graph = networks[network].name;
    group->baseline = 0;
    for (int e = 0; e < ENGINES; e++)
        for (int t = 0; t < THREADS; t++)
            for (int none = 0; none < 2; none++) {
                const struct cg_setting setting = {.engine = engines[e],
                                                   .isa = CG_ISA_AVX2,
                                                   .threads = threads[t],
                                                   .fusion = none ? CG_FUSION_NONE : CG_FUSION_FULL,
                                                   .batch = 1};
                const double time = networks[network].madds / 50 * truth->slower[e] *
                                    (network == 1 ? truth->tax[e] : 1) * (none ? truth->fusion[e] : 1) /
                                    truth->speed_up[e][network][t];
                add_record(results, truth, network, setting, time, random);
            }
}

static struct cg_results *results_of(const struct truth *truth)
{
    struct cg_results *results = cg_results_create();
    struct cg_suite_record *suite = results ? cg_results_add_suite(results) : NULL;
    uint64_t random = 7;
    cr_assert(suite);
    results->device.noise_paired = 0.004;
    results->device.noise_between_runs = 0.01;
    suite->name = "engines";
    suite->title = "Engines";
    suite->kind = CG_KIND_PLAIN;
    suite->whole_networks = 1;
    for (int i = 0; i < NETWORKS; i++)
        add_network(results, truth, suite, i, &random);
    return results;
}

/* Everything scales, but where a test says otherwise. */
static struct truth truth_of(void)
{
    struct truth truth = {.slower = {1, 1.3}, .tax = {1, 1.5}, .fusion = {1.2, 1}, .processes = PROCESSES};
    for (int e = 0; e < ENGINES; e++)
        for (int i = 0; i < NETWORKS; i++)
            for (int t = 0; t < THREADS; t++)
                truth.speed_up[e][i][t] = pow(threads[t], 0.9);
    return truth;
}

static struct cg_table *table_of(const struct cg_results *results)
{
    struct cg_suite_views views;
    cr_assert(cg_suite_views_create(results, results->suites[0], &views, NULL) == CG_OK && views.n > 0);
    struct cg_table *table = cg_table_of_sides(&views, &views.items[0]->setting);
    cr_assert(table && !table->failed);
    cg_suite_views_free(&views);
    return table;
}

static const char *sentence_on(const struct cg_table *table, const char *engine)
{
    for (int i = 0; i < table->n_sentences; i++)
        if (strncmp(table->sentences[i], engine, strlen(engine)) == 0)
            return table->sentences[i];
    return "";
}

static void expect(const char *text, const char *part, bool there)
{
    cr_expect((strstr(text, part) != NULL) == there, "'%s' in: %s", part, text);
}

/* The cell of an engine in the row `name` of the section that begins with `section`. */
static const struct cg_cell *cell_of(const struct cg_table *table, const char *section, const char *name,
                                     int engine)
{
    bool inside = false;
    for (int r = 0; r < table->n_rows; r++) {
        const struct cg_row *row = &table->rows[r];
        if (row->section)
            inside = strncmp(row->section, section, strlen(section)) == 0;
        if (inside && strcmp(row->cells[0].text, name) == 0)
            return &row->cells[2 + engine];
    }
    cr_assert_fail("no row %s, %s", section, name);
    return NULL;
}

/* Formed inside rounds, and from networks that were measured one after another. */
Test(engine_sides, say_what_is_true)
{
    for (int apart = 0; apart < 2; apart++) {
        struct truth truth = truth_of();
        truth.apart = apart;
        for (int t = 1; t < THREADS; t++)
            truth.speed_up[1][1][t] = 1;
        truth.speed_up[0][2][2] = truth.speed_up[0][2][1];
        struct cg_results *results = results_of(&truth);
        struct cg_table *table = table_of(results);
        const char *native = sentence_on(table, "native: "), *other = sentence_on(table, "other: ");
        expect(native, "(no ShuffleNet tax); with 2 threads", true);
        expect(native, "fusion makes 3 of 3 networks faster: 1.", true);
        expect(native, "2 threads instead of 1 make 3 of 3 networks faster", true);
        expect(native, "4 threads instead of 2 make 2 of 3 networks faster", true);
        expect(native, "; it stops scaling at 2 threads at resnet50.", true);
        expect(other, "times the time of one of mobilenet_v1:1.0 (a ShuffleNet tax); with 2 threads", true);
        expect(other, "fusion makes 0 of 3 networks faster", true);
        expect(other, "; it stops scaling at 1 thread at shufflenet_v2:1.0x.", true);
        cr_expect_float_eq(cell_of(table, "ShuffleNet's tax", "1 thread", 1)->value, 1.5, 0.01);
        cr_expect_float_eq(cell_of(table, "1 thread", "mobilenet_v1:1.0", 1)->value, 1.3, 0.01);
        cr_expect_float_eq(cell_of(table, "1 thread", "mobilenet_v1:1.0", 0)->value, 1, 0);
        cr_expect_float_eq(cell_of(table, "fusion", "resnet50", 0)->value, 1.2, 0.01);
        cr_expect_float_eq(cell_of(table, "4 threads: times as fast as 2", "mobilenet_v1:1.0", 1)->value,
                           pow(2, 0.9), 0.02);
        cg_table_destroy(&table);
        cg_results_destroy(&results);
    }
}

/* The other way round: nothing of what the first test reads may be said. */
Test(engine_sides, say_the_opposite_of_the_opposite)
{
    struct truth truth = truth_of();
    truth.tax[0] = 1.4;
    truth.tax[1] = 0.8;
    truth.fusion[0] = 0.9;
    truth.slower[1] = 0.7;
    struct cg_results *results = results_of(&truth);
    struct cg_table *table = table_of(results);
    const char *native = sentence_on(table, "native: "), *other = sentence_on(table, "other: ");
    expect(native, "(a ShuffleNet tax)", true);
    expect(native, "no ShuffleNet tax", false);
    expect(native, "fusion makes 0 of 3 networks faster: 0.", true);
    expect(other, "(the reverse of a ShuffleNet tax)", true);
    expect(native, "stops scaling", false);
    expect(other, "stops scaling", false);
    expect(other, "open at", false);
    cr_expect_float_eq(cell_of(table, "1 thread", "resnet50", 1)->value, 1, 0);
    cr_expect_float_eq(cell_of(table, "1 thread", "resnet50", 0)->value, 1 / 0.7, 0.01);
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

/* A part of a run: with one thread ShuffleNet V2 was not measured. */
Test(engine_sides, a_tax_at_more_threads_only)
{
    const struct truth truth = truth_of();
    struct cg_results *results = results_of(&truth);
    for (int r = 0; r < results->n_records; r++)
        if (results->records[r]->setting.threads == 1 &&
            strcmp(results->records[r]->network, "shufflenet_v2") == 0)
            results->records[r]->suite = "another";
    struct cg_table *table = table_of(results);
    cr_expect_float_eq(cell_of(table, "ShuffleNet's tax", "2 threads", 1)->value, 1.5, 0.01);
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

/* Nothing is claimed of one process, nor of one engine. */
Test(engine_sides, one_process_gives_no_verdict)
{
    struct truth truth = truth_of();
    truth.processes = 1;
    struct cg_results *results = results_of(&truth);
    struct cg_table *table = table_of(results);
    expect(sentence_on(table, "other: "), "(no verdict)", true);
    expect(sentence_on(table, "other: "), "fusion makes 0 of 3 networks faster", true);
    expect(sentence_on(table, "native: "), "stops scaling", false);
    cg_table_destroy(&table);
    for (int i = 0; i < results->n_records; i++)
        results->records[i]->setting.engine = "native";
    table = table_of(results);
    cr_expect_eq(table->n_rows, 0);
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

/* A report ends with it, in every form; the engines are not set against the first one once more. */
Test(engine_sides, stand_in_reports)
{
    const struct truth truth = truth_of();
    struct cg_results *results = results_of(&truth);
    for (int format = CG_FORMAT_TEXT; format <= CG_FORMAT_JSON; format++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        cr_assert(out && cg_report_print(results, NULL, (enum cg_format)format, out, NULL) == CG_OK);
        fclose(out);
        expect(text, format == CG_FORMAT_CSV ? "engines-sides" : "Engines: each to the fastest", true);
        expect(text, "engine against engine", false);
        if (format != CG_FORMAT_CSV)
            expect(text, format == CG_FORMAT_MARKDOWN ? "a ShuffleNet tax" : "other: a multiply-add of",
                   true);
        free(text);
    }
    cg_results_destroy(&results);
}
