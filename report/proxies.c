/* The score card: how well does what can be counted without a device predict the time on it? */
#include "report/tables.h"

#include "bench/stats/rank.h"
#include "report/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ITEMS 256
#define RESAMPLES 1000
#define N_FIGURES 5

struct items {
    size_t n;
    double time[MAX_ITEMS];
    double madds[MAX_ITEMS], mem_access[MAX_ITEMS], params[MAX_ITEMS], layers[MAX_ITEMS], roofline[MAX_ITEMS];
    int family[MAX_ITEMS];
};

/* What predicts: one column, or two that are added with fitted weights. */
static const struct proxy {
    const char *name;
    size_t first, second; /* offsets of columns; second 0: none */
} proxies[] = {
    {"madds", offsetof(struct items, madds), 0},
    {"memory access cost", offsetof(struct items, mem_access), 0},
    {"parameters", offsetof(struct items, params), 0},
    {"number of layers", offsetof(struct items, layers), 0},
    {"madds + memory access", offsetof(struct items, madds), offsetof(struct items, mem_access)},
    {"measured roofline", offsetof(struct items, roofline), 0},
};
#define N_PROXIES (sizeof proxies / sizeof proxies[0])

static const double *column_of(const struct items *items, size_t offset)
{
    return (const double *)((const char *)items + offset);
}

static void gather(const struct cg_suite_view *view, struct items *items)
{
    const struct cg_record *seen[MAX_ITEMS];
    const char *families[MAX_ITEMS];
    int n_families = 0;
    items->n = 0;
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases && items->n < MAX_ITEMS; i++) {
            const struct cg_case_view *c = &view->groups[g].cases[i];
            bool known = !c->record || c->record->madds <= 0 || !(c->record->time.median > 0);
            for (size_t k = 0; k < items->n && !known; k++)
                known = seen[k] == c->record;
            if (known)
                continue;
            const char *family = c->c->network ? c->c->network : c->c->name;
            int f = 0;
            while (f < n_families && strcmp(families[f], family) != 0)
                f++;
            if (f == n_families)
                families[n_families++] = family;
            seen[items->n] = c->record;
            items->family[items->n] = f;
            items->time[items->n] = c->record->time.median;
            items->madds[items->n] = (double)c->record->madds;
            items->mem_access[items->n] = (double)c->record->mem_access_elements;
            items->params[items->n] = (double)c->record->params;
            items->layers[items->n] = (double)c->record->layer_count;
            items->roofline[items->n] = c->record->roofline_ns;
            items->n++;
        }
}

static bool usable(const double *column, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(column[i] > 0))
            return false;
    return n > 0;
}

/* What the bootstrap computes from a resample of networks: Spearman, Kendall, R2 of logs, MAPE, share within
 * 10 %. */
struct scored {
    const double *x, *time, *predicted;
};

static void score(const size_t *chosen, size_t n, const void *context, double *values)
{
    const struct scored *scored = context;
    double x[MAX_ITEMS] = {0}, time[MAX_ITEMS] = {0}, predicted[MAX_ITEMS], ranks[2 * MAX_ITEMS];
    size_t order[MAX_ITEMS], with = 0;
    if (n == 0 || n > MAX_ITEMS)
        return;
    for (size_t i = 0; i < n; i++) {
        x[i] = scored->x[chosen[i]];
        time[i] = scored->time[chosen[i]];
    }
    cg_ranks(x, n, ranks, order);
    cg_ranks(time, n, ranks + MAX_ITEMS, order);
    values[0] = cg_correlation(ranks, ranks + MAX_ITEMS, n);
    values[1] = cg_kendall(x, time, n);
    values[2] = cg_r2_log(x, time, n);
    for (size_t i = 0; i < n; i++)
        if (!isnan(scored->predicted[chosen[i]])) {
            predicted[with] = scored->predicted[chosen[i]];
            time[with++] = scored->time[chosen[i]];
        }
    values[3] = with * 2 >= n ? cg_mape(predicted, time, with) : NAN;
    values[4] = with * 2 >= n ? cg_share_within(predicted, time, with, 0.1) : NAN;
}

static void set_score(struct cg_table *table, int column, struct cg_interval v, bool percent)
{
    char text[96];
    const double k = percent ? 100 : 1;
    if (isnan(v.value))
        snprintf(text, sizeof text, "-");
    else if (isnan(v.low))
        snprintf(text, sizeof text, percent ? "%.0f %%" : "%.2f", v.value * k);
    else
        snprintf(text, sizeof text, percent ? "%.0f %% [%.0f, %.0f]" : "%.2f [%.2f, %.2f]", v.value * k,
                 v.low * k, v.high * k);
    cg_table_set_interval(table, column, v, text);
}

/* One row: a proxy over a set of items. Bands are small: ranks only, no predictions. */
static bool score_row(struct cg_table *table, const struct items *items, const struct proxy *proxy, bool band,
                      const char *section)
{
    const double *x[2] = {column_of(items, proxy->first),
                          column_of(items, proxy->second ? proxy->second : proxy->first)};
    double predicted[MAX_ITEMS], basis[MAX_ITEMS];
    struct cg_interval values[N_FIGURES];
    const size_t k = proxy->second ? 2 : 1;
    if (!usable(x[0], items->n) || !usable(x[1], items->n))
        return true;
    cg_predict_left_out(x, k, items->time, items->family, items->n, predicted);
    for (size_t i = 0; i < items->n; i++)
        basis[i] = k == 1 ? x[0][i] : predicted[i]; /* two columns have an order only through their weights */
    for (size_t i = 0; i < items->n; i++)
        if (isnan(basis[i]))
            return true;
    const struct scored scored = {basis, items->time, predicted};
    if (!cg_bootstrap(score, &scored, items->n, N_FIGURES, RESAMPLES, 1807, CG_CONFIDENCE, values))
        return false;
    char text[32];
    cg_table_add_row(table, section);
    cg_table_set_text(table, 0, proxy->name);
    snprintf(text, sizeof text, "%zu", items->n);
    cg_table_set_number(table, 1, (double)items->n, text);
    for (int v = 0; v < (band ? 2 : N_FIGURES); v++)
        set_score(table, 2 + v, values[v], v >= 3);
    return true;
}

static void take(const struct items *all, size_t i, struct items *band)
{
    const size_t at = band->n++;
    band->time[at] = all->time[i];
    band->madds[at] = all->madds[i];
    band->mem_access[at] = all->mem_access[i];
    band->params[at] = all->params[i];
    band->layers[at] = all->layers[i];
    band->roofline[at] = all->roofline[i];
    band->family[at] = all->family[i];
}

struct cg_table *cg_table_of_proxies(const struct cg_suite_view *view)
{
    static const struct {
        double low, high;
        const char *name;
    } bands[] = {{0, 90e6, "below 90 M madds"},
                 {90e6, 220e6, "90 to 220 M madds"},
                 {220e6, 420e6, "220 to 420 M madds"},
                 {420e6, INFINITY, "420 M madds and more"}};
    char slug[160], setting[256];
    struct items *items = calloc(2, sizeof *items);
    cg_view_slug(view, "proxies", slug, sizeof slug);
    cg_setting_text(&view->setting, setting, sizeof setting);
    struct cg_table *table = items ? cg_table_create(slug, "What predicts the time of a network?") : NULL;
    if (!table) {
        free(items);
        return NULL;
    }
    table->setting = cg_table_format(table, "%s", setting);
    table->caption = cg_table_format(
        table, "%s; %s", view->results->device.cpu_model ? view->results->device.cpu_model : "device unknown",
        setting);
    cg_table_add_column(table, "proxy", "proxy", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "n", "n", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "spearman", "Spearman\n[95 % interval]", CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "kendall", "Kendall\n[95 % interval]", CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "r2_log", "R2 of logs\n[95 % interval]", CG_COLUMN_INTERVAL, 1);
    cg_table_add_column(table, "mape", "mean error\n[95 % interval]", CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "within_10_percent", "within 10 %\n[95 % interval]", CG_COLUMN_INTERVAL, 1);
    gather(view, &items[0]);
    bool enough = true;
    for (size_t p = 0; p < N_PROXIES && items[0].n >= 4; p++)
        enough = enough && score_row(table, &items[0], &proxies[p], false, p == 0 ? "all networks" : NULL);
    for (size_t b = 0; b < sizeof bands / sizeof bands[0]; b++) {
        items[1].n = 0;
        for (size_t i = 0; i < items[0].n; i++)
            if (items[0].madds[i] >= bands[b].low && items[0].madds[i] < bands[b].high)
                take(&items[0], i, &items[1]);
        for (size_t p = 0; p < N_PROXIES && items[1].n >= 4 && items[1].n < items[0].n; p++)
            enough = enough && score_row(table, &items[1], &proxies[p], true, p == 0 ? bands[b].name : NULL);
    }
    free(items);
    if (!enough) {
        cg_table_destroy(&table);
        return NULL;
    }
    cg_table_add_note(
        table, "Predictions leave one family out: log time over log proxy by least squares; two proxies as a "
               "sum with weights from 0 by least relative squares. Intervals: bootstrap over networks (1000 "
               "resamples, predictions kept). A wide range of madds flatters madds; the bands do not.");
    cg_table_add_note(
        table,
        "Beside it: over ten mobile networks and 204 runs on CPUs of ncnn's published benchmark tables, "
        "madds alone reach a median Spearman of 0.75 at one ARM thread and 0.5 at four and more, and a "
        "mean error of 19 %; with bytes 14 %.");
    return table;
}
