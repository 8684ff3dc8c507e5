/* What deployers ask besides the median: single runs (run --latency), several plans at once (run
 * --instances). */
#include "report/family.h"
#include "report/tables.h"

#include <math.h>

/* ---- single runs ---- */

static void add_latency(struct cg_table *table, const struct cg_record *record)
{
    const struct cg_latency_record *l = &record->latency;
    const double times[] = {l->plan_ns, l->first_run_ns, l->p50_ns, l->p90_ns, l->p99_ns};
    cg_table_add_row(table, NULL);
    CG_CELL_TEXTS(table, record->case_name, cg_setting_words(&record->setting).text);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        cg_cell_figure(table, times[i] / 1e6, 1, 4);
    cg_cell_figure(table, l->peak_memory_bytes / 0x1p20, 1, 3);
    cg_cell_count(table, l->runs);
    cg_cell_count(table, l->slow);
    cg_cell_count(table, l->slow_disturbed);
}

/* How often the p99 is the machine's doing. */
static const char *say_machine(struct cg_table *table, double runs, double disturbed, double slow,
                               double slow_disturbed)
{
    return slow == 0
               ? ""
               : cg_table_format(table,
                                 "Of %.0f runs from the p99 on %.0f (%.0f %%) saw the machine take the "
                                 "processor away (involuntary context switches, or stolen time within 10 "
                                 "ms); of all %.0f runs %.1f %% did.",
                                 slow, slow_disturbed, 100 * slow_disturbed / slow, runs,
                                 100 * disturbed / runs);
}

struct cg_table *cg_table_of_latency(const struct cg_results *results)
{
    static const struct cg_column columns[] = {
        {"case", "case", CG_COLUMN_TEXT, 0},
        {"setting", "setting", CG_COLUMN_TEXT, 0},
        {"plan_ms", "plan\nms", CG_COLUMN_NUMBER, 0},
        {"first_run_ms", "first\nrun ms", CG_COLUMN_NUMBER, 0},
        {"p50_ms", "p50\nms", CG_COLUMN_NUMBER, 0},
        {"p90_ms", "p90\nms", CG_COLUMN_NUMBER, 0},
        {"p99_ms", "p99\nms", CG_COLUMN_NUMBER, 0},
        {"peak_memory_mib", "memory\nMiB", CG_COLUMN_NUMBER, 0},
        {"runs", "runs", CG_COLUMN_NUMBER, 2},
        {"slow", "from the\np99 on", CG_COLUMN_NUMBER, 3},
        {"slow_disturbed", "of them\ndisturbed", CG_COLUMN_NUMBER, 3},
    };
    struct cg_table *table = cg_table_create("latency", "Latency of single runs");
    double runs = 0, disturbed = 0, slow = 0, slow_disturbed = 0;
    table->caption = cg_table_format(table, "%s; a plan alone in its process", cg_device_words(results));
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_latency_record *l = &results->records[r]->latency;
        if (l->runs <= 0)
            continue;
        add_latency(table, results->records[r]);
        if (l->slow <= 0)
            continue;
        runs += l->runs;
        disturbed += l->disturbed;
        slow += l->slow;
        slow_disturbed += l->slow_disturbed;
    }
    cg_table_add_sentence(table, say_machine(table, runs, disturbed, slow, slow_disturbed));
    cg_table_add_note(
        table, cg_table_format(table,
                               "Plan, first run and memory: medians over the processes; memory: by how "
                               "much the process grew at most, the weights apart. No p99 of fewer than "
                               "%d runs.",
                               CG_P99_RUNS));
    return table;
}

/* ---- several plans at once ---- */

/* Images a second, geometric mean of the repetitions, with Student's t; and the log of the ratio of both. */
struct served {
    struct cg_interval plans, one;
    struct cg_estimate ratio;
};

static struct served served_of(const struct cg_results *results, const struct cg_record *record)
{
    enum { MOST = 64 };
    double plans[MOST], one[MOST], ratio[MOST];
    size_t n = 0;
    for (int i = 0; i < record->instances.n && n < MOST; i++) {
        const double images = record->instances.repeats[i].images_per_s,
                     by_one = record->instances.repeats[i].one_images_per_s;
        if (!(images > 0 && by_one > 0)) /* no run ended in the time */
            continue;
        plans[n] = log(images);
        one[n] = log(by_one);
        ratio[n] = plans[n] - one[n];
        n++;
    }
    return (struct served){
        cg_ratio_of(cg_estimate_of(plans, n)), cg_ratio_of(cg_estimate_of(one, n)),
        cg_estimate_resolved(cg_estimate_of(ratio, n), results->device.noise_between_runs)};
}

/* With the digits that an interval supports, as times have them. */
static struct cg_phrase images_words(struct cg_interval images)
{
    return cg_format_ms((struct cg_interval){images.value * 1e6, images.low * 1e6, images.high * 1e6});
}

/* More images are less time. */
static const char *verdict_words(enum cg_verdict verdict)
{
    static const char *const words[CG_VERDICT_COUNT] = {
        [CG_SLOWER] = "more", [CG_FASTER] = "fewer", [CG_SAME] = "the same", [CG_UNCLEAR] = "unclear"};
    return words[verdict] ? words[verdict] : "-";
}

static void fill(struct cg_table *table, const struct cg_results *results, const struct cg_family *rows)
{
    int found[CG_VERDICT_COUNT] = {0};
    for (int k = 0; k < rows->n; k++) {
        const struct cg_record *record = results->records[rows->rows[k].key[0]];
        const struct served served = served_of(results, record);
        const int plans = record->instances.repeats[0].plans;
        cg_table_add_row(table, NULL);
        CG_CELL_TEXTS(table, record->case_name, cg_setting_words(&record->setting).text);
        cg_cell_count(table, plans);
        cg_cell_interval(table, served.plans, images_words(served.plans).text);
        cg_cell_interval(table, served.one, images_words(served.one).text);
        cg_cell_ratio(table, cg_ratio_of(served.ratio));
        cg_cell_text(table, verdict_words(rows->rows[k].verdict));
        found[rows->rows[k].verdict]++;
    }
    if (rows->n > 0)
        cg_table_add_sentence(
            table,
            cg_table_format(table,
                            "Several plans at once give more images a second than one plan with the "
                            "threads of all in %d of %d cases, fewer in %d, the same in %d; undecided: %d.",
                            found[CG_SLOWER], rows->n, found[CG_FASTER], found[CG_SAME],
                            rows->n - found[CG_SLOWER] - found[CG_FASTER] - found[CG_SAME]));
}

struct cg_table *cg_table_of_instances(const struct cg_results *results)
{
    static const struct cg_column columns[] = {
        {"case", "case", CG_COLUMN_TEXT, 0},
        {"setting", "each plan", CG_COLUMN_TEXT, 0},
        {"plans", "plans", CG_COLUMN_NUMBER, 1},
        {"images_per_s", "images/s\ntogether", CG_COLUMN_INTERVAL, 0},
        {"one_images_per_s", "images/s, one plan\nwith all threads", CG_COLUMN_INTERVAL, 0},
        {"ratio", "ratio", CG_COLUMN_INTERVAL, 0},
        {"verdict", "verdict", CG_COLUMN_TEXT, 0},
    };
    struct cg_table *table = cg_table_create("instances", "Several plans at once");
    struct cg_family rows = {0};
    const double delta = cg_delta(results->device.noise_between_runs);
    table->caption =
        cg_table_format(table, "%s; each plan in a process and on cpus of its own", cg_device_words(results));
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int r = 0; r < results->n_records; r++)
        if (results->records[r]->instances.n > 0)
            cg_family_add(&rows, (struct cg_judged){.ratio = served_of(results, results->records[r]).ratio,
                                                    .delta = delta,
                                                    .key = {r, 0}});
    if (rows.n > 0)
        cg_table_add_note(table, cg_say_starts(results).text);
    if (cg_family_judge(&rows, CG_DO_THEY_DIFFER))
        fill(table, results, &rows);
    else
        table->failed = true;
    cg_family_free(&rows);
    return table;
}
