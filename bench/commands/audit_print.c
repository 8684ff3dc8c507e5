#include "bench/commands/audit_print.h"

#include "bench/record/json.h"
#include "bench/record/layout.h"
#include "report/format.h"
#include "report/terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAGGER "\xe2\x80\xa0"

static const char *block_name(const char *block)
{
    return block[0] ? block : "(none)";
}

/* The reason why a job was not timed, or NULL. */
static const char *reason_of(const struct cg_audit_state *state, int job)
{
    return state->timed && job >= 0 && state->measurement.jobs[job].state == CG_JOB_SKIPPED
               ? state->measurement.jobs[job].reason
               : NULL;
}

/* Why a place has no cost, or NULL. */
static const char *why_not(const struct cg_audit_state *state, int breach)
{
    if (state->audit.breaches[breach].why_not[0])
        return state->audit.breaches[breach].why_not;
    const char *reason = reason_of(state, state->jobs.original[breach]);
    return reason ? reason : reason_of(state, state->jobs.replacement[breach]);
}

static struct cg_table *new_table(const struct cg_audit_state *state, const char *id, const char *title)
{
    struct cg_table *table = cg_table_create(id, title);
    struct cg_phrase setting;
    cg_setting_say(&state->it.job.setting, ~(unsigned)CG_FIELD_CACHE, CG_SAY_ALL, setting.text,
                   sizeof setting.text);
    table->caption = cg_table_format(
        table, "%s%s; %s; %s", state->it.network->name, state->it.network->reconstruction ? DAGGER : "",
        state->it.device.record.cpu_model ? state->it.device.record.cpu_model : "device unknown",
        setting.text);
    return table;
}

static void add_cost(struct cg_table *table, const struct cg_audit_cost *cost)
{
    cg_cell_interval(table, cost->cost_ns, cg_format_ms_difference(cost->cost_ns).text);
}

/* ---- places ---- */

/* Places of one guideline at which the same pieces stand, which are measured once. */
struct kind_of_place {
    int first, count; /* breach; how many */
    double cost_ns;   /* of all; NAN */
};

static bool same_place(const struct cg_audit_state *state, int a, int b)
{
    const struct cg_audit_jobs *jobs = &state->jobs;
    return state->audit.breaches[a].guideline == state->audit.breaches[b].guideline &&
           jobs->original[a] >= 0 && jobs->original[a] == jobs->original[b] &&
           jobs->replacement[a] == jobs->replacement[b];
}

/* The dearest first, those without a cost last. */
static int by_cost(const void *a, const void *b)
{
    const struct kind_of_place *x = a, *y = b;
    if (isnan(x->cost_ns) || isnan(y->cost_ns) || x->cost_ns == y->cost_ns)
        return isnan(x->cost_ns) != isnan(y->cost_ns) ? (isnan(x->cost_ns) ? 1 : -1) : x->first - y->first;
    return x->cost_ns < y->cost_ns ? 1 : -1;
}

/* `all` has room for every breach. Returns how many kinds there are; in the order of what they cost, untimed
 * in that of the network. */
static int kinds_of_places(const struct cg_audit_state *state, struct kind_of_place *all)
{
    int n = 0;
    for (int i = 0; i < state->audit.n_breaches; i++) {
        int k = 0;
        while (k < n && !same_place(state, all[k].first, i))
            k++;
        if (k == n)
            all[n++] = (struct kind_of_place){.first = i};
        all[k].count++;
    }
    for (int k = 0; k < n; k++)
        all[k].cost_ns =
            state->timed ? all[k].count * state->costs.breaches[all[k].first].cost_ns.value : NAN;
    qsort(all, (size_t)n, sizeof *all, by_cost);
    return n;
}

static void add_place(const struct cg_audit_state *state, struct cg_table *table,
                      const struct kind_of_place *kind)
{
    const struct cg_breach *breach = &state->audit.breaches[kind->first];
    const double madds = breach->original ? (double)breach->original_madds : NAN;
    cg_table_add_row(table, NULL);
    cg_cell_text(table, kind->count > 1 ? cg_phrase("%s ...", block_name(breach->block)).text
                                        : block_name(breach->block));
    cg_cell_text(table, cg_guideline_name(breach->guideline));
    cg_cell_text(table, breach->what);
    cg_cell_number(table, kind->count, cg_phrase("%d", kind->count).text);
    cg_cell_number(table, madds, cg_phrase("%.2f", 1e-6 * madds).text);
    cg_cell_fixed(table, 100 * ((double)breach->replacement_madds / madds - 1), "%+.1f %%");
    const char *why = why_not(state, kind->first);
    if (why)
        cg_table_add_note(table, cg_table_format(table, "%s, %s: not timed, %s.", block_name(breach->block),
                                                 cg_guideline_name(breach->guideline), why));
    if (!state->timed)
        return;
    struct cg_audit_cost cost = state->costs.breaches[kind->first];
    cg_cell_ms(table, cost.original_ns);
    cg_cell_ratio(table, cg_ratio_of(cost.ratio));
    cost.cost_ns.value *= kind->count;
    cost.cost_ns.low *= kind->count;
    cost.cost_ns.high *= kind->count;
    add_cost(table, &cost);
    cg_cell_text(table, cg_verdict_name(cost.verdict));
}

/* All places of a guideline. */
static void add_total(const struct cg_audit_state *state, struct cg_table *table, enum cg_guideline guideline,
                      const char *section)
{
    const int places = cg_audit_places(&state->audit, guideline);
    const struct cg_audit_cost *cost = &state->costs.guidelines[guideline];
    cg_table_add_row(table, section);
    cg_cell_text(table, "all");
    cg_cell_text(table, cg_guideline_name(guideline));
    cg_cell_text(table, NULL);
    cg_cell_number(table, places, cg_phrase("%d", places).text);
    if (!state->timed || cost->measured == 0) {
        for (int i = 4; i < (state->timed ? 10 : 6); i++)
            cg_cell_text(table, NULL);
        return;
    }
    cg_cell_number(table, (double)cost->original_madds,
                   cg_phrase("%.2f", 1e-6 * (double)cost->original_madds).text);
    cg_cell_fixed(table, 100 * ((double)cost->replacement_madds / (double)cost->original_madds - 1),
                  "%+.1f %%");
    cg_cell_ms(table, cost->original_ns);
    cg_cell_ratio(table, cg_ratio_of(cost->ratio));
    add_cost(table, cost);
    cg_cell_text(table, cg_verdict_name(cost->verdict));
}

static struct cg_table *table_of_places(const struct cg_audit_state *state)
{
    static const struct cg_column columns[] = {
        {"block", "block", CG_COLUMN_TEXT, 0},
        {"guideline", "breaks", CG_COLUMN_TEXT, 0},
        {"replacement", "place and replacement", CG_COLUMN_TEXT, 0},
        {"places", "places", CG_COLUMN_NUMBER, 0},
        {"madds", "MFLOPs\n(madds)", CG_COLUMN_NUMBER, 1},
        {"madds_difference_percent", "differ-\nence", CG_COLUMN_NUMBER, 0},
        {"time_ns", "ms each", CG_COLUMN_INTERVAL, 2},
        {"time_per_madd_ratio", "time per madd\nto replacement", CG_COLUMN_INTERVAL, 0},
        {"cost_ns", "cost of\nall, ms", CG_COLUMN_INTERVAL, 1},
        {"verdict", "verdict", CG_COLUMN_TEXT, 0},
    };
    struct cg_table *table = new_table(state, "audit-places", "Guidelines broken, place by place");
    struct kind_of_place *kinds = calloc((size_t)state->audit.n_breaches + 1, sizeof *kinds);
    const int n = kinds ? kinds_of_places(state, kinds) : 0;
    const char *section = "in all";
    cg_table_add_columns(table, columns, state->timed ? 10 : 6);
    for (int k = 0; k < n; k++)
        add_place(state, table, &kinds[k]);
    for (int g = 0; g < CG_GUIDELINE_COUNT; g++) {
        if (cg_audit_places(&state->audit, (enum cg_guideline)g) == 0)
            continue;
        add_total(state, table, (enum cg_guideline)g, section);
        section = NULL;
    }
    free(kinds);
    return table;
}

/* ---- blocks ---- */

static void add_block(struct cg_table *table, const char *name,
                      const struct cg_audit_cost costs[CG_GUIDELINE_COUNT], const bool *broken)
{
    cg_table_add_row(table, NULL);
    cg_cell_text(table, name);
    for (int g = 0; g < CG_GUIDELINE_COUNT; g++) {
        const enum cg_verdict verdict = costs[g].verdict;
        if (!broken[g])
            continue;
        cg_cell_number(table, costs[g].places, costs[g].places ? cg_phrase("%d", costs[g].places).text : "");
        if (costs[g].places > 0)
            add_cost(table, &costs[g]);
        else
            cg_cell_text(table, NULL);
        cg_cell_text(table, verdict == CG_SLOWER ? "+" : verdict == CG_FASTER ? "-" : NULL);
    }
}

static struct cg_table *table_of_blocks(const struct cg_audit_state *state)
{
    struct cg_table *table =
        new_table(state, "audit-blocks", "What the broken guidelines cost, block by block");
    bool broken[CG_GUIDELINE_COUNT];
    cg_table_add_column(table, "block", "block", CG_COLUMN_TEXT, 0);
    for (int g = 0; g < CG_GUIDELINE_COUNT; g++) {
        const char *name = cg_guideline_name((enum cg_guideline)g);
        broken[g] = state->costs.guidelines[g].places > 0;
        if (!broken[g])
            continue;
        cg_table_add_column(table, cg_phrase("%s_places", name).text, cg_phrase("%s\nplaces", name).text,
                            CG_COLUMN_NUMBER, 1);
        cg_table_add_column(table, cg_phrase("%s_cost_ns", name).text, cg_phrase("%s\ncost, ms", name).text,
                            CG_COLUMN_INTERVAL, 0);
        cg_table_add_column(table, cg_phrase("%s_verdict", name).text, "", CG_COLUMN_TEXT, 0);
    }
    for (int b = 0; b < state->costs.n_blocks; b++)
        add_block(table, block_name(state->costs.block_names[b]), state->costs.blocks[b], broken);
    add_block(table, "whole network", state->costs.guidelines, broken);
    return table;
}

/* ---- what stands below the tables ---- */

static void add_sentences(const struct cg_audit_state *state, struct cg_table *table)
{
    char text[1024];
    for (int g = 0; g < CG_GUIDELINE_COUNT; g++)
        if (cg_audit_say(&state->audit, state->timed ? &state->costs : NULL, (enum cg_guideline)g, text,
                         sizeof text) > 0)
            cg_table_add_sentence(table, text);
    if (state->timed) {
        cg_table_add_sentence(table, cg_table_format(table, "The whole network takes %s ms.",
                                                     cg_format_ms(state->costs.network_ns).text));
        if (state->costs.processes > 1)
            cg_table_add_sentence(
                table, cg_table_format(table,
                                       "95 %% intervals: Student's t over %d processes, of ratios with the "
                                       "noise floor, too; places and replacements in "
                                       "the same rounds. SLOWER, FASTER (+, -): beyond %.2g %% (Holm).",
                                       state->costs.processes, 100 * state->costs.delta));
    } else if (!isnan(state->expected.seconds)) {
        cg_table_add_sentence(
            table, cg_table_format(table, "%d different pieces to time with the network: %s.",
                                   state->jobs.n_jobs - 1, cg_expected_time_text(state->expected).text));
    }
}

static void add_notes(const struct cg_audit_state *state, struct cg_table *table)
{
    if (state->audit.n_breaches > 0) {
        cg_table_add_note(
            table, "G1: both widths become the square root of their product. G2: one group at widths "
                   "divided by the square root of the groups. G3: the block becomes one 1x1 convolution "
                   "of its multiply-adds. G4: without the short-cut and the ReLU of wide maps.");
        cg_table_add_note(
            table, "Widths go to the next multiple of 8; costs are at the original's multiply-adds. Costs "
                   "of different guidelines overlap: G3 and G4 speak of whole blocks.");
    }
    if (state->timed)
        cg_table_add_note(table,
                          "Places are timed by themselves, data in the caches. A network with other widths "
                          "is another network: nothing is said of its accuracy.");
    if (state->it.network->reconstruction)
        cg_table_add_note(table, DAGGER
                          " A reconstruction: the structure is not published in full; not the paper's own "
                          "network.");
    unsigned flags = 0;
    for (int j = 0; j < state->measurement.n_jobs; j++)
        flags |= state->measurement.jobs[j].flags;
    for (int f = 0; f < CG_FLAG_COUNT; f++)
        if (flags & CG_FLAG_BIT(f) && f != CG_FLAG_PRECISION && f != CG_FLAG_BUDGET)
            cg_table_add_note(table,
                              cg_table_format(table, "Some pieces: %s.", cg_flag_sentence((enum cg_flag)f)));
}

/* ---- JSON ---- */

static void set_cost_json(json_t *json, const struct cg_audit_cost *cost)
{
    json_object_set_new(json, "madds", json_integer(cost->original_madds));
    json_object_set_new(json, "replacement_madds", json_integer(cost->replacement_madds));
    json_object_set_new(json, "time_ns", cg_json_interval(cost->original_ns));
    json_object_set_new(json, "replacement_time_ns", cg_json_interval(cost->replacement_ns));
    json_object_set_new(json, "cost_ns", cg_json_interval(cost->cost_ns));
    json_object_set_new(json, "time_per_madd_ratio", cg_json_interval(cg_ratio_of(cost->ratio)));
    json_object_set_new(json, "verdict",
                        cost->verdict == CG_NO_VERDICT ? json_null()
                                                       : json_string(cg_verdict_name(cost->verdict)));
}

static json_t *places_json(const struct cg_audit_state *state)
{
    json_t *places = json_array();
    for (int i = 0; i < state->audit.n_breaches; i++) {
        const struct cg_breach *breach = &state->audit.breaches[i];
        const char *why = why_not(state, i);
        json_t *place = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s?}", "block", breach->block, "guideline",
                                  cg_guideline_name(breach->guideline), "replacement", breach->what, "madds",
                                  (json_int_t)breach->original_madds, "replacement_madds",
                                  (json_int_t)breach->replacement_madds, "not_timed", why);
        if (place && state->timed && state->costs.breaches[i].measured > 0)
            set_cost_json(place, &state->costs.breaches[i]);
        json_array_append_new(places, place);
    }
    return places;
}

static json_t *guidelines_json(const struct cg_audit_state *state, const char *block,
                               const struct cg_audit_cost costs[CG_GUIDELINE_COUNT])
{
    json_t *list = json_array();
    for (int g = 0; g < CG_GUIDELINE_COUNT; g++) {
        const int places = costs ? costs[g].places : cg_audit_places(&state->audit, (enum cg_guideline)g);
        json_t *json =
            json_pack("{s:s, s:i}", "guideline", cg_guideline_name((enum cg_guideline)g), "places", places);
        if (block && places == 0) {
            json_decref(json);
            continue;
        }
        if (json && costs && costs[g].measured > 0) {
            json_object_set_new(json, "timed", json_integer(costs[g].measured));
            set_cost_json(json, &costs[g]);
        }
        json_array_append_new(list, json);
    }
    return list;
}

static enum cg_status print_json(const struct cg_audit_state *state, const struct cg_table *sentences,
                                 struct cg_error *err)
{
    json_t *blocks = json_array(), *said = json_array();
    for (int b = 0; state->timed && b < state->costs.n_blocks; b++) {
        const char *name = state->costs.block_names[b];
        json_array_append_new(blocks, json_pack("{s:s, s:o}", "block", name, "guidelines",
                                                guidelines_json(state, name, state->costs.blocks[b])));
    }
    for (int i = 0; i < sentences->n_sentences; i++)
        json_array_append_new(said, json_string(sentences->sentences[i]));
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "network", state->it.network->family,
                  "variant", state->it.network->variant, "name", state->it.network->name, "reconstruction",
                  state->it.network->reconstruction, "time_ns",
                  state->timed ? cg_json_interval(state->costs.network_ns) : json_null(), "processes",
                  state->timed ? json_integer(state->costs.processes) : json_null(), "guidelines",
                  guidelines_json(state, NULL, state->timed ? state->costs.guidelines : NULL), "blocks",
                  blocks, "places", places_json(state), "sentences", said);
    cg_json_add_setting(json, &state->it.job.setting);
    return cg_json_print(json, stdout, err);
}

enum cg_status cg_audit_print(const struct cg_audit_state *state, struct cg_error *err)
{
    struct cg_table *places = table_of_places(state), *blocks = state->timed ? table_of_blocks(state) : NULL;
    struct cg_table *last = state->timed ? blocks : places;
    const int width = cg_terminal_width(stdout);
    enum cg_status status;
    add_sentences(state, last);
    add_notes(state, last);
    if (state->format == CG_FORMAT_JSON)
        status = print_json(state, last, err);
    else
        status = cg_table_print(places, state->format, width, stdout, err);
    if (status == CG_OK && blocks && state->format != CG_FORMAT_JSON) {
        putchar('\n');
        status = cg_table_print(blocks, state->format, width, stdout, err);
    }
    cg_table_destroy(&places);
    cg_table_destroy(&blocks);
    return status;
}
