#include "bench/commands/run_parts.h"

#include "report/report.h"

#include <math.h>

#define STRETCHES_MAX 6
#define WIDTH         120

/* One schedule, cut into equal stretches of time. */
struct stretches {
    const struct cg_schedule *schedule;
    int n;
    int64_t first_us, each_us;
};

static struct stretches cut(const struct cg_schedule *schedule)
{
    struct stretches s = {.schedule = schedule, .first_us = schedule->start_us[0]};
    const int64_t last_us = schedule->start_us[schedule->n_rounds - 1];
    s.n = schedule->n_rounds / 3 < STRETCHES_MAX ? schedule->n_rounds / 3 : STRETCHES_MAX;
    s.n = s.n < 1 ? 1 : s.n;
    s.each_us = (last_us - s.first_us) / s.n + 1;
    return s;
}

static int stretch_of(const struct stretches *s, int round)
{
    return (int)((s->schedule->start_us[round] - s->first_us) / s->each_us);
}

/* The place of a sample's round among the schedule's; -1: not there, or its samples do not count. Both are in
 * the order of time, so the search goes on from `from`. */
static int find_round(const struct cg_schedule *s, int64_t process, int64_t round, int from)
{
    for (int i = from; i < s->n_rounds; i++)
        if (s->process[i] == process && s->round[i] == round && s->disturbed[i] != 1)
            return i;
    return -1;
}

/* A record of the schedule. */
struct row {
    const struct cg_record *record;
    double ns[STRETCHES_MAX]; /* median time of a run, by stretch; NAN where there is no sample */
};

/* `values` has room for as many as there are samples. */
static void fill_row(const struct stretches *s, double *values, struct row *row)
{
    const struct cg_sample_arrays *samples = &row->record->samples;
    for (int k = 0; k < s->n; k++) {
        int round = 0, n = 0;
        for (int i = 0; i < samples->n; i++) {
            const int found = find_round(s->schedule, samples->process[i], samples->round[i], round);
            round = found < 0 ? round : found;
            if (found >= 0 && stretch_of(s, found) == k)
                values[n++] = (double)samples->ns[i] / (double)samples->iterations[i];
        }
        row->ns[k] = n > 0 ? cg_median(values, (size_t)n) : NAN;
    }
}

/* Mean over the rounds of a stretch of what is known; NAN when nothing is. */
static double mean_of(const struct stretches *s, const int64_t *values, int stretch)
{
    double sum = 0;
    int n = 0;
    for (int i = 0; i < s->schedule->n_rounds; i++) {
        if (stretch_of(s, i) != stretch || values[i] < 0)
            continue;
        sum += (double)values[i];
        n++;
    }
    return n ? sum / n : NAN;
}

static void add_columns(struct cg_table *table, const struct stretches *s)
{
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "engine", "engine", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "threads", "threads", CG_COLUMN_NUMBER, 0);
    for (int k = 0; k < s->n; k++) {
        const double until_s = (double)((k + 1) * s->each_us) * 1e-6;
        cg_table_add_column(table, cg_phrase("until_%.0f_s", until_s).text,
                            until_s < 100 ? cg_phrase("until\n%.0f s", until_s).text
                                          : cg_phrase("until\n%.1f min", until_s / 60).text,
                            CG_COLUMN_NUMBER, k == 0 || k == s->n - 1 ? 0 : 1);
    }
    cg_table_add_column(table, "change", "change", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "rank_first", "rank\nfirst", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "rank_last", "rank\nlast", CG_COLUMN_NUMBER, 0);
}

/* 1 for the fastest of all rows in that stretch. */
static double rank_of(const struct row *rows, int n, int index, int stretch)
{
    int rank = 1;
    for (int i = 0; i < n; i++)
        rank += rows[i].ns[stretch] < rows[index].ns[stretch];
    return isnan(rows[index].ns[stretch]) ? NAN : rank;
}

static void add_row(struct cg_table *table, const struct stretches *s, const struct row *rows, int n,
                    int index)
{
    const struct row *row = &rows[index];
    const int last = s->n - 1;
    cg_table_add_row(table, NULL);
    cg_cell_text(table, row->record->case_name);
    cg_cell_text(table, row->record->setting.engine);
    cg_cell_fixed(table, row->record->setting.threads, "%.0f");
    for (int k = 0; k < s->n; k++) {
        const double images_per_s = row->record->setting.batch * 1e9 / row->ns[k];
        cg_cell_fixed(table, images_per_s, images_per_s < 100 ? "%.2f" : "%.0f");
    }
    cg_cell_fixed(table, 100 * (row->ns[0] / row->ns[last] - 1), "%+.1f %%");
    cg_cell_fixed(table, rank_of(rows, n, index, 0), "%.0f");
    cg_cell_fixed(table, rank_of(rows, n, index, last), "%.0f");
}

/* What the machine did, as notes below: first and last stretch. */
static void add_machine(struct cg_table *table, const struct stretches *s)
{
    static const struct {
        const char *format, *unknown;
        double scale;
    } figures[] = {
        {"Effective frequency: %.3f GHz in the first stretch, %.3f GHz in the last.",
         "The effective frequency is not known.", 1e-9},
        {"Temperature of the processor's hottest sensor: %.1f C in the first stretch, %.1f C in the last.",
         "This machine shows no temperature.", 1e-3},
        {"The yardstick (a fixed FMA loop): %.1f us in the first stretch, %.1f us in the last.",
         "The yardstick is not known.", 1e-3},
    };
    const int64_t *const values[] = {s->schedule->frequency_hz, s->schedule->temperature_mc,
                                     s->schedule->yardstick_fma_ns};
    for (int i = 0; i < 3; i++) {
        const double first = mean_of(s, values[i], 0) * figures[i].scale,
                     last = mean_of(s, values[i], s->n - 1) * figures[i].scale;
        const bool known = !isnan(first) && !isnan(last);
        cg_table_add_note(table, cg_phrase(known ? figures[i].format : figures[i].unknown, first, last).text);
    }
}

static struct cg_table *make_table(const struct stretches *s, const struct row *rows, int n)
{
    struct cg_table *table = cg_table_create("sustained", "Sustained load: images a second over time");
    int changed = 0;
    add_columns(table, s);
    for (int i = 0; i < n; i++) {
        add_row(table, s, rows, n, i);
        changed += rank_of(rows, n, i, 0) != rank_of(rows, n, i, s->n - 1);
    }
    cg_table_add_sentence(table, cg_table_format(table,
                                                 "%d of %d ranks differ between the first and the last "
                                                 "stretch of %.0f s.",
                                                 changed, n, (double)s->each_us * 1e-6));
    add_machine(table, s);
    return table;
}

enum cg_status cg_sustained_print(struct cg_run *run, struct cg_error *err)
{
    struct cg_results *results = run->results;
    const struct cg_schedule *schedule = results->n_schedules > 0 ? results->schedules[0] : NULL;
    if (!schedule || schedule->n_rounds == 0 || schedule->start_us[0] < 0)
        return CG_OK;
    const struct stretches s = cut(schedule);
    struct row *rows = cg_results_array(results, (size_t)results->n_records, sizeof *rows);
    double *values = cg_results_array(results, (size_t)schedule->n_rounds, sizeof *values);
    if (!rows || !values)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the table over time");
    int n = 0;
    for (int i = 0; i < results->n_records; i++) {
        rows[n].record = results->records[i];
        if (rows[n].record->samples.n > 0 && rows[n].record->samples.n <= schedule->n_rounds)
            fill_row(&s, values, &rows[n++]);
    }
    struct cg_table *table = make_table(&s, rows, n);
    const enum cg_status status = cg_table_print(table, run->request.format, WIDTH, stdout, err);
    cg_table_destroy(&table);
    return status;
}
