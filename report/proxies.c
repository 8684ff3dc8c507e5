/* The score card: how well does what can be counted without a device predict the time on it? */
#include "report/tables.h"

#include "bench/stats/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ITEMS 256
#define RESAMPLES 1000
#define N_FIGURES 5

enum column { TIME, MADDS, ACTIVATIONS, MEM_ACCESS, PARAMS, LAYERS, ROOFLINE, N_COLUMNS };

struct items {
    size_t n;
    double columns[N_COLUMNS][MAX_ITEMS];
    int family[MAX_ITEMS];
};

/* What predicts: one column, or two that are added with fitted weights. */
static const struct proxy {
    const char *name;
    enum column first, second; /* second TIME: none */
} proxies[] = {
    {"madds", MADDS, TIME},
    {"activations", ACTIVATIONS, TIME},
    {"memory access cost", MEM_ACCESS, TIME},
    {"parameters", PARAMS, TIME},
    {"number of layers", LAYERS, TIME},
    {"madds + memory access", MADDS, MEM_ACCESS},
    {"measured roofline", ROOFLINE, TIME},
};
#define N_PROXIES (sizeof proxies / sizeof proxies[0])

/* The view's networks whose madds are in [low, high). */
static void gather(const struct cg_suite_view *view, double low, double high, struct items *items)
{
    const char *families[MAX_ITEMS];
    int n_families = 0;
    items->n = 0;
    for (int i = 0; i < view->n_networks && items->n < MAX_ITEMS; i++) {
        const struct cg_case_record *c = view->networks[i]->c;
        const struct cg_record *record = view->networks[i]->record;
        const double values[N_COLUMNS] = {[TIME] = record->time.median,
                                          [MADDS] = (double)record->madds,
                                          [ACTIVATIONS] = (double)record->activations,
                                          [MEM_ACCESS] = (double)record->mem_access_elements,
                                          [PARAMS] = (double)record->params,
                                          [LAYERS] = (double)record->layer_count,
                                          [ROOFLINE] = record->roofline_ns};
        const char *family = c->network ? c->network : c->name;
        int f = 0;
        if (!(values[TIME] > 0) || values[MADDS] < low || values[MADDS] >= high)
            continue;
        while (f < n_families && strcmp(families[f], family) != 0)
            f++;
        if (f == n_families)
            families[n_families++] = family;
        for (int k = 0; k < N_COLUMNS; k++)
            items->columns[k][items->n] = values[k];
        items->family[items->n++] = f;
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
    double x[MAX_ITEMS] = {0}, time[MAX_ITEMS] = {0}, predicted[MAX_ITEMS];
    size_t with = 0;
    if (n == 0 || n > MAX_ITEMS)
        return;
    for (size_t i = 0; i < n; i++) {
        x[i] = scored->x[chosen[i]];
        time[i] = scored->time[chosen[i]];
    }
    values[0] = cg_spearman(x, time, n);
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

static void add_score(struct cg_table *table, struct cg_interval v, bool percent)
{
    const double k = percent ? 100 : 1;
    const int decimals = percent ? 0 : 2;
    const char *unit = percent ? " %" : "";
    cg_cell_interval(table, v,
                     isnan(v.low) ? cg_phrase("%.*f%s", decimals, v.value * k, unit).text
                                  : cg_phrase("%.*f%s [%.*f, %.*f]", decimals, v.value * k, unit, decimals,
                                              v.low * k, decimals, v.high * k)
                                        .text);
}

/* One row: a proxy over a set of items. Bands are small: ranks only, no predictions. */
static bool score_row(struct cg_table *table, const struct items *items, const struct proxy *proxy, bool band,
                      const char *section)
{
    const double *time = items->columns[TIME], *x = items->columns[proxy->first],
                 *z = proxy->second != TIME ? items->columns[proxy->second] : NULL;
    double predicted[MAX_ITEMS], basis[MAX_ITEMS];
    struct cg_interval values[N_FIGURES];
    if (!usable(x, items->n) || (z && !usable(z, items->n)))
        return true;
    cg_predict_left_out(x, z, time, items->family, items->n, predicted);
    for (size_t i = 0; i < items->n; i++)
        basis[i] = z ? predicted[i] : x[i]; /* two columns have an order only through their weights */
    for (size_t i = 0; i < items->n; i++)
        if (isnan(basis[i]))
            return true;
    const struct scored scored = {basis, time, predicted};
    if (!cg_bootstrap(&(struct cg_bootstrap){score, &scored, N_FIGURES, RESAMPLES, 1807, CG_CONFIDENCE},
                      items->n, values))
        return false;
    cg_table_add_row(table, section);
    cg_cell_text(table, proxy->name);
    cg_cell_count(table, (long)items->n);
    for (int v = 0; v < (band ? 2 : N_FIGURES); v++)
        add_score(table, values[v], v >= 3);
    return true;
}

/* All networks, then each band of some of them. */
static bool add_scores(struct cg_table *table, const struct cg_suite_view *view, struct items *items)
{
    static const struct {
        double low, high;
        const char *name;
    } bands[] = {{0, INFINITY, "all networks"},
                 {0, 90e6, "below 90 M madds"},
                 {90e6, 220e6, "90 to 220 M madds"},
                 {220e6, 420e6, "220 to 420 M madds"},
                 {420e6, INFINITY, "420 M madds and more"}};
    size_t all = 0;
    bool enough = true;
    for (size_t b = 0; b < sizeof bands / sizeof bands[0]; b++) {
        gather(view, bands[b].low, bands[b].high, items);
        all = b == 0 ? items->n : all;
        for (size_t p = 0; p < N_PROXIES && items->n >= CG_RANKED_MIN && (b == 0 || items->n < all); p++)
            enough = enough && score_row(table, items, &proxies[p], b > 0, p == 0 ? bands[b].name : NULL);
    }
    return enough;
}

/* Spearman's correlation with time of a resample's activations, of its madds, and the difference. */
static void rank_better(const size_t *chosen, size_t n, const void *context, double *values)
{
    const struct items *items = context;
    double x[2][MAX_ITEMS] = {{0}}, time[MAX_ITEMS] = {0};
    for (size_t i = 0; i < n && i < MAX_ITEMS; i++) {
        x[0][i] = items->columns[ACTIVATIONS][chosen[i]];
        x[1][i] = items->columns[MADDS][chosen[i]];
        time[i] = items->columns[TIME][chosen[i]];
    }
    values[0] = cg_spearman(x[0], time, n);
    values[1] = cg_spearman(x[1], time, n);
    values[2] = values[0] - values[1];
}

/* False without memory. */
static bool say_activations(struct cg_table *table, const struct cg_suite_view *view, struct items *items)
{
    struct cg_interval found[3];
    gather(view, 0, INFINITY, items);
    if (items->n < CG_RANKED_MIN || !usable(items->columns[ACTIVATIONS], items->n))
        return true;
    if (!cg_bootstrap(&(struct cg_bootstrap){rank_better, items, 3, RESAMPLES, 2003, CG_CONFIDENCE}, items->n,
                      found))
        return false;
    const struct cg_interval better = found[2];
    if (isnan(better.low))
        return true;
    const char *words = better.low > 0    ? "rank them by time better than madds do"
                        : better.high < 0 ? "rank them by time worse than madds do"
                                          : "and madds are not shown to differ as predictors of rank";
    cg_table_add_sentence(
        table, cg_table_format(table,
                               "Over %zu %s activations %s: Spearman %.2f, of madds %.2f, the difference "
                               "%+.2f [%+.2f, %+.2f], all from the same resamples.",
                               items->n, view->suite->whole_networks == 1 ? "networks" : "cases", words,
                               found[0].value, found[1].value, better.value, better.low, better.high));
    return true;
}

void cg_add_activations(struct cg_table *table, const struct cg_suite_view *view)
{
    struct items *items = malloc(sizeof *items);
    table->failed = table->failed || !items || !say_activations(table, view, items);
    free(items);
}

struct cg_table *cg_table_of_proxies(const struct cg_suite_view *view)
{
    static const struct cg_column columns[] = {
        {"proxy", "proxy", CG_COLUMN_TEXT, 0},
        {"n", "n", CG_COLUMN_NUMBER, 0},
        {"spearman", "Spearman\n[95 % interval]", CG_COLUMN_INTERVAL, 0},
        {"kendall", "Kendall\n[95 % interval]", CG_COLUMN_INTERVAL, 0},
        {"r2_log", "R2 of logs\n[95 % interval]", CG_COLUMN_INTERVAL, 1},
        {"mape", "mean error\n[95 % interval]", CG_COLUMN_INTERVAL, 0},
        {"within_10_percent", "within 10 %\n[95 % interval]", CG_COLUMN_INTERVAL, 1},
    };
    struct items *items = malloc(sizeof *items);
    struct cg_table *table = cg_table_of_view(view, "proxies", "What predicts the time of a network?");
    cg_describe_view(table, view);
    cg_table_add_columns(table, CG_COLUMNS(columns));
    table->failed = table->failed || !items || !add_scores(table, view, items);
    free(items);
    cg_add_activations(table, view);
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
