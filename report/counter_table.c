/* What was counted of each case (run --counters), and the figures that people make of counts. */
#include "report/tables.h"

#include <math.h>
#include <string.h>

#define COUNTERS_MAX 48
#define LINE_ASSUMED 64 /* bytes of a cache line where the device's are not known */

/* A count of a case by the counter's name; "madds" and "lines" (bytes of one) besides. NAN: not counted. */
static double count_of(const struct cg_results *results, const struct cg_record *record, const char *name)
{
    if (strcmp(name, "madds") == 0)
        return record->madds > 0 ? (double)record->madds : NAN;
    for (int i = 0; strcmp(name, "line") == 0; i++) {
        if (i == results->device.n_caches)
            return LINE_ASSUMED;
        if (results->device.caches[i].line_bytes > 0)
            return results->device.caches[i].line_bytes;
    }
    for (int i = 0; i < record->n_counters; i++)
        if (record->counters[i].name && strcmp(record->counters[i].name, name) == 0)
            return record->counters[i].value;
    return NAN;
}

/* A quotient of counts. */
static const struct derived {
    const char *key, *head, *over, *under;
    const char *times; /* NULL, or what `over` is multiplied by */
    double scale;
} derived[] = {
    {"madds_per_cycle", "madds /\ncycle", "madds", "cycles", NULL, 1},
    {"instructions_per_cycle", "instr. /\ncycle", "instructions", "cycles", NULL, 1},
    {"l1_misses_per_1000_madds", "L1 misses /\n1000 madds", "l1_misses", "madds", NULL, 1000},
    {"l2_miss_ratio", "L2 misses /\nL1 misses", "l2_misses", "l1_misses", NULL, 1},
    {"l3_miss_ratio", "L3 misses /\nL2 misses", "l3_misses", "l2_misses", NULL, 1},
    {"memory_bytes_per_madd", "memory bytes\n/ madd", "l3_misses", "madds", "line", 1},
    {"branch_misses_per_1000_instructions", "br. misses /\n1000 instr.", "branch_misses", "instructions",
     NULL, 1000},
};
#define N_DERIVED ((int)(sizeof derived / sizeof derived[0]))

static double figure_of(const struct cg_results *results, const struct cg_record *record,
                        const struct derived *d)
{
    const double under = count_of(results, record, d->under);
    const double times = d->times ? count_of(results, record, d->times) : 1;
    return under > 0 ? d->scale * times * count_of(results, record, d->over) / under : NAN;
}

/* What was asked for, in its order: counted in some case, or nowhere. */
struct columns {
    int n;
    struct counted {
        const char *name, *unit;
        bool counted;
    } counters[COUNTERS_MAX];
    bool derived[N_DERIVED];
};

static void find_columns(const struct cg_results *results, const struct cg_record *record,
                         struct columns *columns)
{
    for (int i = 0; i < record->n_counters; i++) {
        const struct cg_counter_record *counter = &record->counters[i];
        int at = 0;
        while (counter->name && at < columns->n && strcmp(columns->counters[at].name, counter->name) != 0)
            at++;
        if (!counter->name || at == COUNTERS_MAX)
            continue;
        if (at == columns->n)
            columns->counters[columns->n++] = (struct counted){counter->name, counter->unit, false};
        columns->counters[at].counted = columns->counters[at].counted || !isnan(counter->value);
    }
    for (int d = 0; d < N_DERIVED; d++)
        columns->derived[d] = columns->derived[d] || !isnan(figure_of(results, record, &derived[d]));
}

static void add_columns(struct cg_table *table, const struct columns *columns)
{
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    for (int i = 0; i < columns->n; i++) {
        const char *name = columns->counters[i].name, *unit = columns->counters[i].unit;
        if (columns->counters[i].counted)
            cg_table_add_column(
                table, name,
                cg_phrase("%.40s\n%s%.20s%s", name, unit ? "(" : "", unit ? unit : "", unit ? ")" : "").text,
                CG_COLUMN_NUMBER, 1);
    }
    for (int d = 0; d < N_DERIVED; d++)
        if (columns->derived[d])
            cg_table_add_column(table, derived[d].key, derived[d].head, CG_COLUMN_NUMBER, 0);
}

static void add_case(struct cg_table *table, const struct cg_results *results, const struct cg_case_view *c,
                     const struct columns *columns)
{
    cg_cell_text(table, cg_case_label(c->c).text);
    for (int i = 0; i < columns->n; i++)
        if (columns->counters[i].counted)
            cg_cell_figure(table, count_of(results, c->record, columns->counters[i].name), 1, 4);
    for (int d = 0; d < N_DERIVED; d++)
        if (columns->derived[d])
            cg_cell_figure(table, figure_of(results, c->record, &derived[d]), 1, 3);
}

struct cg_table *cg_table_of_counters(const struct cg_suite_view *view)
{
    struct cg_table *table = cg_table_of_view(view, "counters", "Counted, a run");
    struct columns columns = {0};
    const char *section = NULL, *absent = NULL;
    bool any = false;
    table->caption =
        cg_table_format(table, "%s; %s", view->suite->name, cg_setting_words(&view->setting).text);
    for (int i = 0; i < view->n_cases; i++)
        if (view->cases[i].record)
            find_columns(view->results, view->cases[i].record, &columns);
    for (int i = 0; i < columns.n; i++) {
        any = any || columns.counters[i].counted;
        if (!columns.counters[i].counted)
            absent = cg_table_format(table, "%s%s%s", absent ? absent : "", absent ? ", " : "",
                                     columns.counters[i].name);
    }
    add_columns(table, &columns);
    for (int i = 0; any && i < view->n_cases; i++) {
        const char *title = view->groups[view->cases[i].group].group->title;
        if (!view->cases[i].record || view->cases[i].record->n_counters == 0)
            continue;
        cg_table_add_row(table, title != section ? title : NULL);
        section = title;
        add_case(table, view->results, &view->cases[i], &columns);
    }
    if (absent)
        cg_table_add_note(table, cg_table_format(table, "Not available on this machine: %s.", absent));
    cg_table_add_note(table, "Counted after the timing, in processes of their own.");
    return table;
}
