/* Comparisons as JSON. */
#include "bench/record/json.h"
#include "bench/record/layout.h"
#include "report/compare.h"

#include <math.h>

static json_t *input_json(const struct cg_input *input)
{
    const struct cg_device_record *device = &input->results->device;
    const struct cg_build_record *build = &input->results->build;
    return json_pack("{s:o, s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:b}", "name",
                     cg_json_text(cg_input_file(input)), "device", device->cpu_model, "isa", device->isa,
                     "commit", build->commit, "compiler", build->compiler, "start", input->results->run.start,
                     "cpu_limit", cg_json_number(device->cpu_limit), "published", input->published);
}

/* NULL: unknown. */
static const char *isa_of(const struct cg_record *record)
{
    return (int)record->setting.isa < 0 ? NULL : cg_isa_name(record->setting.isa);
}

/* Unknown where too few processes have rounds of both kinds. */
static json_t *by_state(const struct cg_match *match, struct cg_estimate of)
{
    return cg_json_interval(match->state.change.df > 0 ? cg_ratio_of(of)
                                                       : (struct cg_interval){NAN, NAN, NAN});
}

/* The options that both have in common; published devices, which come first, may have none. */
static void add_setting(json_t *json, const struct cg_record *a, const struct cg_record *b)
{
    struct cg_setting setting = a->setting;
    setting.threads = b->setting.threads;
    setting.batch = b->setting.batch;
    cg_json_add_setting(json, &setting);
    json_object_del(json, "isa");
}

static json_t *case_json(const struct cg_comparison *comparison, const struct cg_match *match, int file)
{
    const struct cg_record *a = match->a, *b = match->b;
    const bool judged = match->verdict != CG_NO_VERDICT;
    json_t *json = json_pack(
        "{s:i, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:o, s:o, s:s?, s:s?, s:o, s:o, s:{s:o, s:o}}",
        "file", file, "suite", a->suite, "group", a->group, "case", a->case_name, "engine_b",
        b->setting.engine, "isa_a", isa_of(a), "isa_b", isa_of(b), "a_time_ns",
        cg_json_number(a->time.median), "b_time_ns", cg_json_number(b->time.median), "ratio",
        cg_json_interval(cg_ratio_of(match->ratio)), "verdict",
        judged ? cg_match_words(comparison, match).text : NULL, "withheld", match->withheld, "quiet_rounds",
        by_state(match, match->state.quiet), "other_rounds", by_state(match, match->state.others),
        "yardstick", "slowest", cg_json_number(match->shift.slowest), "fastest",
        cg_json_number(match->shift.fastest));
    add_setting(json, a, b);
    return json;
}

static json_t *summary_json(const struct cg_comparison *c, int file)
{
    return json_pack("{s:i, s:i, s:o, s:o, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:b}", "file", file,
                     "matches", c->n_matches, "geometric_mean",
                     cg_json_interval(cg_ratio_of(c->geometric_mean)), "delta", cg_json_number(c->delta),
                     "faster", c->counts[CG_FASTER], "slower", c->counts[CG_SLOWER], "same",
                     c->counts[CG_SAME], "unclear", c->counts[CG_UNCLEAR], "withheld", c->counts[CG_WITHHELD],
                     "undecided_machine", c->counts[CG_BY_MACHINE], "networks", c->n_networks, "spearman",
                     cg_json_number(c->spearman), "kendall", cg_json_number(c->kendall), "across_engines",
                     c->across_engines);
}

static json_t *flip_json(const struct cg_flip *flip, int file)
{
    return json_pack("{s:i, s:s?, s:s?, s:o, s:o, s:s?}", "file", file, "faster_in_a", flip->slower_in_b,
                     "faster_in_b", flip->faster_in_b, "ratio_a", cg_json_interval(flip->ratio_a), "ratio_b",
                     cg_json_interval(flip->ratio_b), "kind", flip->kind);
}

static json_t *unmatched_json(const struct cg_unmatched *unmatched, int file)
{
    const struct cg_record *record = unmatched->record;
    return json_pack("{s:i, s:s?, s:s?, s:i, s:s?}", "file", unmatched->in_b ? file : 0, "case",
                     record->case_name, "engine", record->setting.engine, "threads", record->setting.threads,
                     "why", unmatched->why);
}

enum cg_status cg_comparison_json(const struct cg_comparison *comparisons, int n, FILE *out,
                                  struct cg_error *err)
{
    json_t *files = json_array(), *cases = json_array(), *summaries = json_array(), *flips = json_array(),
           *unmatched = json_array();
    json_array_append_new(files, input_json(comparisons[0].a));
    for (int i = 0; i < n; i++) {
        const struct cg_comparison *c = &comparisons[i];
        json_array_append_new(files, input_json(c->b));
        json_array_append_new(summaries, summary_json(c, i + 1));
        for (int m = 0; m < c->n_matches; m++)
            json_array_append_new(cases, case_json(c, &c->matches[m], i + 1));
        for (int f = 0; f < c->n_flips; f++)
            json_array_append_new(flips, flip_json(&c->flips[f], i + 1));
        for (int u = 0; u < c->n_unmatched; u++)
            json_array_append_new(unmatched, unmatched_json(&c->unmatched[u], i + 1));
    }
    return cg_json_print(json_pack("{s:o, s:o, s:o, s:o, s:o}", "files", files, "cases", cases, "summaries",
                                   summaries, "flips", flips, "unmatched", unmatched),
                         out, err);
}
