#include "report/statements.h"

#include "base/text.h"
#include "bench/stats/rank.h"
#include "report/family.h"
#include "report/rounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far from a level a network of a group without one may be. */
#define NEAR_LEVEL 1.2

static const int levels[CG_LEVEL_COUNT] = {40, 140, 300, 500}; /* M multiply-adds */

static const struct {
    const char *fast, *slow, *reason;
} rows[] = {
#define STATEMENT_ROW(id, fast, slow, reason) [id] = {fast, slow, reason},
    CG_STATEMENTS(STATEMENT_ROW)
#undef STATEMENT_ROW
};

/* A measured network that may be spoken of. */
struct entrant {
    const struct cg_case_view *c;
    int level; /* index, or -1 */
};

static int level_of(const struct cg_group_record *group, const struct cg_record *record)
{
    for (int i = 0; i < CG_LEVEL_COUNT; i++) {
        const double ratio = (double)record->madds /
                             (1e6 * levels[i] * (record->setting.batch > 0 ? record->setting.batch : 1));
        if (group->level > 0 ? group->level == levels[i] : ratio < NEAR_LEVEL && ratio > 1 / NEAR_LEVEL)
            return i;
    }
    return -1;
}

static struct entrant *entrants_of(const struct cg_suite_view *view, int *n)
{
    struct entrant *entrants = malloc(((size_t)view->n_networks + 1) * sizeof *entrants);
    *n = 0;
    for (int i = 0; entrants && i < view->n_networks; i++) {
        const struct cg_case_view *c = view->networks[i];
        if (c->record->samples.n > 0 && c->c->reconstruction != 1)
            entrants[(*n)++] = (struct entrant){c, level_of(view->groups[c->group].group, c->record)};
    }
    return entrants;
}

static double paper_speed(const struct cg_case_view *c, int device)
{
    return cg_case_published(c->c, cg_paper_devices[device].name, true);
}

/* The entrant of a family at a level; of several the one whose madds are nearest to `madds` (0: the largest).
 */
static const struct cg_case_view *of_family(const struct entrant *entrants, int n, const char *family,
                                            int level, double madds)
{
    const struct cg_case_view *best = NULL;
    double best_distance = INFINITY;
    for (int i = 0; i < n; i++) {
        const struct cg_case_view *c = entrants[i].c;
        if (entrants[i].level != level || !c->c->network || strcmp(c->c->network, family) != 0)
            continue;
        const double distance =
            madds > 0 ? fabs(log((double)c->record->madds / madds)) : -(double)c->record->madds;
        if (distance < best_distance) {
            best_distance = distance;
            best = c;
        }
    }
    return best;
}

/* ---- statements ---- */

static bool fill_statement(const struct cg_statements *all, const struct entrant *entrants, int n,
                           struct cg_statement *statement)
{
    for (int l = 0; l < CG_LEVEL_COUNT; l++) {
        struct cg_statement_level *level = &statement->levels[statement->n_levels];
        level->fast = of_family(entrants, n, rows[statement->id].fast, l, 0);
        level->slow = level->fast ? of_family(entrants, n, rows[statement->id].slow, l,
                                              (double)level->fast->record->madds)
                                  : NULL;
        if (!level->slow)
            continue;
        bool paired;
        level->level = levels[l];
        const struct cg_record *fast = level->fast->record, *slow = level->slow->record;
        if (!cg_record_log_ratio(all->results, fast, slow, &level->measured.ratio, &paired) ||
            !cg_record_by_state(all->results, fast, slow, &level->measured.state))
            return false;
        level->measured.delta = paired ? all->delta : all->delta_apart;
        for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
            level->paper[d] = paper_speed(level->slow, d) / paper_speed(level->fast, d);
        statement->n_levels++;
    }
    return true;
}

static enum cg_finding finding_of(enum cg_verdict verdict)
{
    static const enum cg_finding findings[CG_VERDICT_COUNT] = {[CG_FASTER] = CG_HOLDS,
                                                               [CG_NOT_FASTER] = CG_NO_EFFECT,
                                                               [CG_UNCLEAR] = CG_FINDING_UNCLEAR,
                                                               [CG_BY_MACHINE] = CG_FINDING_BY_MACHINE};
    return findings[verdict];
}

/* Verdicts over all statements as one table. */
static bool judge(struct cg_statements *statements)
{
    struct cg_family family = {0};
    for (int s = 0; s < CG_STATEMENT_COUNT; s++)
        for (int l = 0; l < statements->items[s].n_levels; l++) {
            struct cg_judged row = statements->items[s].levels[l].measured;
            row.key[0] = s;
            row.key[1] = l;
            cg_family_add(&family, row);
        }
    const bool enough = cg_family_judge(&family, CG_ARE_THEY_FASTER);
    for (int k = 0; enough && k < family.n; k++)
        statements->items[family.rows[k].key[0]].levels[family.rows[k].key[1]].measured = family.rows[k];
    for (int s = 0; enough && s < CG_STATEMENT_COUNT; s++) {
        struct cg_statement *statement = &statements->items[s];
        enum cg_finding findings[CG_LEVEL_COUNT];
        for (int l = 0; l < statement->n_levels; l++)
            findings[l] = finding_of(statement->levels[l].measured.verdict);
        statement->finding = cg_suite_finding(findings, (size_t)statement->n_levels);
    }
    cg_family_free(&family);
    return enough;
}

/* ---- levels ---- */

/* Networks as pairs of madds and time, for a rank correlation. */
struct ranking {
    double *madds, *times; /* room for every entrant */
    size_t n;
};

/* Largest over smallest; NAN below two. */
static double spread_of(const double *values, size_t n)
{
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < n; i++) {
        least = fmin(least, values[i]);
        most = fmax(most, values[i]);
    }
    return n >= 2 ? most / least : NAN;
}

static double correlate(const struct ranking *ranking)
{
    return ranking->n < CG_RANKED_MIN ? NAN : cg_spearman(ranking->madds, ranking->times, ranking->n);
}

/* Those at a level (index; -1: all) with their time here (device -1) or on a device of the paper. */
static void rank_all(const struct entrant *entrants, int n, int level, int device, struct ranking *ranking)
{
    ranking->n = 0;
    for (int i = 0; i < n; i++) {
        const struct cg_case_view *c = entrants[i].c;
        const double time = device < 0 ? c->record->time.median : 1 / paper_speed(c, device);
        if ((level >= 0 && entrants[i].level != level) || isnan(time))
            continue;
        ranking->madds[ranking->n] = (double)c->record->madds;
        ranking->times[ranking->n++] = time;
    }
}

/* `index` -1: over the networks of all levels. */
static bool fill_level(const struct cg_results *results, const struct entrant *entrants, int n, int index,
                       struct ranking *ranking, struct cg_level_order *level)
{
    *level = (struct cg_level_order){.level = index < 0 ? 0 : levels[index]};
    for (int i = 0; i < n; i++) {
        const struct cg_case_view *c = entrants[i].c;
        if (index >= 0 && entrants[i].level != index)
            continue;
        if (!level->fastest || c->record->time.median < level->fastest->record->time.median)
            level->fastest = c;
        if (!level->slowest || c->record->time.median > level->slowest->record->time.median)
            level->slowest = c;
    }
    rank_all(entrants, n, index, -1, ranking);
    level->spearman = correlate(ranking);
    level->networks = (int)ranking->n;
    level->madds_spread = spread_of(ranking->madds, ranking->n);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
        rank_all(entrants, n, index, d, ranking);
        level->paper[d] = spread_of(ranking->times, ranking->n);
        level->paper_spearman[d] = correlate(ranking);
    }
    if (level->networks >= 2 &&
        !cg_record_log_ratio(results, level->slowest->record, level->fastest->record, &level->ratio, NULL))
        return false;
    level->ratio =
        cg_estimate_among(level->ratio, (size_t)level->networks * (size_t)(level->networks - 1) / 2);
    return true;
}

bool cg_statements_of(const struct cg_suite_view *view, struct cg_statements *statements)
{
    int n;
    *statements = (struct cg_statements){.results = view->results,
                                         .all.spearman = NAN,
                                         .delta = view->delta,
                                         .delta_apart = view->delta_apart};
    struct entrant *entrants = entrants_of(view, &n);
    double *scratch = entrants ? malloc(2 * (size_t)(n + 1) * sizeof *scratch) : NULL;
    bool enough = scratch != NULL;
    for (int s = 0; enough && s < CG_STATEMENT_COUNT; s++) {
        statements->items[s].id = (enum cg_statement_id)s;
        enough = fill_statement(statements, entrants, n, &statements->items[s]);
    }
    enough = enough && judge(statements);
    struct ranking ranking = {scratch, scratch ? scratch + n : NULL, 0};
    for (int l = 0; enough && l < CG_LEVEL_COUNT; l++) {
        struct cg_level_order *level = &statements->levels[statements->n_levels];
        enough = fill_level(statements->results, entrants, n, l, &ranking, level);
        statements->n_levels += enough && level->networks >= 2;
    }
    enough = enough && fill_level(statements->results, entrants, n, -1, &ranking, &statements->all);
    free(scratch);
    free(entrants);
    return enough;
}

/* ---- sentences ---- */

static const char *title_of(const struct cg_case_view *c)
{
    return c->c->title ? c->c->title : c->c->network;
}

struct cg_phrase cg_claim(const struct cg_statement *statement)
{
    if (statement->n_levels == 0)
        return cg_phrase("%s", "");
    return cg_phrase("%.60s faster than %.60s", title_of(statement->levels[0].fast),
                     title_of(statement->levels[0].slow));
}

static const char *finding_words(const struct cg_statement *statement)
{
    static const char *const words[CG_FINDING_COUNT] = {
        [CG_NO_FINDING] = "gets no verdict (one process)",
        [CG_HOLDS] = "holds here",
        [CG_NO_EFFECT] = "does not hold here",
        [CG_FINDING_UNCLEAR] = "is unclear here",
        [CG_FINDING_BY_MACHINE] = "is undecided here: it depends on the state of the machine",
        [CG_MIXED] = "holds here at some levels and not at others",
        [CG_IN_PART] = "is shown at no level here",
    };
    for (int l = 0; l < statement->n_levels && statement->finding == CG_IN_PART; l++)
        if (statement->levels[l].measured.verdict == CG_FASTER)
            return "holds here in part";
    return words[statement->finding];
}

struct cg_sentence cg_say_statement(const struct cg_statement *statement)
{
    struct cg_sentence s = {""};
    static const char *const verdicts[CG_VERDICT_COUNT] = {[CG_NOT_FASTER] = ", not faster",
                                                           [CG_UNCLEAR] = ", unclear",
                                                           [CG_BY_MACHINE] = ", undecided: machine"};
    if (statement->n_levels == 0)
        return s;
    cg_say(&s, "%s (%s): %s. The former takes ", cg_claim(statement).text, rows[statement->id].reason,
           finding_words(statement));
    for (int l = 0; l < statement->n_levels; l++) {
        const struct cg_statement_level *level = &statement->levels[l];
        const char *verdict = verdicts[level->measured.verdict];
        cg_say(&s, "%s%s (%dM%s)", l ? ", " : "", cg_format_ratio(cg_ratio_of(level->measured.ratio)).text,
               level->level, verdict ? verdict : "");
    }
    cg_say(&s, " of the latter's time");
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
        const char *between = d ? "; " : "; in the paper ";
        int said = 0;
        for (int l = 0; l < statement->n_levels; l++)
            if (!isnan(statement->levels[l].paper[d]))
                cg_say(&s, "%s%.2f", said++ ? ", " : between, statement->levels[l].paper[d]);
        if (said)
            cg_say(&s, " on %s", cg_paper_devices[d].word);
    }
    cg_say(&s, ".");
    return s;
}

struct cg_sentence cg_say_levels(const struct cg_statements *statements)
{
    struct cg_sentence s = {""};
    if (isnan(statements->all.spearman) || statements->n_levels == 0)
        return s;
    cg_say(&s, "Over all %d networks the rank correlation of madds with time is %.2f (Spearman)",
           statements->all.networks, statements->all.spearman);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        if (!isnan(statements->all.paper_spearman[d]))
            cg_say(&s, "%s%.2f on %s",
                   d ? ", " : "; the paper's own times: ", statements->all.paper_spearman[d],
                   cg_paper_devices[d].word);
    for (int l = 0, said = 0; l < statements->n_levels; l++)
        if (!isnan(statements->levels[l].spearman))
            cg_say(&s, "%s%.2f at %dM (%d networks)", said++ ? ", " : "; inside the levels it is ",
                   statements->levels[l].spearman, statements->levels[l].level,
                   statements->levels[l].networks);
    cg_say(&s, ".");
    return s;
}
