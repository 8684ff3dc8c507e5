#include "report/since.h"

#include "report/family.h"
#include "report/rounds.h"
#include "report/tables.h"

#include <math.h>
#include <stdlib.h>

#define COMPARED_MIN 3 /* networks of a mean */

/* ---- fronts ---- */

static bool beats(const struct cg_entrant *a, const struct cg_entrant *b, int by)
{
    return a->cost[by] <= b->cost[by] && a->error <= b->error &&
           (a->cost[by] < b->cost[by] || a->error < b->error);
}

static bool is_on_front(const struct cg_since *since, const struct cg_entrant *item, int by, bool early)
{
    for (int i = 0; i < since->n; i++)
        if (!(early && since->items[i].later) && beats(&since->items[i], item, by))
            return false;
    return !(early && item->later);
}

/* Log of what the early front costs at an error. */
static double early_cost(const struct cg_since *since, double error, int by)
{
    const struct cg_entrant *worse = NULL, *better = NULL;
    for (int i = 0; i < since->n; i++) { /* errors fall */
        const struct cg_entrant *item = &since->items[i];
        if (item->early_front[by] && item->error >= error)
            worse = item;
        if (item->early_front[by] && item->error <= error && !better)
            better = item;
    }
    if (!worse || !better)
        return NAN;
    const double span = worse->error - better->error, way = span > 0 ? (worse->error - error) / span : 0;
    return (1 - way) * log(worse->cost[by]) + way * log(better->cost[by]);
}

static int compare_entrants(const void *a, const void *b)
{
    const struct cg_entrant *p = a, *q = b;
    if (p->error != q->error)
        return p->error > q->error ? -1 : 1;
    return (p->cost[CG_BY_MADDS] > q->cost[CG_BY_MADDS]) - (p->cost[CG_BY_MADDS] < q->cost[CG_BY_MADDS]);
}

/* ---- who leaves ---- */

/* Each network of the front by multiply-adds against all that err no more, judged as one family. */
static bool find_beaten(const struct cg_suite_view *view, struct cg_since *since)
{
    struct cg_family family = {0};
    bool enough = true;
    for (int i = 0; i < since->n; i++)
        for (int k = 0; enough && k < since->n && since->items[i].front[CG_BY_MADDS]; k++) {
            const struct cg_record *a = since->items[i].c->record, *b = since->items[k].c->record;
            struct cg_judged row = {.key = {i, k}};
            bool paired;
            if (k == i || since->items[k].error > since->items[i].error)
                continue;
            enough = cg_record_log_ratio(view->results, a, b, &row.ratio, &paired) &&
                     cg_record_by_state(view->results, a, b, &row.state);
            row.delta = paired ? view->delta : view->delta_apart;
            cg_family_add(&family, row);
        }
    enough = enough && cg_family_judge(&family, CG_DO_THEY_DIFFER);
    double most = 0;
    for (int p = 0; enough && p < family.n; p++) {
        struct cg_entrant *item = &since->items[family.rows[p].key[0]];
        if (family.rows[p].verdict != CG_SLOWER || (item->beaten_by && family.rows[p].ratio.mean <= most))
            continue;
        most = family.rows[p].ratio.mean;
        item->beaten_by = since->items[family.rows[p].key[1]].c;
    }
    cg_family_free(&family);
    return enough;
}

/* ---- shares ---- */

static bool estimate_shares(struct cg_since *since)
{
    double *values = malloc(3 * (size_t)(since->n + 1) * sizeof *values);
    for (int i = 0; values && i < since->n; i++) {
        const double *share = since->items[i].share;
        if (isnan(share[CG_BY_MADDS]) || isnan(share[CG_BY_TIME]))
            continue;
        double *value = values + since->compared++;
        value[0] = share[CG_BY_MADDS];
        value[since->n] = share[CG_BY_TIME];
        value[2 * since->n] = share[CG_BY_TIME] - share[CG_BY_MADDS];
    }
    for (int by = 0; values && by < CG_BY_COUNT && since->compared >= COMPARED_MIN; by++)
        since->share[by] = cg_estimate_of(values + by * since->n, (size_t)since->compared);
    if (values && since->compared >= COMPARED_MIN)
        since->apart = cg_estimate_of(values + 2 * since->n, (size_t)since->compared);
    free(values);
    return values != NULL;
}

static void add_entrant(struct cg_since *since, const struct cg_case_view *c)
{
    if (c->c->reconstruction == 1 || !(c->c->published_top1_error > 0) || isnan(c->c->step) ||
        !(c->record->time.median > 0))
        return;
    since->items[since->n++] = (struct cg_entrant){
        .c = c,
        .error = c->c->published_top1_error,
        .later = c->c->step > CG_SINCE_YEAR,
        .cost = {[CG_BY_MADDS] = (double)c->record->madds, [CG_BY_TIME] = c->record->time.median}};
}

bool cg_since_of(const struct cg_suite_view *view, struct cg_since *since)
{
    *since =
        (struct cg_since){.share = {cg_unknown_estimate, cg_unknown_estimate}, .apart = cg_unknown_estimate};
    since->items = malloc(((size_t)view->n_networks + 1) * sizeof *since->items);
    for (int i = 0; since->items && i < view->n_networks; i++)
        add_entrant(since, view->networks[i]);
    if (since->n > 0)
        qsort(since->items, (size_t)since->n, sizeof *since->items, compare_entrants);
    for (int i = 0; i < since->n; i++)
        for (int by = 0; by < CG_BY_COUNT; by++) {
            since->items[i].early_front[by] = is_on_front(since, &since->items[i], by, true);
            since->items[i].front[by] = is_on_front(since, &since->items[i], by, false);
        }
    for (int i = 0; i < since->n; i++)
        for (int by = 0; by < CG_BY_COUNT; by++) {
            struct cg_entrant *item = &since->items[i];
            item->share[by] = item->later ? log(item->cost[by]) - early_cost(since, item->error, by) : NAN;
        }
    return since->items && estimate_shares(since) && find_beaten(view, since);
}

void cg_since_free(struct cg_since *since)
{
    free(since->items);
    *since = (struct cg_since){0};
}

/* ---- what is said ---- */

const char *cg_since_words(const struct cg_since *since)
{
    if (isnan(since->apart.low))
        return "";
    return since->apart.low > 0 ? "accuracy per FLOP has gained more than accuracy per millisecond"
           : since->apart.high < 0
               ? "accuracy per millisecond has gained more than accuracy per FLOP"
               : "accuracy per FLOP and per millisecond are not shown to have gained differently";
}

/* Networks that stand on the front by multiply-adds and are clearly beaten in time. */
static void say_beaten(const struct cg_since *since, struct cg_sentence *s)
{
    int n = 0, left = 0;
    for (int i = 0; i < since->n; i++) {
        n += since->items[i].front[CG_BY_MADDS];
        left += since->items[i].beaten_by != NULL;
    }
    cg_say(s, " Of %d networks on the front by multiply-adds %s %s it when time is measured%s", n,
           left > 0 ? cg_phrase("%d", left).text : "none", left > 1 ? "leave" : "leaves",
           left > 0 ? ": " : "");
    for (int i = 0, k = 0; i < since->n; i++)
        if (since->items[i].beaten_by) {
            cg_say(s, "%s%.60s (%.60s is faster and errs no more)", cg_joint(k, left),
                   cg_case_words(since->items[i].c->c), cg_case_words(since->items[i].beaten_by->c));
            k++;
        }
    cg_say(s, ".");
}

struct cg_sentence cg_say_leaving(const struct cg_since *since)
{
    struct cg_sentence s = {""};
    int n = 0, k = 0;
    for (int i = 0; i < since->n; i++)
        n += since->items[i].beaten_by != NULL;
    for (int i = 0; i < since->n; i++)
        if (since->items[i].beaten_by)
            cg_say(&s, "%s%.60s", k++ ? cg_joint(k - 1, n) : "Leaving the front when time is measured: ",
                   cg_case_words(since->items[i].c->c));
    cg_say(&s, "%s", n > 0 ? "." : "");
    return s;
}

struct cg_sentence cg_say_since(const struct cg_since *since)
{
    struct cg_sentence s = {""};
    const char *words = cg_since_words(since);
    if (!words[0])
        return s;
    cg_say(&s,
           "Since %d %s: at equal top-1 error %d networks take %s of the multiply-adds that the front of %d "
           "needs and %s of the time; the share of time is %s times that of multiply-adds.",
           CG_SINCE_YEAR, words, since->compared,
           cg_format_ratio(cg_ratio_of(since->share[CG_BY_MADDS])).text, CG_SINCE_YEAR,
           cg_format_ratio(cg_ratio_of(since->share[CG_BY_TIME])).text,
           cg_format_ratio(cg_ratio_of(since->apart)).text);
    say_beaten(since, &s);
    return s;
}

/* ---- the table ---- */

static void add_row(struct cg_table *table, const struct cg_entrant *item)
{
    cg_table_add_row(table, NULL);
    cg_cell_text(table, cg_case_label(item->c->c).text);
    cg_cell_count(table, (long)item->c->c->step);
    cg_cell_figure(table, item->error, 1, 3);
    cg_cell_figure(table, item->cost[CG_BY_MADDS], 1e6, 4);
    cg_cell_ms(table, cg_record_time(item->c->record));
    for (int by = 0; by < CG_BY_COUNT; by++)
        cg_cell_text(table, item->front[by] ? "yes" : NULL);
    cg_cell_text(table, item->beaten_by ? cg_case_label(item->beaten_by->c).text : NULL);
    for (int by = 0; by < CG_BY_COUNT; by++)
        cg_cell_fixed(table, exp(item->share[by]), "%.2f");
}

struct cg_table *cg_table_of_since(const struct cg_suite_view *view)
{
    static const struct cg_column columns[] = {
        {"network", "network", CG_COLUMN_TEXT, 0},
        {"year", "year", CG_COLUMN_NUMBER, 1},
        {"published_top1_error_percent", "top-1\nerror %", CG_COLUMN_NUMBER, 0},
        {"madds", "MFLOPs\n(madds)", CG_COLUMN_NUMBER, 0},
        {"time_ns", "ms [95 % interval]", CG_COLUMN_INTERVAL, 0},
        {"front_by_madds", "front by\nmadds", CG_COLUMN_TEXT, 0},
        {"front_by_time", "front by\ntime", CG_COLUMN_TEXT, 0},
        {"beaten_by", "leaves it to", CG_COLUMN_TEXT, 2},
        {"share_of_madds", "share of\nmadds", CG_COLUMN_NUMBER, 0},
        {"share_of_time", "share of\ntime", CG_COLUMN_NUMBER, 0},
    };
    struct cg_since since;
    struct cg_table *table =
        cg_table_of_view(view, "since", "Since 2018: accuracy per FLOP and per millisecond");
    table->failed = !cg_since_of(view, &since) || table->failed;
    cg_describe_view(table, view);
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int i = 0; i < since.n && since.compared > 0; i++)
        add_row(table, &since.items[i]);
    cg_table_add_sentence(table, cg_say_since(&since).text);
    cg_table_add_note(table, "Share: a later network's multiply-adds (time) over those that the front of "
                             "2018 needs at the same error, "
                             "interpolated between its networks. Means over networks are geometric, with "
                             "Student's t: networks are a "
                             "choice, not a sample. Who leaves the front: clearly slower (as all pairs of "
                             "the table) than one that errs "
                             "no more. Published errors come from different recipes of training.");
    cg_since_free(&since);
    return table;
}
