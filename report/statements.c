#include "report/statements.h"

#include "bench/stats/rank.h"
#include "report/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How far from a level a network of a group without one may be. */
#define NEAR_LEVEL 1.2

static const int level_values[] = {
#define LEVEL_VALUE(level) level,
    CG_LEVELS(LEVEL_VALUE)
#undef LEVEL_VALUE
};

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
        const double ratio =
            (double)record->madds /
            (1e6 * level_values[i] * (record->setting.batch > 0 ? record->setting.batch : 1));
        if (group->level > 0 ? group->level == level_values[i] : ratio < NEAR_LEVEL && ratio > 1 / NEAR_LEVEL)
            return i;
    }
    return -1;
}

static struct entrant *entrants_of(const struct cg_suite_view *view, int *n)
{
    int room = 1;
    *n = 0;
    for (int g = 0; g < view->n_groups; g++)
        room += view->groups[g].n_cases;
    struct entrant *entrants = malloc((size_t)room * sizeof *entrants);
    for (int g = 0; entrants && g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++) {
            const struct cg_case_view *c = &view->groups[g].cases[i];
            bool left_out =
                !c->record || c->record->madds <= 0 || c->record->samples.n <= 0 || c->c->reconstruction == 1;
            for (int k = 0; k < *n && !left_out; k++)
                left_out = entrants[k].c->record == c->record;
            if (!left_out)
                entrants[(*n)++] = (struct entrant){c, level_of(view->groups[g].group, c->record)};
        }
    return entrants;
}

static double paper_speed(const struct cg_case_view *c, enum cg_paper_column column)
{
    for (int i = 0; i < c->c->n_paper; i++)
        if (c->c->paper[i].device && strcmp(c->c->paper[i].device, cg_paper_name(column)) == 0)
            return c->c->paper[i].value * (c->c->paper[i].batch > 0 ? c->c->paper[i].batch : 1);
    return NAN;
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

static bool fill_statement(const struct entrant *entrants, int n, struct cg_statement *statement)
{
    for (int l = 0; l < CG_LEVEL_COUNT; l++) {
        struct cg_statement_level *level = &statement->levels[statement->n_levels];
        bool paired;
        level->fast = of_family(entrants, n, rows[statement->id].fast, l, 0);
        level->slow = level->fast ? of_family(entrants, n, rows[statement->id].slow, l,
                                              (double)level->fast->record->madds)
                                  : NULL;
        if (!level->slow)
            continue;
        level->level = level_values[l];
        if (!cg_record_log_ratio(level->fast->record, level->slow->record, &level->ratio, &paired))
            return false;
        for (int p = 0; p < CG_PAPER_COLUMN_COUNT; p++)
            level->paper[p] = paper_speed(level->slow, (enum cg_paper_column)p) /
                              paper_speed(level->fast, (enum cg_paper_column)p);
        statement->n_levels++;
    }
    return true;
}

static enum cg_finding finding_of(enum cg_verdict verdict)
{
    switch (verdict) {
    case CG_FASTER:
        return CG_HOLDS;
    case CG_SLOWER:
        return CG_REVERSED;
    case CG_SAME:
        return CG_NO_EFFECT;
    case CG_UNCLEAR:
        return CG_FINDING_UNCLEAR;
    default:
        return CG_NO_FINDING;
    }
}

/* Verdicts over all statements as one table. */
static bool judge(struct cg_statements *statements, double delta)
{
    struct cg_estimate ratios[CG_STATEMENT_COUNT * CG_LEVEL_COUNT];
    enum cg_verdict verdicts[CG_STATEMENT_COUNT * CG_LEVEL_COUNT];
    size_t n = 0, next = 0;
    for (int s = 0; s < CG_STATEMENT_COUNT; s++)
        for (int l = 0; l < statements->items[s].n_levels; l++)
            ratios[n++] = statements->items[s].levels[l].ratio;
    if (!cg_verdicts(ratios, n, delta, verdicts))
        return false;
    for (int s = 0; s < CG_STATEMENT_COUNT; s++) {
        struct cg_statement *statement = &statements->items[s];
        enum cg_finding findings[CG_LEVEL_COUNT];
        for (int l = 0; l < statement->n_levels; l++) {
            statement->levels[l].verdict = verdicts[next++];
            findings[l] = finding_of(statement->levels[l].verdict);
        }
        statement->finding = cg_suite_finding(findings, (size_t)statement->n_levels);
    }
    return true;
}

/* ---- levels ---- */

/* Rank correlation of madds with the paper's time per image. */
static bool paper_order(const struct entrant *entrants, int n, int level, enum cg_paper_column column,
                        double *scratch, double *spearman, double *spread)
{
    size_t count = 0;
    double least = INFINITY, most = 0;
    *spearman = *spread = NAN;
    for (int i = 0; i < n; i++) {
        const double speed = paper_speed(entrants[i].c, column);
        if ((level >= 0 && entrants[i].level != level) || isnan(speed))
            continue;
        scratch[count] = (double)entrants[i].c->record->madds;
        scratch[(size_t)n + count++] = 1 / speed;
        least = fmin(least, 1 / speed);
        most = fmax(most, 1 / speed);
    }
    if (count >= 2)
        *spread = most / least;
    return count < 3 || cg_spearman(scratch, scratch + n, count, spearman);
}

static bool fill_level(const struct entrant *entrants, int n, int index, double *scratch,
                       struct cg_level_order *level)
{
    size_t count = 0;
    double least = INFINITY, most = 0;
    *level = (struct cg_level_order){.level = level_values[index], .spearman = NAN};
    for (int i = 0; i < n; i++) {
        const struct cg_case_view *c = entrants[i].c;
        if (entrants[i].level != index)
            continue;
        scratch[count] = (double)c->record->madds;
        scratch[(size_t)n + count++] = c->record->time.median;
        least = fmin(least, (double)c->record->madds);
        most = fmax(most, (double)c->record->madds);
        if (!level->fastest || c->record->time.median < level->fastest->record->time.median)
            level->fastest = c;
        if (!level->slowest || c->record->time.median > level->slowest->record->time.median)
            level->slowest = c;
    }
    level->networks = (int)count;
    level->madds_spread = most / least;
    bool paired, enough = count < 3 || cg_spearman(scratch, scratch + n, count, &level->spearman);
    if (count >= 2)
        enough = enough &&
                 cg_record_log_ratio(level->slowest->record, level->fastest->record, &level->ratio, &paired);
    for (int p = 0; enough && p < CG_PAPER_COLUMN_COUNT; p++)
        enough = paper_order(entrants, n, index, (enum cg_paper_column)p, scratch, &level->paper_spearman[p],
                             &level->paper[p]);
    return enough;
}

bool cg_statements_of(const struct cg_suite_view *view, struct cg_statements *statements)
{
    int n;
    *statements = (struct cg_statements){.spearman = NAN, .delta = view->delta};
    struct entrant *entrants = entrants_of(view, &n);
    double *scratch = entrants ? malloc(2 * (size_t)(n + 1) * sizeof *scratch) : NULL;
    bool enough = scratch != NULL;
    for (int s = 0; enough && s < CG_STATEMENT_COUNT; s++) {
        statements->items[s].id = (enum cg_statement_id)s;
        enough = fill_statement(entrants, n, &statements->items[s]);
    }
    enough = enough && judge(statements, view->delta);
    for (int l = 0; enough && l < CG_LEVEL_COUNT; l++) {
        struct cg_level_order *level = &statements->levels[statements->n_levels];
        enough = fill_level(entrants, n, l, scratch, level);
        statements->n_levels += enough && level->networks >= 2;
    }
    for (int i = 0; enough && i < n; i++) {
        scratch[i] = (double)entrants[i].c->record->madds;
        scratch[n + i] = entrants[i].c->record->time.median;
    }
    statements->networks = n;
    if (enough && n >= 3)
        enough = cg_spearman(scratch, scratch + n, (size_t)n, &statements->spearman);
    for (int p = 0; enough && p < CG_PAPER_COLUMN_COUNT; p++) {
        double spread;
        enough = paper_order(entrants, n, -1, (enum cg_paper_column)p, scratch,
                             &statements->paper_spearman[p], &spread);
    }
    free(scratch);
    free(entrants);
    return enough;
}

/* ---- sentences ---- */

static const char *title_of(const struct cg_case_view *c)
{
    return c->c->title ? c->c->title : c->c->network;
}

int cg_say_claim(const struct cg_statement *statement, char *text, size_t size)
{
    if (statement->n_levels == 0)
        return snprintf(text, size, "%s", "");
    return snprintf(text, size, "%.60s faster than %.60s", title_of(statement->levels[0].fast),
                    title_of(statement->levels[0].slow));
}

static const char *finding_words(const struct cg_statement *statement)
{
    int shown = 0;
    for (int l = 0; l < statement->n_levels; l++)
        shown += statement->levels[l].verdict == CG_FASTER;
    switch (statement->finding) {
    case CG_HOLDS:
        return "holds here";
    case CG_REVERSED:
        return "does not hold here, it is slower";
    case CG_NO_EFFECT:
        return "does not hold here, both take the same time";
    case CG_MIXED:
        return shown > 0 ? "holds here in part" : "is shown at no level here";
    case CG_FINDING_UNCLEAR:
        return "is unclear here";
    default:
        return "gets no verdict (one process)";
    }
}

int cg_say_statement(const struct cg_statement *statement, char *text, size_t size)
{
    char claim[160];
    if (statement->n_levels == 0)
        return snprintf(text, size, "%s", "");
    cg_say_claim(statement, claim, sizeof claim);
    size_t used = (size_t)snprintf(text, size, "%s (%s): %s. The former takes ", claim,
                                   rows[statement->id].reason, finding_words(statement));
    for (int l = 0; l < statement->n_levels && used < size; l++) {
        const struct cg_statement_level *level = &statement->levels[l];
        char ratio[96];
        cg_format_ratio(cg_ratio_of(level->ratio), ratio, sizeof ratio);
        used += (size_t)snprintf(text + used, size - used, "%s%s (%dM%s)", l ? ", " : "", ratio, level->level,
                                 level->verdict == CG_SLOWER    ? ", slower"
                                 : level->verdict == CG_SAME    ? ", the same"
                                 : level->verdict == CG_UNCLEAR ? ", unclear"
                                                                : "");
    }
    if (used < size)
        used += (size_t)snprintf(text + used, size - used, " of the latter's time");
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT; p++) {
        int said = 0;
        for (int l = 0; l < statement->n_levels && used < size; l++)
            if (!isnan(statement->levels[l].paper[p]))
                used += (size_t)snprintf(text + used, size - used, "%s%.2f",
                                         said++ ? ", "
                                         : p    ? "; "
                                                : "; in the paper ",
                                         statement->levels[l].paper[p]);
        if (said && used < size)
            used +=
                (size_t)snprintf(text + used, size - used, " on %s", cg_paper_word((enum cg_paper_column)p));
    }
    if (used < size)
        used += (size_t)snprintf(text + used, size - used, ".");
    return (int)used;
}

int cg_say_levels(const struct cg_statements *s, char *text, size_t size)
{
    if (s->networks < 3 || isnan(s->spearman) || s->n_levels == 0)
        return snprintf(text, size, "%s", "");
    size_t used = (size_t)snprintf(
        text, size, "Over all %d networks the rank correlation of madds with time is %.2f (Spearman)",
        s->networks, s->spearman);
    for (int p = 0; p < CG_PAPER_COLUMN_COUNT && used < size; p++)
        if (!isnan(s->paper_spearman[p]))
            used += (size_t)snprintf(text + used, size - used, "%s%.2f on %s",
                                     p ? ", " : "; the paper's own times: ", s->paper_spearman[p],
                                     cg_paper_word((enum cg_paper_column)p));
    for (int l = 0, said = 0; l < s->n_levels && used < size; l++)
        if (!isnan(s->levels[l].spearman))
            used += (size_t)snprintf(text + used, size - used, "%s%.2f at %dM (%d networks)",
                                     said++ ? ", " : "; inside the levels it is ", s->levels[l].spearman,
                                     s->levels[l].level, s->levels[l].networks);
    if (used < size)
        used += (size_t)snprintf(text + used, size - used, ".");
    return (int)used;
}
