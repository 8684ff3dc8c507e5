#include "bench/commands/run_parts.h"

#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* Median time of a run, by stretch; NAN where there is no sample. `room` holds as many values as samples. */
static void times_of(const struct stretches *s, const struct cg_record *record, double *room, double *ns)
{
    const struct cg_sample_arrays *samples = &record->samples;
    int at = 0, round = 0, n = 0, current = 0;
    for (int k = 0; k < s->n; k++)
        ns[k] = NAN;
    for (at = 0; at < samples->n; at++) {
        const int found = find_round(s->schedule, samples->process[at], samples->round[at], round);
        if (found < 0)
            continue;
        round = found;
        const int stretch = stretch_of(s, found);
        if (stretch != current && n > 0)
            ns[current] = cg_median(room, (size_t)n);
        if (stretch != current)
            n = 0;
        current = stretch;
        room[n++] = (double)samples->ns[at] / (double)samples->iterations[at];
    }
    if (n > 0)
        ns[current] = cg_median(room, (size_t)n);
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
    char key[48], head[48];
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "engine", "engine", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "threads", "threads", CG_COLUMN_NUMBER, 0);
    for (int k = 0; k < s->n; k++) {
        const double until_s = (double)((k + 1) * s->each_us) * 1e-6;
        snprintf(key, sizeof key, "until_%.0f_s", until_s);
        snprintf(head, sizeof head, until_s < 100 ? "until\n%.0f s" : "until\n%.1f min",
                 until_s < 100 ? until_s : until_s / 60);
        cg_table_add_column(table, key, head, CG_COLUMN_NUMBER, k == 0 || k == s->n - 1 ? 0 : 1);
    }
    cg_table_add_column(table, "change", "change", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "rank_first", "rank\nfirst", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "rank_last", "rank\nlast", CG_COLUMN_NUMBER, 0);
}

/* 1 for the fastest of all records in that stretch. */
static double rank_of(const double *all, int n, int stretches, int record, int stretch)
{
    int rank = 1;
    const double mine = all[(size_t)record * (size_t)stretches + (size_t)stretch];
    for (int i = 0; i < n; i++)
        rank += all[(size_t)i * (size_t)stretches + (size_t)stretch] < mine;
    return isnan(mine) ? NAN : rank;
}

static void add_record(struct cg_table *table, const struct stretches *s, const struct cg_record *const *list,
                       const double *all, int n, int index)
{
    const struct cg_record *record = list[index];
    const double *ns = all + (size_t)index * (size_t)s->n;
    const int threads = record->setting.threads, last = s->n - 1;
    cg_table_add_row(table, NULL);
    cg_cell_text(table, record->case_name);
    cg_cell_text(table, record->setting.engine);
    cg_cell_fixed(table, threads, "%.0f");
    for (int k = 0; k < s->n; k++) {
        const double images_per_s = record->setting.batch * 1e9 / ns[k];
        cg_cell_fixed(table, images_per_s, images_per_s < 100 ? "%.2f" : "%.0f");
    }
    cg_cell_fixed(table, 100 * (ns[0] / ns[last] - 1), "%+.1f %%");
    cg_cell_fixed(table, rank_of(all, n, s->n, index, 0), "%.0f");
    cg_cell_fixed(table, rank_of(all, n, s->n, index, last), "%.0f");
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
        char text[160];
        snprintf(text, sizeof text, "%s", figures[i].unknown);
        if (!isnan(first) && !isnan(last))
            snprintf(text, sizeof text, figures[i].format, first, last);
        cg_table_add_note(table, text);
    }
}

static struct cg_table *make_table(const struct stretches *s, const struct cg_record *const *records, int n,
                                   const double *all)
{
    struct cg_table *table = cg_table_create("sustained", "Sustained load: images a second over time");
    int changed = 0;
    add_columns(table, s);
    for (int i = 0; i < n; i++) {
        add_record(table, s, records, all, n, i);
        changed += rank_of(all, n, s->n, i, 0) != rank_of(all, n, s->n, i, s->n - 1);
    }
    cg_table_add_sentence(table, cg_table_format(table,
                                                 "%d of %d ranks differ between the first and the last "
                                                 "stretch of %.0f s.",
                                                 changed, n, (double)s->each_us * 1e-6));
    add_machine(table, s);
    return table;
}

enum cg_status cg_sustained_print(const struct cg_results *results, enum cg_format format,
                                  struct cg_error *err)
{
    const struct cg_schedule *schedule = results->n_schedules > 0 ? results->schedules[0] : NULL;
    if (!schedule || schedule->n_rounds == 0 || schedule->start_us[0] < 0)
        return CG_OK;
    const struct stretches s = cut(schedule);
    const size_t room = (size_t)results->n_records + 1;
    const struct cg_record **records = calloc(room, sizeof *records);
    double *all = calloc(room * (size_t)s.n, sizeof *all);
    double *values = calloc((size_t)schedule->n_rounds + 1, sizeof *values);
    enum cg_status status = CG_NO_MEMORY;
    int n = 0;
    if (records && all && values) {
        for (int i = 0; i < results->n_records; i++) {
            if (results->records[i]->samples.n == 0 || results->records[i]->samples.n > schedule->n_rounds)
                continue;
            records[n] = results->records[i];
            times_of(&s, records[n], values, all + (size_t)n * (size_t)s.n);
            n++;
        }
        struct cg_table *table = make_table(&s, records, n, all);
        status = table ? cg_table_print(table, format, WIDTH, stdout, err) : CG_NO_MEMORY;
        cg_table_destroy(&table);
    }
    free(records);
    free(all);
    free(values);
    return status == CG_NO_MEMORY ? cg_fail(err, CG_NO_MEMORY, "no memory for the table over time") : status;
}
