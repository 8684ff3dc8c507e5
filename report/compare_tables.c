#include "report/compare.h"
#include "report/escape.h"
#include "report/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MANY 6 /* files beside the first that the table of cases can show */

/* "A", "B", ..., "Z", "27", "28", ... */
static void letter_of(int index, char *text, size_t size)
{
    if (index < 26)
        snprintf(text, size, "%c", 'A' + index);
    else
        snprintf(text, size, "%d", index + 1);
}

static const char *or_unknown(const char *text)
{
    return text ? text : "unknown";
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static void input_row(struct cg_table *table, int index, const struct cg_input *input,
                      const struct cg_comparison *comparison)
{
    const struct cg_results *results = input->results;
    char letter[16], text[128];
    letter_of(index, letter, sizeof letter);
    cg_table_add_row(table, NULL);
    cg_table_set_text(table, 0, letter);
    cg_table_set_text(table, 1, base_name(input->name));
    cg_table_set_text(table, 2, results->device.cpu_model);
    cg_table_set_text(table, 3, results->device.isa);
    cg_table_set_text(table, 4, results->build.commit);
    cg_table_set_text(table, 5, results->build.compiler);
    cg_table_set_text(table, 6, results->run.start);
    if (!comparison)
        return;
    snprintf(text, sizeof text, "%d", comparison->n_matches);
    cg_table_set_number(table, 7, comparison->n_matches, text);
    cg_format_ratio(cg_ratio_of(comparison->geometric_mean), text, sizeof text);
    cg_table_set_interval(table, 8, cg_ratio_of(comparison->geometric_mean), text);
    snprintf(text, sizeof text, "%d/%d/%d/%d", comparison->counts.faster, comparison->counts.slower,
             comparison->counts.same, comparison->counts.unclear);
    cg_table_set_text(table, 9, text);
    snprintf(text, sizeof text, "%.2f", comparison->spearman);
    cg_table_set_number(table, 10, comparison->spearman, text);
    snprintf(text, sizeof text, "%.2f", comparison->kendall);
    cg_table_set_number(table, 11, comparison->kendall, text);
    snprintf(text, sizeof text, "%d", comparison->n_flips);
    cg_table_set_number(table, 12, comparison->n_flips, text);
}

static void note_difference(struct cg_table *table, const char *what, const char *a, const char *b,
                            const char *letter)
{
    if ((a || b) && (!a || !b || strcmp(a, b) != 0))
        cg_table_add_note(table, cg_table_format(table, "A and %s differ in %s: %s, %s.", letter, what,
                                                 or_unknown(a), or_unknown(b)));
}

/* What is not equal between the first file and another, though cases match: said, so that nobody mixes it up.
 */
static void note_differences(struct cg_table *table, const struct cg_comparison *comparison, int index)
{
    const struct cg_results *a = comparison->a->results, *b = comparison->b->results;
    char letter[16];
    letter_of(index, letter, sizeof letter);
    if (comparison->a->paper || comparison->b->paper) {
        cg_table_add_note(
            table,
            "The paper's devices are point values: no intervals, no verdicts; its networks are matched "
            "by name; the time is that of an image (its GPU: batches of 8).");
        return;
    }
    note_difference(table, "cpu", a->device.cpu_model, b->device.cpu_model, letter);
    note_difference(table, "compiler", a->build.compiler, b->build.compiler, letter);
    note_difference(table, "flags", a->build.flags, b->build.flags, letter);
    note_difference(table, "version", a->build.version, b->build.version, letter);
    note_difference(table, "commit", a->build.commit, b->build.commit, letter);
    note_difference(table, "governor", a->device.governor, b->device.governor, letter);
    for (int m = 0; m < comparison->n_matches; m++) {
        note_difference(table, "ISA", cg_isa_name(comparison->matches[m].a->setting.isa),
                        cg_isa_name(comparison->matches[m].b->setting.isa), letter);
        note_difference(table, "engine version", comparison->matches[m].a->engine_version,
                        comparison->matches[m].b->engine_version, letter);
    }
    if (comparison->across_engines)
        cg_table_add_note(table,
                          cg_table_format(table,
                                          "A and %s hold one engine each, and another one: engines are "
                                          "compared.",
                                          letter));
    if (comparison->n_withheld > 0)
        cg_table_add_note(table,
                          cg_table_format(table,
                                          "%d case%s would be FASTER or SLOWER and %s UNCLEAR: rounds "
                                          "of A or %s were disturbed, throttled or moved; measure again.",
                                          comparison->n_withheld, comparison->n_withheld == 1 ? "" : "s",
                                          comparison->n_withheld == 1 ? "is" : "are", letter));
    if (comparison->n_shifted > 0)
        cg_table_add_note(
            table,
            cg_table_format(
                table,
                "%d case%s would be FASTER or SLOWER and %s UNCLEAR: fixed work (the yardstick of "
                "each round) differed the same way, and beside that the difference is within the margin; "
                "measure A and %s again, in turns.",
                comparison->n_shifted, comparison->n_shifted == 1 ? "" : "s",
                comparison->n_shifted == 1 ? "is" : "are", letter));
    if (isnan(a->device.noise_between_runs) || isnan(b->device.noise_between_runs))
        cg_table_add_note(
            table, "The noise floor between runs is unknown for a file: the margin of verdicts is 2 %, which "
                   "may be too small.");
}

static struct cg_table *inputs_table(const struct cg_comparison *comparisons, int n)
{
    struct cg_table *table = cg_table_create("inputs", "What is compared");
    if (!table)
        return NULL;
    static const struct {
        const char *key, *head;
        enum cg_column_kind kind;
        int rank;
    } columns[] = {
        {"id", "", CG_COLUMN_TEXT, 0},
        {"file", "file", CG_COLUMN_TEXT, 0},
        {"device", "device", CG_COLUMN_TEXT, 1},
        {"isa", "ISA", CG_COLUMN_TEXT, 4},
        {"commit", "commit", CG_COLUMN_TEXT, 5},
        {"compiler", "compiler", CG_COLUMN_TEXT, 6},
        {"start", "measured", CG_COLUMN_TEXT, 7},
        {"matches", "matching\ncases", CG_COLUMN_NUMBER, 0},
        {"geometric_mean", "time to A's\n(geom. mean)", CG_COLUMN_INTERVAL, 0},
        {"counts", "faster/slower/\nsame/unclear", CG_COLUMN_TEXT, 2},
        {"spearman", "Spearman\nnetworks", CG_COLUMN_NUMBER, 3},
        {"kendall", "Kendall", CG_COLUMN_NUMBER, 8},
        {"flips", "order\nflips", CG_COLUMN_NUMBER, 3},
    };
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++)
        cg_table_add_column(table, columns[c].key, columns[c].head, columns[c].kind, columns[c].rank);
    input_row(table, 0, comparisons[0].a, NULL);
    char text[1024], letter[16];
    for (int i = 0; i < n; i++) {
        input_row(table, i + 1, comparisons[i].b, &comparisons[i]);
        if (n > MANY)
            continue;
        letter_of(i + 1, letter, sizeof letter);
        if (cg_say_comparison("A", letter, comparisons[i].geometric_mean, comparisons[i].delta,
                              comparisons[i].counts, text, sizeof text) > 0)
            cg_table_add_sentence(table, text);
    }
    for (int i = 0; i < n && i < MANY; i++)
        note_differences(table, &comparisons[i], i + 1);
    return table;
}

static const struct cg_match *match_of(const struct cg_comparison *comparison, const struct cg_record *a)
{
    for (int m = 0; m < comparison->n_matches; m++)
        if (comparison->matches[m].a == a)
            return &comparison->matches[m];
    return NULL;
}

static struct cg_table *cases_table(const struct cg_comparison *comparisons, int n)
{
    struct cg_table *table = cg_table_create("cases", "Cases: time relative to A");
    if (!table)
        return NULL;
    table->caption = cg_table_format(
        table, "95 %% intervals by Welch's t over processes; verdicts by Holm over the table");
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "engine", "engine", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "threads", "thr", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "fusion", "fusion", CG_COLUMN_TEXT, 2);
    cg_table_add_column(table, "a_time_ns", "A: ms", CG_COLUMN_INTERVAL, 1);
    for (int i = 0; i < n; i++) {
        char letter[16], key[48];
        letter_of(i + 1, letter, sizeof letter);
        snprintf(key, sizeof key, "%s_ratio", letter);
        cg_table_add_column(table, key, n == 1 ? "B / A" : cg_table_format(table, "%s / A", letter),
                            CG_COLUMN_INTERVAL, 0);
        snprintf(key, sizeof key, "%s_verdict", letter);
        cg_table_add_column(table, key, n == 1 ? "verdict" : "", CG_COLUMN_TEXT, 0);
    }
    const struct cg_results *a = comparisons[0].a->results;
    const char *suite = NULL;
    for (int r = 0; r < a->n_records; r++) {
        const struct cg_record *record = a->records[r];
        bool any = false;
        char text[128];
        for (int i = 0; i < n && !any; i++)
            any = match_of(&comparisons[i], record) != NULL;
        if (!any)
            continue;
        const bool new_suite = record->suite && (!suite || strcmp(suite, record->suite) != 0);
        cg_table_add_row(table, new_suite ? record->suite : NULL);
        suite = record->suite;
        cg_table_set_text(table, 0, record->case_name);
        cg_table_set_text(table, 1, record->setting.engine);
        snprintf(text, sizeof text, "%d", record->setting.threads);
        cg_table_set_number(table, 2, record->setting.threads >= 0 ? record->setting.threads : NAN, text);
        cg_table_set_text(table, 3, cg_fusion_name(record->setting.fusion));
        const struct cg_interval time = {record->time.median, record->time.ci_low, record->time.ci_high};
        cg_format_ms(time, text, sizeof text);
        cg_table_set_interval(table, 4, time, text);
        for (int i = 0; i < n; i++) {
            const struct cg_match *match = match_of(&comparisons[i], record);
            if (!match)
                continue;
            cg_format_ratio(cg_ratio_of(match->ratio), text, sizeof text);
            cg_table_set_interval(table, 5 + 2 * i, cg_ratio_of(match->ratio), text);
            cg_table_set_text(table, 6 + 2 * i, cg_verdict_name(match->verdict));
        }
    }
    return table;
}

static struct cg_table *flips_table(const struct cg_comparison *comparisons, int n)
{
    struct cg_table *table = cg_table_create("flips", "Networks whose order flips");
    if (!table)
        return NULL;
    table->caption = cg_table_format(
        table, "Pairs that are ordered one way in A and the other way in the other file, both "
               "beyond the margin; time of the first over time of the second");
    cg_table_add_column(table, "file", "", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "faster_in_a", "faster in A", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "faster_in_other", "faster there", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "ratio_a", "in A", CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "ratio_other", "there", CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "kind", "by layers of kind", CG_COLUMN_TEXT, 1);
    bool profiles = false;
    for (int i = 0; i < n; i++)
        for (int f = 0; f < comparisons[i].n_flips && table->n_rows < 200; f++) {
            const struct cg_flip *flip = &comparisons[i].flips[f];
            char text[96];
            letter_of(i + 1, text, sizeof text);
            cg_table_add_row(table, NULL);
            cg_table_set_text(table, 0, text);
            cg_table_set_text(table, 1, flip->slower_in_b);
            cg_table_set_text(table, 2, flip->faster_in_b);
            cg_format_ratio(flip->ratio_a, text, sizeof text);
            cg_table_set_interval(table, 3, flip->ratio_a, text);
            cg_format_ratio(flip->ratio_b, text, sizeof text);
            cg_table_set_interval(table, 4, flip->ratio_b, text);
            cg_table_set_text(table, 5, flip->kind ? flip->kind : "unknown");
            profiles = profiles || flip->kind;
        }
    if (table->n_rows && !profiles)
        cg_table_add_note(
            table, "Which kind of layers causes a flip is unknown: the files hold no profiles of these "
                   "networks.");
    if (table->n_rows == 200)
        cg_table_add_note(table, "The first 200 are shown.");
    return table;
}

/* How many records of a file have no partner, by reason; the cases themselves up to a limit. */
static struct cg_table *unmatched_table(const struct cg_comparison *comparisons, int n)
{
    struct cg_table *table = cg_table_create("unmatched", "Not compared");
    if (!table)
        return NULL;
    cg_table_add_column(table, "file", "only in", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "setting", "setting", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "why", "why", CG_COLUMN_TEXT, 0);
    int left_out = 0;
    for (int i = 0; i < n; i++)
        for (int u = 0; u < comparisons[i].n_unmatched; u++) {
            /* what a device of the paper lacks is no news: its few figures are all in Table 8 */
            if (comparisons[i].a->paper || comparisons[i].b->paper)
                continue;
            const struct cg_unmatched *unmatched = &comparisons[i].unmatched[u];
            char letter[16], text[256];
            if (table->n_rows >= 100) {
                left_out++;
                continue;
            }
            letter_of(unmatched->in_b ? i + 1 : 0, letter, sizeof letter);
            cg_table_add_row(table, NULL);
            cg_table_set_text(table, 0, letter);
            cg_table_set_text(table, 1, unmatched->record->case_name);
            cg_setting_text(&unmatched->record->setting, text, sizeof text);
            cg_table_set_text(table, 2, text);
            cg_table_set_text(table, 3, unmatched->why);
        }
    if (left_out)
        cg_table_add_note(table, cg_table_format(table, "%d more are not listed.", left_out));
    return table;
}

static bool add(struct cg_tables *tables, struct cg_table *table)
{
    if (table && !table->failed && table->n_rows == 0) {
        cg_table_destroy(&table);
        return true;
    }
    return table && !table->failed ? cg_tables_add(tables, table) : (cg_table_destroy(&table), false);
}

bool cg_comparison_tables(const struct cg_comparison *comparisons, int n, struct cg_tables *tables)
{
    return add(tables, inputs_table(comparisons, n)) &&
           (n > MANY || add(tables, cases_table(comparisons, n))) &&
           add(tables, flips_table(comparisons, n)) && add(tables, unmatched_table(comparisons, n));
}

/* ---- JSON ---- */

static void put_number(const char *key, double value, FILE *out)
{
    fprintf(out, "\"%s\": ", key);
    if (isfinite(value))
        fprintf(out, "%.17g", value);
    else
        fputs("null", out);
}

static void put_text(const char *key, const char *text, FILE *out)
{
    fprintf(out, "\"%s\": ", key);
    if (text)
        cg_put_json(text, out);
    else
        fputs("null", out);
}

static void put_ratio(const char *key, struct cg_interval ratio, FILE *out)
{
    fprintf(out, "\"%s\": {", key);
    put_number("value", ratio.value, out);
    fputs(", ", out);
    put_number("ci_low", ratio.low, out);
    fputs(", ", out);
    put_number("ci_high", ratio.high, out);
    putc('}', out);
}

/* NULL: unknown. */
static const char *isa_text(const struct cg_record *record)
{
    return record->setting.isa == CG_ISA_UNKNOWN ? NULL : cg_isa_name(record->setting.isa);
}

static void put_case(const struct cg_match *match, int file, FILE *out)
{
    fprintf(out, "{\"file\": %d, ", file);
    put_text("suite", match->a->suite, out);
    fputs(", ", out);
    put_text("group", match->a->group, out);
    fputs(", ", out);
    put_text("case", match->a->case_name, out);
    fputs(", ", out);
    put_text("engine", match->a->setting.engine, out);
    fputs(", ", out);
    put_text("engine_b", match->b->setting.engine, out);
    fprintf(out, ", \"threads\": %d, \"batch\": %d, ", match->b->setting.threads, match->b->setting.batch);
    put_text("fusion", cg_fusion_name(match->a->setting.fusion), out);
    fputs(", ", out);
    put_text("cache", cg_cache_state_name(match->a->setting.cache), out);
    fputs(", ", out);
    put_text("isa_a", isa_text(match->a), out);
    fputs(", ", out);
    put_text("isa_b", isa_text(match->b), out);
    fputs(", ", out);
    put_number("a_time_ns", match->a->time.median, out);
    fputs(", ", out);
    put_number("b_time_ns", match->b->time.median, out);
    fputs(", ", out);
    put_ratio("ratio", cg_ratio_of(match->ratio), out);
    fputs(", ", out);
    put_text("verdict", match->verdict == CG_NO_VERDICT ? NULL : cg_verdict_name(match->verdict), out);
    fputs(", \"yardstick\": {", out);
    put_number("slowest", match->shift.slowest, out);
    fputs(", ", out);
    put_number("fastest", match->shift.fastest, out);
    fputs("}}", out);
}

static void put_summary(const struct cg_comparison *comparison, int file, FILE *out)
{
    fprintf(out, "{\"file\": %d, \"matches\": %d, ", file, comparison->n_matches);
    put_ratio("geometric_mean", cg_ratio_of(comparison->geometric_mean), out);
    fputs(", ", out);
    put_number("delta", comparison->delta, out);
    fprintf(out, ", \"faster\": %d, \"slower\": %d, \"same\": %d, \"unclear\": %d, \"networks\": %d, ",
            comparison->counts.faster, comparison->counts.slower, comparison->counts.same,
            comparison->counts.unclear, comparison->n_networks);
    put_number("spearman", comparison->spearman, out);
    fputs(", ", out);
    put_number("kendall", comparison->kendall, out);
    fprintf(out, ", \"across_engines\": %s}", comparison->across_engines ? "true" : "false");
}

static void put_input(const struct cg_input *input, FILE *out)
{
    putc('{', out);
    put_text("name", base_name(input->name), out);
    fputs(", ", out);
    put_text("device", input->results->device.cpu_model, out);
    fputs(", ", out);
    put_text("isa", input->results->device.isa, out);
    fputs(", ", out);
    put_text("commit", input->results->build.commit, out);
    fputs(", ", out);
    put_text("compiler", input->results->build.compiler, out);
    fputs(", ", out);
    put_text("start", input->results->run.start, out);
    fprintf(out, ", \"paper\": %s}", input->paper ? "true" : "false");
}

void cg_comparison_json(const struct cg_comparison *comparisons, int n, FILE *out)
{
    const char *separator = "\n ";
    fputs("{\"files\": [\n ", out);
    put_input(comparisons[0].a, out);
    for (int i = 0; i < n; i++) {
        fputs(",\n ", out);
        put_input(comparisons[i].b, out);
    }
    fputs("],\n\"cases\": [", out);
    for (int i = 0; i < n; i++)
        for (int m = 0; m < comparisons[i].n_matches; m++, separator = ",\n ") {
            fputs(separator, out);
            put_case(&comparisons[i].matches[m], i + 1, out);
        }
    fputs("],\n\"summaries\": [", out);
    for (int i = 0; i < n; i++) {
        fputs(i ? ",\n " : "\n ", out);
        put_summary(&comparisons[i], i + 1, out);
    }
    fputs("],\n\"flips\": [", out);
    separator = "\n ";
    for (int i = 0; i < n; i++)
        for (int f = 0; f < comparisons[i].n_flips; f++, separator = ",\n ") {
            const struct cg_flip *flip = &comparisons[i].flips[f];
            fprintf(out, "%s{\"file\": %d, ", separator, i + 1);
            put_text("faster_in_a", flip->slower_in_b, out);
            fputs(", ", out);
            put_text("faster_in_b", flip->faster_in_b, out);
            fputs(", ", out);
            put_ratio("ratio_a", flip->ratio_a, out);
            fputs(", ", out);
            put_ratio("ratio_b", flip->ratio_b, out);
            fputs(", ", out);
            put_text("kind", flip->kind, out);
            putc('}', out);
        }
    fputs("],\n\"unmatched\": [", out);
    separator = "\n ";
    for (int i = 0; i < n; i++)
        for (int u = 0; u < comparisons[i].n_unmatched; u++, separator = ",\n ") {
            const struct cg_unmatched *unmatched = &comparisons[i].unmatched[u];
            fprintf(out, "%s{\"file\": %d, ", separator, unmatched->in_b ? i + 1 : 0);
            put_text("case", unmatched->record->case_name, out);
            fputs(", ", out);
            put_text("engine", unmatched->record->setting.engine, out);
            fprintf(out, ", \"threads\": %d, ", unmatched->record->setting.threads);
            put_text("why", unmatched->why, out);
            putc('}', out);
        }
    fputs("]}\n", out);
}
