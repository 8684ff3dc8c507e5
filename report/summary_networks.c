/* Networks in the summary. */
#include "report/summary_networks.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/place.h"
#include "report/since.h"
#include "report/statements.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- networks ---- */

#define BARS_MAX   12 /* of more networks a selection is shown */
#define BAR_LEAST  8
#define BAR_MOST   40
#define BAR_BLOCK  "\xe2\x96\x88"
#define BAR_PARTS  8  /* of a block */
#define BESIDE_BAR 40 /* columns of the figures, with their gaps */

static double rate_of(const struct cg_case_view *c)
{
    return (double)c->record->madds / c->record->time.median * 1e9;
}

static int by_madds(const void *a, const void *b)
{
    const struct cg_record *x = (*(const struct cg_case_view *const *)a)->record,
                           *y = (*(const struct cg_case_view *const *)b)->record;
    if (x->madds != y->madds)
        return x->madds < y->madds ? -1 : 1;
    return x->time.median < y->time.median ? -1 : x->time.median > y->time.median;
}

/* Of many networks by multiply-adds, the fastest and the slowest of each quarter, by multiply-adds a second.
 */
static int select_networks(const struct cg_case_view **networks, int n)
{
    const int slices = 4;
    int kept = 0;
    if (n <= BARS_MAX)
        return n;
    for (int slice = 0; slice < slices; slice++) {
        const int begin = n * slice / slices, end = n * (slice + 1) / slices;
        int fastest = begin, slowest = begin;
        for (int i = begin; i < end; i++) {
            fastest = rate_of(networks[i]) > rate_of(networks[fastest]) ? i : fastest;
            slowest = rate_of(networks[i]) < rate_of(networks[slowest]) ? i : slowest;
        }
        const int first = fastest < slowest ? fastest : slowest, second = fastest + slowest - first;
        networks[kept++] = networks[first];
        if (second != first)
            networks[kept++] = networks[second];
    }
    return kept;
}

/* "█████▍": `share` of `width` columns. */
static struct cg_sentence bar_of(double share, int width)
{
    struct cg_sentence bar = {""};
    int parts = (int)lround(fmin(1, share) * width * BAR_PARTS);
    for (; parts >= BAR_PARTS; parts -= BAR_PARTS)
        cg_say(&bar, BAR_BLOCK);
    if (parts > 0)
        cg_say(&bar, "\xe2\x96%c", 0x90 - parts);
    return bar;
}

static void put_bars(struct cg_summary_text *s, const struct cg_suite_view *view)
{
    static const struct cg_column columns[] = {
        {"network", "network", CG_COLUMN_TEXT, 0},
        {"madds", "M madds", CG_COLUMN_NUMBER, 0},
        {"ms", "ms", CG_COLUMN_NUMBER, 0},
        {"images_per_s", "images/s", CG_COLUMN_NUMBER, 0},
        {"bar", "madds a second", CG_COLUMN_TEXT, 0},
        {"of_peak", "of peak", CG_COLUMN_NUMBER, 1},
    };
    const double peak = cg_device_peak(&view->results->device, &view->setting);
    const struct cg_case_view **shown = malloc((size_t)(view->n_networks + 1) * sizeof *shown);
    struct cg_table *table = cg_table_create("summary-networks", "");
    double best = 0;
    int name_width = 0;
    if (!shown)
        s->failed = true;
    for (int i = 0; shown && i < view->n_networks; i++) {
        shown[i] = view->networks[i];
        best = fmax(best, rate_of(shown[i]));
    }
    if (shown)
        qsort(shown, (size_t)view->n_networks, sizeof *shown, by_madds);
    const int n = shown ? select_networks(shown, view->n_networks) : 0;
    for (int i = 0; i < n; i++)
        name_width = (int)fmax(name_width, cg_text_width(cg_case_label(shown[i]->c).text));
    const int room = s->width - name_width - BESIDE_BAR, bar_width = room < BAR_LEAST  ? BAR_LEAST
                                                                     : room > BAR_MOST ? BAR_MOST
                                                                                       : room;
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int i = 0; i < n; i++) {
        const struct cg_record *record = shown[i]->record;
        cg_table_add_row(table, NULL);
        cg_cell_text(table, cg_case_label(shown[i]->c).text);
        cg_cell_figure(table, (double)record->madds, 1e6, 3);
        cg_cell_figure(table, record->time.median, 1e6, 3);
        cg_cell_figure(table, record->images_per_s, 1, 3);
        cg_cell_text(table, bar_of(rate_of(shown[i]) / best, bar_width).text);
        cg_cell_number(table, rate_of(shown[i]) / peak,
                       cg_phrase("%.0f %%", rate_of(shown[i]) / peak * 100).text);
    }
    if (n > 1)
        cg_table_add_note(
            table, cg_table_format(
                       table, "If only multiply-adds counted, the bars would be equal.%s",
                       n < view->n_networks
                           ? cg_phrase(" Of %d, each quarter's fastest and slowest.", view->n_networks).text
                           : ""));
    cg_table_drop_empty(table);
    cg_summary_put_table(s, table);
    free(shown);
}

/* "Do FLOPs predict speed? ..." */
static struct cg_sentence say_flops(const struct cg_order *order, const struct cg_level_order *all)
{
    struct cg_sentence s = {""};
    int said = 0, n = 0;
    if (order->networks < 3) /* of two all is said by their times */
        return s;
    cg_say(&s, "Do FLOPs predict speed? ");
    if (!isnan(order->spearman))
        cg_say(&s, "%d networks: Spearman's rank correlation %.2f (1: fully)", order->networks,
               order->spearman);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        n += !isnan(all->paper_spearman[d]);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT && !isnan(order->spearman); d++)
        if (!isnan(all->paper_spearman[d])) {
            cg_say(&s, "%s%.2f on %s", said ? cg_joint(said, n) : "; the paper's same networks ",
                   all->paper_spearman[d], cg_paper_devices[d].word);
            said++;
        }
    cg_say(&s, "%s%s of %d pairs run%s against %s FLOPs", isnan(order->spearman) ? "" : ". ",
           order->flipped ? cg_phrase("%d", order->flipped).text : "None", order->pairs,
           order->flipped > 1 ? "" : "s", order->flipped > 1 ? "their" : "its");
    const int open = order->pairs - order->agree - order->flipped;
    if (open > 0)
        cg_say(&s, ", %d %s undecided", open, open == 1 ? "is" : "are");
    cg_say(&s, ".");
    if (order->flipped > 0)
        cg_say(&s, " The clearest: %.100s (%.0f M) takes %s times the time of %.100s (%.0f M).", order->slow,
               order->slow_madds / 1e6, cg_format_ratio(cg_ratio_of(order->ratio)).text, order->fast,
               order->fast_madds / 1e6);
    return s;
}

/* "ShuffleNet V2 faster than IGCV3-D", behind another one of the same family only "IGCV3-D". */
static void say_claim(struct cg_sentence *s, const struct cg_statement *statement, struct cg_phrase *before)
{
    static const char faster[] = " faster than ";
    const struct cg_phrase claim = cg_claim(statement);
    const char *than = strstr(claim.text, faster);
    const size_t family = than ? (size_t)(than - claim.text) : 0;
    const bool same = than && strncmp(before->text, claim.text, family + strlen(faster)) == 0;
    cg_say(s, "%s%s", same ? " / " : before->text[0] ? ", " : "", same ? than + strlen(faster) : claim.text);
    *before = claim;
}

/* The paper's statements on families, by what became of them here. */
static struct cg_sentence say_families(const struct cg_statements *statements)
{
    static const struct {
        unsigned findings;
        const char *words;
    } parts[] = {
        {1u << CG_HOLDS, "holds here, too: "},
        {1u << CG_MIXED | 1u << CG_IN_PART, "holds here at some sizes: "},
        {1u << CG_NO_EFFECT, "does not hold here: "},
        {1u << CG_FINDING_UNCLEAR | 1u << CG_FINDING_BY_MACHINE, "is undecided here: "},
    };
    struct cg_sentence s = {""};
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
        struct cg_phrase before = {""};
        for (int i = 0; i < CG_STATEMENT_COUNT; i++) {
            const struct cg_statement *statement = &statements->items[i];
            if (statement->n_levels == 0 || !(parts[p].findings >> statement->finding & 1))
                continue;
            if (!before.text[0])
                cg_say(&s, "%s%s", s.text[0] ? "; " : "What the paper says of families ", parts[p].words);
            say_claim(&s, statement, &before);
        }
    }
    if (s.text[0])
        cg_say(&s, ".");
    return s;
}

static void put_pairs(struct cg_summary_text *s, const struct cg_suite_view *view)
{
    struct cg_table *table = cg_table_of_pairs(view);
    table->caption = NULL; /* the summary's head says it */
    cg_summary_put_table(s, table);
}

void cg_summary_put_networks(struct cg_summary_text *s, const struct cg_suite_view *view)
{
    struct cg_order order;
    struct cg_statements statements;
    if (!cg_order_of(view, &order) || !cg_statements_of(view, &statements)) {
        s->failed = true;
        return;
    }
    struct cg_since since;
    s->failed = s->failed || !cg_since_of(view, &since);
    const struct cg_sentence flops = say_flops(&order, &statements.all), later = cg_say_since(&since);
    /* networks since the paper are not in its levels of complexity, of which its statements speak */
    const struct cg_sentence families = later.text[0] ? (struct cg_sentence){""} : say_families(&statements);
    cg_since_free(&since);
    cg_summary_put(s, flops.text, 0);
    cg_summary_put(s, families.text, 0);
    cg_summary_put(s, later.text, 0);
    put_bars(s, view);
    put_pairs(s, view);
    if (cg_same_text(view->suite->name, "atlas"))
        cg_summary_put_table(s, cg_table_of_place(view->results, &view->setting));
}
