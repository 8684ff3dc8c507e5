/* Engines side by side on whole networks: the time of each relative to the fastest one's, and of each what
 * ShuffleNet's structure costs it, what fusion gains, and how far it scales over threads. */
#include "report/family.h"
#include "report/rounds.h"
#include "report/tables.h"

#include "base/text.h"
#include "report/escape.h"

#include <math.h>
#include <string.h>

#define MAX_THREADS 16

/* The two whose times of a multiply-add are compared: many small layers, splits and shuffles against few
 * plain ones. */
#define TAXED   "shufflenet_v2:1.0x"
#define UNTAXED "mobilenet_v1:1.0"

/* Engines, numbers of threads and cases, and what is asked of them: of each question a row for each place and
 * engine, place by place. A row of the taxes is the log of time a multiply-add, taxed over untaxed; of the
 * gains the log of time before over time after. */
struct sides {
    const struct cg_suite_views *all;
    struct cg_setting of; /* but for engine and threads */
    int n_engines, n_threads, n_cases;
    const char *engines[CG_MAX_ENGINES];
    int threads[MAX_THREADS];       /* from the fewest on */
    struct cg_family taxes;         /* places: numbers of threads */
    struct cg_family fusion, steps; /* places: cases; cases, from each number of threads to the next */
};

/* ---- finding ---- */

static void add_threads(struct sides *s, int threads)
{
    int at = 0;
    while (at < s->n_threads && s->threads[at] < threads)
        at++;
    if (s->n_threads == MAX_THREADS || (at < s->n_threads && s->threads[at] == threads))
        return;
    for (int i = s->n_threads++; i > at; i--)
        s->threads[i] = s->threads[i - 1];
    s->threads[at] = threads;
}

/* What was measured under `of` but for its engine and threads: with full fusion, where that was. */
static struct sides sides_of(const struct cg_suite_views *all, const struct cg_setting *of)
{
    struct sides s = {.all = all, .of = *of, .n_cases = all->items[0]->n_cases};
    const unsigned varied = CG_FIELD_ENGINE | CG_FIELD_THREADS;
    for (int i = 0; i < all->n; i++) {
        const struct cg_setting *own = &all->items[i]->setting;
        if (own->fusion == CG_FUSION_FULL && !(cg_setting_difference(own, of) & ~(varied | CG_FIELD_FUSION)))
            s.of.fusion = CG_FUSION_FULL;
    }
    for (int i = 0; i < all->n; i++) {
        const struct cg_setting *own = &all->items[i]->setting;
        bool known = cg_setting_difference(own, &s.of) & ~varied;
        if (!known)
            add_threads(&s, own->threads);
        for (int e = 0; e < s.n_engines && !known; e++)
            known = cg_same_text(s.engines[e], own->engine);
        if (!known && s.n_engines < CG_MAX_ENGINES)
            s.engines[s.n_engines++] = own->engine;
    }
    return s;
}

/* NULL: not measured. */
static const struct cg_record *record_of(const struct sides *s, int engine, int threads,
                                         enum cg_fusion fusion, int index)
{
    struct cg_setting wanted = s->of;
    wanted.engine = s->engines[engine];
    wanted.threads = threads;
    wanted.fusion = fusion;
    for (int i = 0; i < s->all->n; i++)
        if (cg_setting_equal(&s->all->items[i]->setting, &wanted))
            return s->all->items[i]->cases[index].record;
    return NULL;
}

static const struct cg_case_record *case_at(const struct sides *s, int index)
{
    return s->all->items[0]->cases[index].c;
}

static struct cg_phrase name_at(const struct sides *s, int index)
{
    return cg_case_label(case_at(s, index));
}

/* Whether no case before is the same computation: what stands in several groups counts once. */
static bool counts(const struct sides *s, int index)
{
    for (int i = 0; i < index; i++)
        if (cg_same_text(case_at(s, i)->graph, case_at(s, index)->graph))
            return false;
    return true;
}

/* The case of that network, or -1. */
static int find_network(const struct sides *s, const char *name)
{
    for (int v = 0; v < s->all->n; v++)
        for (int i = 0; i < s->n_cases; i++) {
            const struct cg_record *record = s->all->items[v]->cases[i].record;
            if (record && strcmp(cg_record_network_name(record).text, name) == 0)
                return i;
        }
    return -1;
}

/* ---- asking ---- */

/* Log of time(a) / time(b), and a constant; unknown where one is NULL. False without memory. */
static bool find_ratio(const struct sides *s, const struct cg_record *a, const struct cg_record *b,
                       double shift, struct cg_judged *row)
{
    const struct cg_suite_view *view = s->all->items[0];
    bool paired = false;
    *row = (struct cg_judged){.ratio = cg_unknown_estimate};
    if (a && b &&
        (!cg_record_log_ratio(view->results, a, b, &row->ratio, &paired) ||
         !cg_record_by_state(view->results, a, b, &row->state)))
        return false;
    row->delta = paired ? view->delta : view->delta_apart;
    row->ratio = cg_estimate_shifted(row->ratio, shift);
    cg_by_state_shift(&row->state, shift);
    return true;
}

static bool ask_tax(struct sides *s, int engine, int threads, int taxed, int untaxed)
{
    const enum cg_fusion fusion = s->of.fusion;
    const struct cg_record *a = taxed < 0 ? NULL : record_of(s, engine, threads, fusion, taxed),
                           *b = untaxed < 0 ? NULL : record_of(s, engine, threads, fusion, untaxed);
    const bool known = a && b && a->madds > 0 && b->madds > 0;
    struct cg_judged row;
    if (!find_ratio(s, known ? a : NULL, b, known ? log((double)b->madds) - log((double)a->madds) : 0, &row))
        return false;
    cg_family_add(&s->taxes, row);
    return true;
}

/* What a case gains where `after` is done instead of `before`. */
static bool ask_gain(struct sides *s, struct cg_family *family, int index, const struct cg_record *before,
                     const struct cg_record *after)
{
    struct cg_judged row;
    const bool asked = counts(s, index);
    if (!find_ratio(s, asked ? before : NULL, after, 0, &row))
        return false;
    cg_family_add(family, row);
    return true;
}

/* False without memory. */
static bool ask(struct sides *s)
{
    const int taxed = find_network(s, TAXED), untaxed = find_network(s, UNTAXED);
    const enum cg_fusion fusion = s->of.fusion;
    bool enough = true;
    for (int t = 0; t < s->n_threads; t++)
        for (int e = 0; e < s->n_engines && enough; e++)
            enough = ask_tax(s, e, s->threads[t], taxed, untaxed);
    for (int i = 0; i < s->n_cases; i++)
        for (int e = 0; e < s->n_engines && enough && fusion == CG_FUSION_FULL; e++)
            enough = ask_gain(s, &s->fusion, i, record_of(s, e, s->threads[0], CG_FUSION_NONE, i),
                              record_of(s, e, s->threads[0], CG_FUSION_FULL, i));
    for (int t = 0; t + 1 < s->n_threads; t++)
        for (int i = 0; i < s->n_cases; i++)
            for (int e = 0; e < s->n_engines && enough; e++)
                enough = ask_gain(s, &s->steps, i, record_of(s, e, s->threads[t], fusion, i),
                                  record_of(s, e, s->threads[t + 1], fusion, i));
    return enough && cg_family_judge(&s->taxes, CG_DO_THEY_DIFFER) &&
           cg_family_judge(&s->fusion, CG_DO_THEY_DIFFER) && cg_family_judge(&s->steps, CG_DO_THEY_DIFFER);
}

static const struct cg_judged *row_at(const struct sides *s, const struct cg_family *family, int place,
                                      int engine)
{
    return &family->rows[place * s->n_engines + engine];
}

/* ---- the table ---- */

/* A row of ratios to the fastest engine. False without memory. */
static bool add_times(struct cg_table *table, const struct sides *s, int threads, int index,
                      const char *section)
{
    const struct cg_record *records[CG_MAX_ENGINES];
    int fastest = -1;
    size_t n = 0;
    for (int e = 0; e < s->n_engines; e++) {
        records[e] = record_of(s, e, threads, s->of.fusion, index);
        n += records[e] != NULL;
        if (records[e] && (fastest < 0 || records[e]->time.median < records[fastest]->time.median))
            fastest = e;
    }
    if (fastest < 0)
        return true;
    cg_table_add_row(table, section);
    cg_cell_text(table, name_at(s, index).text);
    cg_cell_ms(table, cg_record_time(records[fastest]));
    for (int e = 0; e < s->n_engines; e++) {
        struct cg_judged row;
        if (!find_ratio(s, records[e], records[fastest], 0, &row))
            return false;
        if (e == fastest)
            cg_cell_interval(table, (struct cg_interval){1, NAN, NAN}, "1");
        else if (!records[e])
            cg_cell_text(table, NULL);
        else
            cg_cell_ratio(table, cg_ratio_of(cg_estimate_among(row.ratio, n - 1)));
    }
    return true;
}

/* A row of answers; none where no engine has one. True if it was added. */
static bool add_answers(struct cg_table *table, const struct sides *s, const struct cg_judged *rows,
                        const char *name, const char *section)
{
    bool known = false;
    for (int e = 0; e < s->n_engines; e++)
        known = known || !isnan(rows[e].ratio.mean);
    if (!known)
        return false;
    cg_table_add_row(table, section);
    CG_CELL_TEXTS(table, name, NULL);
    for (int e = 0; e < s->n_engines; e++) {
        if (isnan(rows[e].ratio.mean))
            cg_cell_text(table, NULL);
        else
            cg_cell_ratio(table, cg_ratio_of(rows[e].ratio));
    }
    return true;
}

/* A section of gains, of the places from `first` on. */
static void add_gains(struct cg_table *table, const struct sides *s, const struct cg_family *family,
                      int first, const char *section)
{
    bool begun = false;
    for (int i = 0; i < s->n_cases && family->n > 0; i++)
        begun = add_answers(table, s, row_at(s, family, first + i, 0), name_at(s, i).text,
                            begun ? NULL : section) ||
                begun;
}

static bool fill(struct cg_table *table, const struct sides *s)
{
    bool enough = true, begun = false;
    cg_table_add_column(table, "case", "network", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "fastest", "fastest\nms", CG_COLUMN_INTERVAL, 0);
    for (int e = 0; e < s->n_engines; e++)
        cg_table_add_column(table, cg_slug(s->engines[e]).text, s->engines[e], CG_COLUMN_INTERVAL, 0);
    for (int t = 0; t < s->n_threads; t++) {
        const struct cg_phrase section =
            cg_phrase("%s: time relative to the fastest engine's", cg_format_threads(s->threads[t]).text);
        const int before = table->n_rows;
        for (int i = 0; i < s->n_cases && enough; i++)
            if (counts(s, i))
                enough = add_times(table, s, s->threads[t], i, table->n_rows == before ? section.text : NULL);
    }
    for (int t = 0; t < s->n_threads && enough; t++)
        begun =
            add_answers(table, s, row_at(s, &s->taxes, t, 0), cg_format_threads(s->threads[t]).text,
                        begun ? NULL : "ShuffleNet's tax: time of a multiply-add, " TAXED " over " UNTAXED) ||
            begun;
    if (enough)
        add_gains(
            table, s, &s->fusion, 0,
            cg_phrase("fusion: times as fast as without, %s", cg_format_threads(s->threads[0]).text).text);
    for (int t = 0; t + 1 < s->n_threads && enough; t++)
        add_gains(table, s, &s->steps, t * s->n_cases,
                  cg_phrase("%d threads: times as fast as %d", s->threads[t + 1], s->threads[t]).text);
    return enough;
}

/* ---- the sentences ---- */

static struct cg_phrase ratio_of(const struct cg_judged *row, size_t choices)
{
    return cg_format_ratio(cg_ratio_of(cg_estimate_among(row->ratio, choices)));
}

static void say_tax(struct cg_sentence *said, const struct sides *s, int engine)
{
    static const char *const words[CG_VERDICT_COUNT] = {
        [CG_NO_VERDICT] = "no verdict",
        [CG_SLOWER] = "a ShuffleNet tax",
        [CG_SAME] = "no ShuffleNet tax",
        [CG_FASTER] = "the reverse of a ShuffleNet tax",
        [CG_UNCLEAR] = "whether that is a ShuffleNet tax is unclear",
        [CG_BY_MACHINE] = "undecided: quiet rounds and the others differ"};
    bool begun = false;
    for (int t = 0; t < s->n_threads; t++) {
        const struct cg_judged *row = row_at(s, &s->taxes, t, engine);
        if (isnan(row->ratio.mean))
            continue;
        cg_say(said,
               begun ? "; with %.40s %s (%s)"
                     : "%.0sa multiply-add of " TAXED " takes %s times the time of one of " UNTAXED " (%s)",
               cg_format_threads(s->threads[t]).text, ratio_of(row, 1).text, words[row->verdict]);
        begun = true;
    }
}

/* "; fusion makes 4 of 4 networks faster, 1.05 [1.04, 1.06] (A) to 1.27 [1.25, 1.29] (B) times" */
static void say_gains(struct cg_sentence *said, const struct sides *s, const struct cg_family *family,
                      int first, int engine, const char *what)
{
    int n = 0, gained = 0, least = -1, most = -1;
    for (int i = 0; i < s->n_cases && family->n > 0; i++) {
        const struct cg_judged *row = row_at(s, family, first + i, engine);
        if (isnan(row->ratio.mean))
            continue;
        n++;
        gained += row->verdict == CG_SLOWER;
        if (least < 0 || row->ratio.mean < row_at(s, family, first + least, engine)->ratio.mean)
            least = i;
        if (most < 0 || row->ratio.mean > row_at(s, family, first + most, engine)->ratio.mean)
            most = i;
    }
    if (n == 0)
        return;
    cg_say(said, "; %s %d of %d network%s faster: %s times (%.80s)", what, gained, n, n == 1 ? "" : "s",
           ratio_of(row_at(s, family, first + least, engine), (size_t)n).text, name_at(s, least).text);
    if (n > 1)
        cg_say(said, " to %s times (%.80s)",
               ratio_of(row_at(s, family, first + most, engine), (size_t)n).text, name_at(s, most).text);
}

/* The number of threads from which on more of them do not make the network faster; 0: there is none, or it is
 * not known. */
static int stops_at(const struct sides *s, int index, int engine)
{
    int step = s->n_threads - 1;
    while (step > 0) {
        const enum cg_verdict gain = row_at(s, &s->steps, (step - 1) * s->n_cases + index, engine)->verdict;
        if (gain != CG_SAME && gain != CG_FASTER)
            break;
        step--;
    }
    return step < s->n_threads - 1 ? s->threads[step] : 0;
}

/* Whether the last step's verdict says neither yes nor no. */
static bool is_open(const struct sides *s, int index, int engine)
{
    const enum cg_verdict last =
        row_at(s, &s->steps, (s->n_threads - 2) * s->n_cases + index, engine)->verdict;
    return last == CG_UNCLEAR || last == CG_BY_MACHINE;
}

static void say_scaling(struct cg_sentence *said, const struct sides *s, int engine)
{
    int stopped = 0, open = 0;
    for (int t = 0; t + 1 < s->n_threads; t++)
        say_gains(said, s, &s->steps, t * s->n_cases, engine,
                  cg_phrase("%d threads instead of %d make", s->threads[t + 1], s->threads[t]).text);
    for (int i = 0; i < s->n_cases && s->n_threads > 1; i++) {
        const int threads = stops_at(s, i, engine);
        if (threads > 0)
            cg_say(said, "%s%s at %.80s", stopped++ ? ", " : "; it stops scaling at ",
                   cg_format_threads(threads).text, name_at(s, i).text);
    }
    for (int i = 0; i < s->n_cases && s->n_threads > 1; i++)
        if (is_open(s, i, engine))
            cg_say(said, "%s%.80s", open++ ? ", " : "; whether it scales is open at ", name_at(s, i).text);
}

static struct cg_sentence say_engine(const struct sides *s, int engine)
{
    struct cg_sentence answers = {""}, said = {""};
    say_tax(&answers, s, engine);
    say_gains(&answers, s, &s->fusion, 0, engine, "fusion makes");
    say_scaling(&answers, s, engine);
    const char *begin = answers.text + (strncmp(answers.text, "; ", 2) == 0 ? 2 : 0);
    if (begin[0])
        cg_say(&said, "%.100s: %.1900s.", s->engines[engine], begin);
    return said;
}

struct cg_table *cg_table_of_sides(const struct cg_suite_views *all, const struct cg_setting *of)
{
    const struct cg_phrase rest = cg_rest_of_setting(all, of);
    const char *title = all->suite->title ? all->suite->title : all->suite->name;
    struct sides s = sides_of(all, of);
    struct cg_table *table = cg_table_create(cg_phrase("%.60s sides%.60s", all->suite->name, rest.text).text,
                                             cg_phrase("%.160s: each to the fastest", title).text);
    if (s.n_engines < 2)
        return table;
    table->caption = cg_table_format(table, "%s; fusion %s%s", cg_device_words(all->items[0]->results),
                                     cg_fusion_name(s.of.fusion), rest.text);
    if (!ask(&s) || !fill(table, &s))
        table->failed = true;
    for (int e = 0; e < s.n_engines && !table->failed; e++)
        cg_table_add_sentence(table, say_engine(&s, e).text);
    cg_table_add_sentence(table, cg_say_rule(all->items[0], true).text);
    cg_table_add_note(
        table,
        "Ratios to the fastest have intervals that allow for the choice among the engines, a sentence's "
        "least and "
        "most those that allow for the choice among the networks. Verdicts: Holm over each of the three "
        "questions (tax, fusion, threads).");
    cg_family_free(&s.taxes);
    cg_family_free(&s.fusion);
    cg_family_free(&s.steps);
    return table;
}
