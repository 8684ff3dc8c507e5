/* Comparisons as JSON. */
#include "report/compare.h"
#include "report/json.h"

#include <math.h>

static void put_input(struct cg_json *json, const struct cg_input *input)
{
    cg_json_put_open_line(json);
    cg_json_put_text(json, "name", cg_input_file(input));
    cg_json_put_text(json, "device", input->results->device.cpu_model);
    cg_json_put_text(json, "isa", input->results->device.isa);
    cg_json_put_text(json, "commit", input->results->build.commit);
    cg_json_put_text(json, "compiler", input->results->build.compiler);
    cg_json_put_text(json, "start", input->results->run.start);
    cg_json_put_number(json, "cpu_limit", input->results->device.cpu_limit);
    cg_json_put_bool(json, "paper", input->paper);
    cg_json_put_close(json, '}');
}

/* NULL: unknown. */
static const char *isa_of(const struct cg_record *record)
{
    return (int)record->setting.isa < 0 ? NULL : cg_isa_name(record->setting.isa);
}

/* Unknown where too few processes have rounds of both kinds. */
static struct cg_interval by_state(const struct cg_match *match, struct cg_estimate of)
{
    return match->state.change.df > 0 ? cg_ratio_of(of) : (struct cg_interval){NAN, NAN, NAN};
}

/* What both have in common but the instruction set; numbers are the second one's: the paper's devices have no
 * threads. */
static void put_setting(struct cg_json *json, const struct cg_record *a, const struct cg_record *b)
{
    char unused[16];
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++) {
        const struct cg_setting_option *option = &cg_setting_options[at];
        if (option->type == CG_SETTING_INT)
            cg_json_put_int(json, option->key, cg_setting_get(&b->setting, at).number);
        else if (at != CG_AT_ISA)
            cg_json_put_text(json, option->key, cg_setting_word(&a->setting, at, unused));
    }
}

static void put_case(struct cg_json *json, const struct cg_comparison *comparison,
                     const struct cg_match *match, int file)
{
    const struct cg_record *a = match->a, *b = match->b;
    cg_json_put_open_line(json);
    cg_json_put_int(json, "file", file);
    cg_json_put_text(json, "suite", a->suite);
    cg_json_put_text(json, "group", a->group);
    cg_json_put_text(json, "case", a->case_name);
    put_setting(json, a, b);
    cg_json_put_text(json, "engine_b", b->setting.engine);
    cg_json_put_text(json, "isa_a", isa_of(a));
    cg_json_put_text(json, "isa_b", isa_of(b));
    cg_json_put_number(json, "a_time_ns", a->time.median);
    cg_json_put_number(json, "b_time_ns", b->time.median);
    cg_json_put_interval(json, "ratio", cg_ratio_of(match->ratio));
    cg_json_put_text(json, "verdict",
                     match->verdict == CG_NO_VERDICT ? NULL : cg_match_words(comparison, match).text);
    cg_json_put_text(json, "withheld", match->withheld);
    cg_json_put_interval(json, "quiet_rounds", by_state(match, match->state.quiet));
    cg_json_put_interval(json, "other_rounds", by_state(match, match->state.others));
    cg_json_put_open(json, "yardstick", '{');
    cg_json_put_number(json, "slowest", match->shift.slowest);
    cg_json_put_number(json, "fastest", match->shift.fastest);
    cg_json_put_close(json, '}');
    cg_json_put_close(json, '}');
}

static void put_summary(struct cg_json *json, const struct cg_comparison *comparison, int file)
{
    cg_json_put_open_line(json);
    cg_json_put_int(json, "file", file);
    cg_json_put_int(json, "matches", comparison->n_matches);
    cg_json_put_interval(json, "geometric_mean", cg_ratio_of(comparison->geometric_mean));
    cg_json_put_number(json, "delta", comparison->delta);
    cg_json_put_int(json, "faster", comparison->counts[CG_FASTER]);
    cg_json_put_int(json, "slower", comparison->counts[CG_SLOWER]);
    cg_json_put_int(json, "same", comparison->counts[CG_SAME]);
    cg_json_put_int(json, "unclear", comparison->counts[CG_UNCLEAR]);
    cg_json_put_int(json, "withheld", comparison->counts[CG_WITHHELD]);
    cg_json_put_int(json, "undecided_machine", comparison->counts[CG_BY_MACHINE]);
    cg_json_put_int(json, "networks", comparison->n_networks);
    cg_json_put_number(json, "spearman", comparison->spearman);
    cg_json_put_number(json, "kendall", comparison->kendall);
    cg_json_put_bool(json, "across_engines", comparison->across_engines);
    cg_json_put_close(json, '}');
}

static void put_flip(struct cg_json *json, const struct cg_flip *flip, int file)
{
    cg_json_put_open_line(json);
    cg_json_put_int(json, "file", file);
    cg_json_put_text(json, "faster_in_a", flip->slower_in_b);
    cg_json_put_text(json, "faster_in_b", flip->faster_in_b);
    cg_json_put_interval(json, "ratio_a", flip->ratio_a);
    cg_json_put_interval(json, "ratio_b", flip->ratio_b);
    cg_json_put_text(json, "kind", flip->kind);
    cg_json_put_close(json, '}');
}

static void put_unmatched(struct cg_json *json, const struct cg_unmatched *unmatched, int file)
{
    cg_json_put_open_line(json);
    cg_json_put_int(json, "file", unmatched->in_b ? file : 0);
    cg_json_put_text(json, "case", unmatched->record->case_name);
    cg_json_put_text(json, "engine", unmatched->record->setting.engine);
    cg_json_put_int(json, "threads", unmatched->record->setting.threads);
    cg_json_put_text(json, "why", unmatched->why);
    cg_json_put_close(json, '}');
}

/* Ends one array of the whole and begins the next. */
static void next_list(struct cg_json *json, const char *key)
{
    fprintf(json->out, "],\n\"%s\": [", key);
    json->more = false;
}

void cg_comparison_json(const struct cg_comparison *comparisons, int n, FILE *out)
{
    struct cg_json json = {out, false};
    fputs("{\"files\": [", out);
    put_input(&json, comparisons[0].a);
    for (int i = 0; i < n; i++)
        put_input(&json, comparisons[i].b);
    next_list(&json, "cases");
    for (int i = 0; i < n; i++)
        for (int m = 0; m < comparisons[i].n_matches; m++)
            put_case(&json, &comparisons[i], &comparisons[i].matches[m], i + 1);
    next_list(&json, "summaries");
    for (int i = 0; i < n; i++)
        put_summary(&json, &comparisons[i], i + 1);
    next_list(&json, "flips");
    for (int i = 0; i < n; i++)
        for (int f = 0; f < comparisons[i].n_flips; f++)
            put_flip(&json, &comparisons[i].flips[f], i + 1);
    next_list(&json, "unmatched");
    for (int i = 0; i < n; i++)
        for (int u = 0; u < comparisons[i].n_unmatched; u++)
            put_unmatched(&json, &comparisons[i].unmatched[u], i + 1);
    fputs("]}\n", out);
}
