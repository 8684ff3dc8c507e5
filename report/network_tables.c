/* The table of whole networks: madds beside speed, ranks beside ranks. */
#include "report/tables.h"

#include "bench/stats/rank.h"
#include "report/family.h"
#include "report/paper.h"
#include "report/rounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Every pair with clearly different madds (1 % or more), judged as one family; marks the networks of flipped
 * pairs (NULL: not asked). Nothing is said of the paper's networks by way of stand-ins. */
static bool judge_pairs(const struct cg_suite_view *view, struct cg_order *order, bool *flipped)
{
    struct cg_family family = {0};
    bool enough = true;
    for (int i = 0; i < view->n_networks; i++)
        for (int j = i + 1; enough && j < view->n_networks; j++) {
            const bool swap = view->networks[i]->record->madds > view->networks[j]->record->madds;
            const int a = swap ? j : i, b = swap ? i : j;
            const struct cg_case_view *small = view->networks[a], *large = view->networks[b];
            struct cg_judged row = {.key = {a, b}};
            bool paired;
            if ((double)large->record->madds < 1.01 * (double)small->record->madds ||
                small->c->reconstruction == 1 || large->c->reconstruction == 1)
                continue;
            enough = cg_record_log_ratio(view->results, small->record, large->record, &row.ratio, &paired) &&
                     cg_record_by_state(view->results, small->record, large->record, &row.state);
            row.delta = paired ? view->delta : view->delta_apart;
            cg_family_add(&family, row);
        }
    enough = enough && cg_family_judge(&family, CG_DO_THEY_DIFFER);
    order->pairs = family.n;
    for (int p = 0; enough && p < family.n; p++) {
        const struct cg_case_view *slow = view->networks[family.rows[p].key[0]],
                                  *fast = view->networks[family.rows[p].key[1]];
        order->agree += family.rows[p].verdict == CG_FASTER;
        order->flipped += family.rows[p].verdict == CG_SLOWER;
        if (flipped && family.rows[p].verdict == CG_SLOWER)
            flipped[family.rows[p].key[0]] = flipped[family.rows[p].key[1]] = true;
        if (family.rows[p].verdict != CG_SLOWER ||
            (order->flipped > 1 && !(family.rows[p].ratio.mean > order->ratio.mean)))
            continue;
        order->ratio = family.rows[p].ratio;
        order->slow = cg_case_words(slow->c);
        order->fast = cg_case_words(fast->c);
        order->slow_madds = (double)slow->record->madds;
        order->fast_madds = (double)fast->record->madds;
    }
    if (order->flipped > 0)
        order->ratio = cg_estimate_among(order->ratio, (size_t)order->pairs);
    cg_family_free(&family);
    return enough;
}

bool cg_order_of(const struct cg_suite_view *view, struct cg_order *order)
{
    return cg_order_with_flips(view, order, NULL);
}

bool cg_order_with_flips(const struct cg_suite_view *view, struct cg_order *order, bool *flipped)
{
    const int n = view->n_networks;
    double *values = malloc(2 * (size_t)(n + 1) * sizeof *values);
    bool enough = values != NULL;
    *order = (struct cg_order){.spearman = NAN, .kendall = NAN};
    for (int i = 0; enough && i < n; i++)
        if (view->networks[i]->c->reconstruction != 1) {
            values[order->networks] = (double)view->networks[i]->record->madds;
            values[n + order->networks++] = view->networks[i]->record->time.median;
        }
    if (enough && order->networks >= CG_RANKED_MIN) {
        order->spearman = cg_spearman(values, values + n, (size_t)order->networks);
        order->kendall = cg_kendall(values, values + n, (size_t)order->networks);
    }
    free(values);
    return enough && judge_pairs(view, order, flipped);
}

static void put_share(struct cg_table *table, double share)
{
    cg_cell_number(table, share, cg_phrase("%.0f %%", 100 * share).text);
}

static void add_network(struct cg_table *table, const struct cg_case_view *c, double peak, int rank_by_madds,
                        int rank_by_speed)
{
    const struct cg_record *record = c->record;
    const double rate = (double)record->madds / record->time.median * 1e9;
    cg_cell_text(table, cg_case_label(c->c).text);
    cg_cell_figure(table, (double)record->madds, 1e6, 4);
    cg_cell_figure(table, record->params >= 0 ? (double)record->params : NAN, 1e6, 3);
    cg_cell_ms(table, cg_record_time(record));
    cg_cell_figure(table, record->images_per_s, 1, 4);
    cg_cell_figure(table, rate, 1e9, 3);
    put_share(table, rate / peak);
    put_share(table, record->roofline_ns / record->time.median);
    cg_cell_count(table, rank_by_madds);
    cg_cell_count(table, rank_by_speed);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        cg_cell_figure(table, cg_case_published(c->c, cg_paper_devices[d].name, true), 1, 3);
    cg_cell_figure(table, c->c->published_top1_error, 1, 3);
}

static void add_networks(struct cg_table *table, const struct cg_suite_view *view)
{
    const double peak = cg_device_peak(&view->results->device, &view->setting);
    bool levels = false;
    for (int i = 0; i < view->n_networks; i++)
        levels = levels || view->groups[view->networks[i]->group].group->level > 0 ||
                 view->networks[i]->group != view->networks[0]->group;
    bool winograd = false;
    for (int i = 0, group = -1; i < view->n_networks; i++) {
        const struct cg_case_view *c = view->networks[i];
        winograd = winograd || (c->record->implementation && strstr(c->record->implementation, "winograd"));
        int rank_by_madds = 1, rank_by_speed = 1;
        for (int k = 0; k < view->n_networks; k++) {
            rank_by_madds += view->networks[k]->record->madds < c->record->madds;
            rank_by_speed += view->networks[k]->record->time.median < c->record->time.median;
        }
        cg_table_add_row(table, levels && c->group != group ? view->groups[c->group].group->title : NULL);
        group = c->group;
        add_network(table, c, peak, rank_by_madds, rank_by_speed);
    }
    if (winograd)
        cg_table_add_note(table, "Multiply-adds are those of the direct sum; Winograd's algorithm makes "
                                 "fewer, so shares can exceed 100 %.");
}

struct cg_table *cg_table_of_networks(const struct cg_suite_view *view)
{
    static const struct cg_column columns[] = {
        {"network", "network", CG_COLUMN_TEXT, 0},
        {"madds", "MFLOPs\n(madds)", CG_COLUMN_NUMBER, 0},
        {"params", "params\nM", CG_COLUMN_NUMBER, 2},
        {"time_ns", "ms [95 % interval]", CG_COLUMN_INTERVAL, 0},
        {"images_per_s", "images/s", CG_COLUMN_NUMBER, 0},
        {"madds_per_s", "Gmadds/s", CG_COLUMN_NUMBER, 0},
        {"share_of_peak", "of peak", CG_COLUMN_NUMBER, 1},
        {"share_of_bounds", "of\nbounds", CG_COLUMN_NUMBER, 2},
        {"rank_by_madds", "rank by\nmadds", CG_COLUMN_NUMBER, 0},
        {"rank_by_speed", "rank by\nspeed", CG_COLUMN_NUMBER, 0},
    };
    struct cg_order order;
    struct cg_table *table = cg_table_of_view(view, "", NULL);
    table->failed = table->failed || !cg_order_of(view, &order);
    cg_describe_view(table, view);
    table->setting = NULL;
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        cg_add_paper_column(table, d, "paper_%s_images_per_s", "paper %s\nimages/s", 3 + d);
    cg_table_add_column(table, "published_top1_error_percent", "top-1\nerror %", CG_COLUMN_NUMBER, 5);
    add_networks(table, view);
    if (!table->failed)
        cg_table_add_sentence(table, cg_say_order(&order).text);
    cg_table_add_sentence(table, cg_say_rule(view, true).text);
    cg_add_notes(table, view);
    return table;
}

/* ---- pairs ---- */

#define PAIRED_MOST 6 /* networks: of more there are too many pairs to read one by one */

/* The pairs that are shown, by their places among the networks: each with each, or with the baseline. False
 * without memory. */
static bool find_pairs(const struct cg_suite_view *view, struct cg_family *pairs)
{
    bool enough = true, any_baseline = false;
    for (int i = 0; i < view->n_networks; i++)
        any_baseline = any_baseline || view->networks[i]->baseline;
    for (int i = 0; i < view->n_networks; i++)
        for (int j = 0; enough && j < view->n_networks; j++) {
            struct cg_judged row = {.key = {i, j}};
            bool paired;
            if (any_baseline ? !view->networks[j]->baseline || i == j
                             : i >= j || view->n_networks > PAIRED_MOST)
                continue;
            const struct cg_record *a = view->networks[i]->record, *b = view->networks[j]->record;
            enough = cg_record_log_ratio(view->results, a, b, &row.ratio, &paired) &&
                     cg_record_by_state(view->results, a, b, &row.state);
            row.delta = paired ? view->delta : view->delta_apart;
            cg_family_add(pairs, row);
        }
    return enough && cg_family_judge(pairs, CG_DO_THEY_DIFFER);
}

struct cg_table *cg_table_of_pairs(const struct cg_suite_view *view)
{
    static const struct cg_column columns[] = {
        {"network", "network", CG_COLUMN_TEXT, 0},
        {"time_ratio", "takes, times\nthe time of", CG_COLUMN_INTERVAL, 0},
        {"other", "network", CG_COLUMN_TEXT, 0},
        {"verdict", "verdict", CG_COLUMN_TEXT, 0},
    };
    struct cg_family pairs = {0};
    struct cg_table *table = cg_table_of_view(view, "pairs", "Networks beside each other");
    cg_describe_view(table, view);
    cg_table_add_columns(table, CG_COLUMNS(columns));
    table->failed = table->failed || !find_pairs(view, &pairs);
    for (int k = 0; k < pairs.n && !table->failed; k++) {
        const struct cg_judged *row = &pairs.rows[k];
        const struct cg_case_record *a = view->networks[row->key[0]]->c, *b = view->networks[row->key[1]]->c;
        cg_table_add_row(table, NULL);
        cg_cell_text(table, cg_case_label(a).text);
        cg_cell_ratio(table, cg_ratio_of(row->ratio));
        cg_cell_text(table, cg_case_label(b).text);
        cg_cell_text(table, cg_verdict_words(row).text);
        cg_add_state_note(table, cg_case_words(a), row);
    }
    cg_family_free(&pairs);
    return table;
}
