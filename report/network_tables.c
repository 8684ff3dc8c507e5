/* Tables of whole networks: madds beside speed, ranks beside ranks; time by category. */
#include "report/tables.h"

#include "bench/stats/rank.h"
#include "report/format.h"
#include "report/paper.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The measured networks of a view, each once (a graph may stand in two groups). */
struct entry {
    const struct cg_case_view *c;
    const struct cg_group_view *group;
};

static struct entry *entries_of(const struct cg_suite_view *view, int *n)
{
    int room = 1;
    *n = 0;
    for (int g = 0; g < view->n_groups; g++)
        room += view->groups[g].n_cases;
    struct entry *entries = malloc((size_t)room * sizeof *entries);
    for (int g = 0; entries && g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++) {
            const struct cg_case_view *c = &view->groups[g].cases[i];
            bool seen = !c->record || c->record->madds <= 0;
            for (int k = 0; k < *n && !seen; k++)
                seen = entries[k].c->record == c->record;
            if (!seen)
                entries[(*n)++] = (struct entry){c, &view->groups[g]};
        }
    return entries;
}

static const char *label_of(const struct cg_case_record *c)
{
    return c->label ? c->label : c->name;
}

/* Every pair with clearly different madds (1 % or more), judged as one family. */
static bool judge_pairs(const struct entry *entries, int n, double delta, struct cg_order *order)
{
    const size_t pairs = (size_t)n * (size_t)(n - 1) / 2;
    struct cg_estimate *ratios = malloc((pairs + 1) * sizeof *ratios);
    enum cg_verdict *verdicts = malloc((pairs + 1) * sizeof *verdicts);
    int *first = malloc((pairs + 1) * sizeof *first), *second = malloc((pairs + 1) * sizeof *second);
    bool enough = ratios && verdicts && first && second;
    size_t count = 0;
    for (int i = 0; enough && i < n; i++)
        for (int j = i + 1; enough && j < n; j++) {
            const bool swap = entries[i].c->record->madds > entries[j].c->record->madds;
            const struct cg_record *small = entries[swap ? j : i].c->record,
                                   *large = entries[swap ? i : j].c->record;
            bool paired;
            if ((double)large->madds < 1.01 * (double)small->madds)
                continue;
            /* nothing is said of the paper's networks by way of stand-ins */
            if (entries[i].c->c->reconstruction == 1 || entries[j].c->c->reconstruction == 1)
                continue;
            enough = cg_record_log_ratio(small, large, &ratios[count], &paired);
            first[count] = swap ? j : i;
            second[count++] = swap ? i : j;
        }
    enough = enough && cg_verdicts(ratios, count, delta, verdicts);
    order->pairs = (int)count;
    for (size_t p = 0; enough && p < count; p++) {
        order->agree += verdicts[p] == CG_FASTER;
        if (verdicts[p] != CG_SLOWER)
            continue;
        order->flipped++;
        if (order->flipped == 1 || ratios[p].mean > order->ratio.mean) {
            order->ratio = ratios[p];
            order->slow = label_of(entries[first[p]].c->c);
            order->fast = label_of(entries[second[p]].c->c);
            order->slow_madds = (double)entries[first[p]].c->record->madds;
            order->fast_madds = (double)entries[second[p]].c->record->madds;
        }
    }
    free(ratios);
    free(verdicts);
    free(first);
    free(second);
    return enough;
}

bool cg_order_of(const struct cg_suite_view *view, struct cg_order *order)
{
    *order = (struct cg_order){.spearman = NAN, .kendall = NAN};
    int n;
    struct entry *entries = entries_of(view, &n);
    double *values = entries ? malloc(2 * (size_t)(n + 1) * sizeof *values) : NULL;
    bool enough = values != NULL;
    for (int i = 0; enough && i < n; i++)
        if (entries[i].c->c->reconstruction != 1) {
            values[order->networks] = (double)entries[i].c->record->madds;
            values[n + order->networks++] = entries[i].c->record->time.median;
        }
    if (enough && order->networks >= 2) {
        enough = cg_spearman(values, values + n, (size_t)order->networks, &order->spearman);
        order->kendall = cg_kendall(values, values + n, (size_t)order->networks);
        enough = enough && judge_pairs(entries, n, view->delta, order);
    }
    free(values);
    free(entries);
    return enough;
}

static int rank_by(const struct entry *entries, int n, int own, bool by_time)
{
    int rank = 1;
    for (int i = 0; i < n; i++)
        rank += by_time ? entries[i].c->record->time.median < entries[own].c->record->time.median
                        : entries[i].c->record->madds < entries[own].c->record->madds;
    return rank;
}

static void set_figure(struct cg_table *table, int column, double value, double scale, int digits)
{
    char text[64];
    cg_format_significant(value / scale, digits, text, sizeof text);
    cg_table_set_number(table, column, value, text);
}

static void set_rank(struct cg_table *table, int column, int rank)
{
    char text[16];
    snprintf(text, sizeof text, "%d", rank);
    cg_table_set_number(table, column, rank, text);
}

static double paper_value(const struct cg_case_record *c, const char *device)
{
    for (int i = 0; i < c->n_paper; i++)
        if (c->paper[i].device && strcmp(c->paper[i].device, device) == 0)
            return c->paper[i].value * (c->paper[i].batch > 0 ? c->paper[i].batch : 1);
    return NAN;
}

static bool has_levels(const struct entry *entries, int n)
{
    for (int i = 0; i < n; i++)
        if (entries[i].group->group->level > 0)
            return true;
    return false;
}

static void network_row(struct cg_table *table, const struct entry *entries, int n, int i, double peak,
                        const char *section)
{
    const struct cg_case_view *c = entries[i].c;
    const struct cg_time_summary *time = &c->record->time;
    char label[256], text[96];
    cg_table_add_row(table, section);
    cg_case_label(c->c, label, sizeof label);
    cg_table_set_text(table, 0, label);
    set_figure(table, 1, (double)c->record->madds, 1e6, 4);
    set_figure(table, 2, c->record->params >= 0 ? (double)c->record->params : NAN, 1e6, 3);
    cg_format_ms((struct cg_interval){time->median, time->ci_low, time->ci_high}, text, sizeof text);
    cg_table_set_interval(table, 3, (struct cg_interval){time->median, time->ci_low, time->ci_high}, text);
    set_figure(table, 4, c->record->images_per_s, 1, 4);
    const double rate = (double)c->record->madds / time->median * 1e9;
    set_figure(table, 5, rate, 1e9, 3);
    snprintf(text, sizeof text, "%.0f %%", rate / peak * 100);
    cg_table_set_number(table, 6, rate / peak, text);
    set_rank(table, 7, rank_by(entries, n, i, false));
    set_rank(table, 8, rank_by(entries, n, i, true));
    set_figure(table, 9, paper_value(c->c, cg_paper_name(CG_PAPER_ARM)), 1, 3);
    set_figure(table, 10, paper_value(c->c, cg_paper_name(CG_PAPER_GPU)), 1, 3);
    set_figure(table, 11, c->c->published_top1_error, 1, 3);
}

struct cg_table *cg_table_of_networks(const struct cg_suite_view *view)
{
    char slug[160], setting[256], text[1024];
    cg_view_slug(view, "", slug, sizeof slug);
    cg_setting_text(&view->setting, setting, sizeof setting);
    struct cg_table *table =
        cg_table_create(slug, view->suite->title ? view->suite->title : view->suite->name);
    int n;
    struct entry *entries = table ? entries_of(view, &n) : NULL;
    if (!entries) {
        cg_table_destroy(&table);
        return NULL;
    }
    table->caption = cg_table_format(
        table, "%s; %s", view->results->device.cpu_model ? view->results->device.cpu_model : "device unknown",
        setting);
    cg_table_add_column(table, "network", "network", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "madds", "MFLOPs\n(madds)", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "params", "params\nM", CG_COLUMN_NUMBER, 2);
    cg_table_add_column(table, "time_ns", "ms [95 % interval]", CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "images_per_s", "images/s", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "madds_per_s", "Gmadds/s", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "share_of_peak", "of peak", CG_COLUMN_NUMBER, 1);
    cg_table_add_column(table, "rank_by_madds", "rank by\nmadds", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "rank_by_speed", "rank by\nspeed", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "paper_arm_images_per_s", "paper ARM\nimages/s", CG_COLUMN_NUMBER, 3);
    cg_table_add_column(table, "paper_gpu_images_per_s", "paper GPU\nimages/s", CG_COLUMN_NUMBER, 4);
    cg_table_add_column(table, "published_top1_error_percent", "top-1\nerror %", CG_COLUMN_NUMBER, 5);
    const double peak = cg_device_peak(&view->results->device, &view->setting);
    const bool levels = has_levels(entries, n);
    const struct cg_group_view *group = NULL;
    for (int i = 0; i < n; i++) {
        const char *section = levels && entries[i].group != group ? entries[i].group->group->title : NULL;
        group = entries[i].group;
        network_row(table, entries, n, i, peak, section);
    }
    free(entries);
    struct cg_order order;
    if (!cg_order_of(view, &order)) {
        cg_table_destroy(&table);
        return NULL;
    }
    if (cg_say_order(&order, text, sizeof text) > 0)
        cg_table_add_sentence(table, text);
    if (cg_say_rule(view, text, sizeof text) > 0)
        cg_table_add_sentence(table, text);
    for (int i = 0; i < view->suite->n_notes; i++)
        if (view->suite->notes[i])
            cg_table_add_note(table, view->suite->notes[i]);
    cg_add_case_notes(table, view);
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++)
            if (view->groups[g].cases[i].record && view->groups[g].cases[i].c->reconstruction == 1)
                cg_table_add_note(
                    table, "\xe2\x80\xa0 A reconstruction: the structure is not published in full; not the "
                           "paper's own network.");
    return table;
}
