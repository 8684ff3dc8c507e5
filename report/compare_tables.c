#include "base/text.h"
#include "report/compare.h"
#include "report/sentences.h"
#include "report/tables.h"

#include <math.h>
#include <string.h>

#define MANY           6 /* files beside the first whose cases one table can show */
#define MOST_FLIPS     200
#define MOST_UNMATCHED 100

/* "A", "B", ..., "Z", "27", "28", ... */
static struct cg_phrase letter_of(int index)
{
    return index < 26 ? cg_phrase("%c", 'A' + index) : cg_phrase("%d", index + 1);
}

static const char *or_unknown(const char *text)
{
    return text ? text : "unknown";
}

/* "Over 12 matching cases, the time of B is 0.93 [0.92, 0.94] times that of A (geometric mean): 2 FASTER,
 * ..." */
static struct cg_sentence say_comparison(const struct cg_comparison *comparison, const char *letter)
{
    struct cg_sentence s = {""};
    const int n = comparison->n_matches, *counts = comparison->counts;
    if (n == 0) {
        cg_say(&s, "No case of %s matches one of A.", letter);
        return s;
    }
    cg_say(&s, "Over %d matching case%s, the time of %s is %s times that of A (geometric mean)", n,
           n == 1 ? "" : "s", letter, cg_format_ratio(cg_ratio_of(comparison->geometric_mean)).text);
    if (comparison->a->published || comparison->b->published)
        cg_say(&s, "; published: no verdicts.");
    else if (counts[CG_NO_VERDICT] == n)
        cg_say(&s, "; no verdicts: they need two processes or more on both sides.");
    else
        cg_say(&s,
               ": %d FASTER, %d SLOWER, %d SAME, %d UNCLEAR, %d WITHHELD, %d UNDECIDED: machine, margin %.2g "
               "%%.",
               counts[CG_FASTER], counts[CG_SLOWER], counts[CG_SAME], counts[CG_UNCLEAR], counts[CG_WITHHELD],
               counts[CG_BY_MACHINE], comparison->delta * 100);
    return s;
}

static void add_input(struct cg_table *table, int index, const struct cg_input *input)
{
    const struct cg_results *results = input->results;
    cg_table_add_row(table, NULL);
    CG_CELL_TEXTS(table, letter_of(index).text, cg_input_file(input), results->device.cpu_model,
                  results->device.isa, results->build.commit, results->build.compiler, results->run.start);
}

/* What stands behind an input that is compared with the first. */
static void add_summary(struct cg_table *table, const struct cg_comparison *comparison)
{
    const int *counts = comparison->counts;
    cg_cell_count(table, comparison->n_matches);
    cg_cell_ratio(table, cg_ratio_of(comparison->geometric_mean));
    if (comparison->a->published || comparison->b->published)
        cg_cell_text(table, "published");
    else
        cg_cell_text(table,
                     cg_phrase("%d/%d/%d/%d/%d/%d", counts[CG_FASTER], counts[CG_SLOWER], counts[CG_SAME],
                               counts[CG_UNCLEAR], counts[CG_WITHHELD], counts[CG_BY_MACHINE])
                         .text);
    cg_cell_fixed(table, comparison->spearman, "%.2f");
    cg_cell_fixed(table, comparison->kendall, "%.2f");
    cg_cell_count(table, comparison->n_flips);
}

/* What is asked of two files. */
struct two {
    struct cg_table *table;
    struct cg_phrase letter; /* of the other */
};

/* "A and B differ in ...", or, where that is noted of others, "A and B, C differ in ...". */
static void note_difference(const struct two *two, const char *what, const char *a, const char *b)
{
    struct cg_table *table = two->table;
    const char *said = cg_table_format(table, " differ in %s: %s, %s.", what, or_unknown(a), or_unknown(b));
    if (cg_same_text(a, b))
        return;
    for (int i = 0; i < table->n_notes; i++) {
        const char *end = strstr(table->notes[i], said),
                   *of_it = strstr(table->notes[i], cg_phrase(" %s differ", two->letter.text).text);
        if (end && !of_it)
            table->notes[i] = cg_table_format(table, "%.*s, %s%s", (int)(end - table->notes[i]),
                                              table->notes[i], two->letter.text, said);
        if (end)
            return;
    }
    cg_table_add_note(table, cg_table_format(table, "A and %s%s", two->letter.text, said));
}

static struct cg_phrase quota_of(const struct cg_device_record *device)
{
    return isnan(device->cpu_limit) ? cg_phrase("none")
                                    : cg_phrase("%g processors' worth of time", device->cpu_limit);
}

/* Verdicts that were not given: how many, why, and what to do. */
static void note_withheld(const struct two *two, int n, const char *why, const char *what_to_do)
{
    if (n > 0)
        cg_table_add_note(two->table, cg_table_format(two->table,
                                                      "%d case%s beyond the margin and %s WITHHELD: "
                                                      "%s %s %s",
                                                      n, n == 1 ? " lies" : "s lie", n == 1 ? "is" : "are",
                                                      why, two->letter.text, what_to_do));
}

/* What published figures are, and by how many threads they are. */
static void note_published(const struct two *two, const struct cg_comparison *comparison)
{
    int other_threads = 0;
    for (int m = 0; m < comparison->n_matches; m++) {
        const int a = comparison->matches[m].a->setting.threads,
                  b = comparison->matches[m].b->setting.threads;
        other_threads += a > 0 && b > 0 && a != b;
    }
    cg_table_add_note(
        two->table,
        "Published figures are point values: no intervals, no verdicts; networks are matched by "
        "name, or as ncnn's form of one with the same multiply-adds (1 %); the time is that of an "
        "image (the paper's GPU: batches of 8), ncnn's the average of its runs.");
    if (other_threads > 0)
        cg_table_add_note(two->table,
                          cg_table_format(two->table,
                                          "A and %s: %d of the %d networks ran on different numbers "
                                          "of threads.",
                                          two->letter.text, other_threads, comparison->n_matches));
}

/* What is not equal between the first file and another, though cases match: said, so that nobody mixes it up.
 */
static void note_differences(struct cg_table *table, const struct cg_comparison *comparison, int index)
{
    const struct cg_results *a = comparison->a->results, *b = comparison->b->results;
    const struct two two = {table, letter_of(index)};
    if (comparison->a->published || comparison->b->published) {
        note_published(&two, comparison);
        return;
    }
    note_difference(&two, "cpu", a->device.cpu_model, b->device.cpu_model);
    note_difference(&two, "compiler", a->build.compiler, b->build.compiler);
    note_difference(&two, "flags", a->build.flags, b->build.flags);
    note_difference(&two, "version", a->build.version, b->build.version);
    note_difference(&two, "commit", a->build.commit, b->build.commit);
    note_difference(&two, "governor", a->device.governor, b->device.governor);
    note_difference(&two, "processor quota", quota_of(&a->device).text, quota_of(&b->device).text);
    for (int m = 0; m < comparison->n_matches; m++) {
        const struct cg_match *match = &comparison->matches[m];
        note_difference(&two, "ISA", cg_isa_name(match->a->setting.isa), cg_isa_name(match->b->setting.isa));
        note_difference(&two, "engine version", match->a->engine_version, match->b->engine_version);
    }
    if (comparison->across_engines)
        cg_table_add_note(
            table,
            cg_table_format(table, "A and %s hold one engine each, and another one: engines are compared.",
                            two.letter.text));
    note_withheld(&two, comparison->n_withheld, "rounds of A or",
                  "were disturbed, throttled or moved; measure again.");
    note_withheld(&two, comparison->n_shifted,
                  "fixed work (the yardstick of each round) differed the same way, and beside that the "
                  "difference is within the margin; measure A and",
                  "again, in turns.");
    if (isnan(a->device.noise_between_runs) || isnan(b->device.noise_between_runs))
        cg_table_add_note(
            table, "The noise floor between runs is unknown for a file: the margin of verdicts is 2 %, which "
                   "may be too small.");
}

/* Of the first `detailed` of them with a sentence. */
static struct cg_table *inputs_table(const struct cg_comparison *comparisons, int n, int detailed)
{
    static const struct cg_column columns[] = {
        {"id", "", CG_COLUMN_TEXT, 0},
        {"file", "file", CG_COLUMN_TEXT, 0},
        {"device", "device", CG_COLUMN_TEXT, 1},
        {"isa", "ISA", CG_COLUMN_TEXT, 4},
        {"commit", "commit", CG_COLUMN_TEXT, 5},
        {"compiler", "compiler", CG_COLUMN_TEXT, 6},
        {"start", "measured", CG_COLUMN_TEXT, 7},
        {"matches", "matching\ncases", CG_COLUMN_NUMBER, 0},
        {"geometric_mean", "time to A's\n(geom. mean)", CG_COLUMN_INTERVAL, 0},
        {"counts", "faster/slower/same/\nunclear/withheld/machine", CG_COLUMN_TEXT, 2},
        {"spearman", "Spearman\nnetworks", CG_COLUMN_NUMBER, 3},
        {"kendall", "Kendall", CG_COLUMN_NUMBER, 8},
        {"flips", "order\nflips", CG_COLUMN_NUMBER, 3},
    };
    struct cg_table *table = cg_table_create("inputs", "What is compared");
    cg_table_add_columns(table, CG_COLUMNS(columns));
    add_input(table, 0, comparisons[0].a);
    for (int i = 0; i < n; i++) {
        add_input(table, i + 1, comparisons[i].b);
        add_summary(table, &comparisons[i]);
        if (i < detailed)
            cg_table_add_sentence(table, say_comparison(&comparisons[i], letter_of(i + 1).text).text);
    }
    for (int i = 0; i < n && i < MANY; i++)
        note_differences(table, &comparisons[i], i + 1);
    return table;
}

struct cg_phrase cg_match_words(const struct cg_comparison *comparison, const struct cg_match *match)
{
    const struct cg_judged judged = cg_match_judged(comparison, match);
    return cg_verdict_words(&judged);
}

static const struct cg_match *match_of(const struct cg_comparison *comparison, const struct cg_record *a)
{
    for (int m = 0; m < comparison->n_matches; m++)
        if (comparison->matches[m].a == a)
            return &comparison->matches[m];
    return NULL;
}

static void add_case_columns(struct cg_table *table, int n)
{
    static const struct cg_column columns[] = {
        {"case", "case", CG_COLUMN_TEXT, 0},           {"engine", "engine", CG_COLUMN_TEXT, 0},
        {"threads", "thr", CG_COLUMN_NUMBER, 0},       {"fusion", "fusion", CG_COLUMN_TEXT, 2},
        {"a_time_ns", "A: ms", CG_COLUMN_INTERVAL, 1},
    };
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int i = 0; i < n; i++) {
        const struct cg_phrase letter = letter_of(i + 1);
        cg_table_add_column(table, cg_phrase("%s_ratio", letter.text).text,
                            cg_phrase("%s / A", letter.text).text, CG_COLUMN_INTERVAL, 0);
        cg_table_add_column(table, cg_phrase("%s_verdict", letter.text).text, n == 1 ? "verdict" : "",
                            CG_COLUMN_TEXT, 0);
    }
}

static bool has_match(const struct cg_comparison *comparisons, int n, const struct cg_record *record)
{
    for (int i = 0; i < n; i++)
        if (match_of(&comparisons[i], record))
            return true;
    return false;
}

/* Whether no record before has its suite. */
static bool begins_suite(const struct cg_results *results, int record)
{
    for (int r = 0; r < record; r++)
        if (cg_same_text(results->records[r]->suite, results->records[record]->suite))
            return false;
    return true;
}

static void add_case(struct cg_table *table, const struct cg_comparison *comparisons, int n,
                     const struct cg_record *record, const char *section)
{
    cg_table_add_row(table, section);
    CG_CELL_TEXTS(table, record->case_name, record->setting.engine);
    cg_cell_count(table, record->setting.threads);
    cg_cell_text(table, (int)record->setting.fusion < 0 ? NULL : cg_fusion_name(record->setting.fusion));
    cg_cell_ms(table, cg_record_time(record));
    for (int i = 0; i < n; i++) {
        const struct cg_match *match = match_of(&comparisons[i], record);
        if (match)
            cg_cell_ratio(table, cg_ratio_of(match->ratio));
        else
            cg_cell_text(table, NULL);
        const bool published = comparisons[i].a->published || comparisons[i].b->published;
        cg_cell_text(table, !match            ? NULL
                            : published       ? "published"
                            : match->withheld ? cg_phrase("WITHHELD: %s", match->withheld).text
                                              : cg_match_words(&comparisons[i], match).text);
        if (match) {
            const struct cg_judged judged = cg_match_judged(&comparisons[i], match);
            cg_add_state_note(
                table, cg_phrase("%.200s, %s / A", record->case_name, letter_of(i + 1).text).text, &judged);
        }
    }
}

static struct cg_table *cases_table(const struct cg_comparison *comparisons, int n)
{
    struct cg_table *table = cg_table_create("cases", "Cases: time relative to A");
    table->caption =
        "printed: 95 % intervals, Welch's t over processes; verdicts: one-sided tests against the "
        "margin, Holm over the table";
    add_case_columns(table, n);
    const struct cg_results *a = comparisons[0].a->results;
    /* records stand in the order of measurement, in which suites take turns */
    for (int first = 0; first < a->n_records; first++) {
        const char *section = a->records[first]->suite;
        for (int r = first; r < a->n_records && begins_suite(a, first); r++) {
            if (!cg_same_text(a->records[r]->suite, a->records[first]->suite) ||
                !has_match(comparisons, n, a->records[r]))
                continue;
            add_case(table, comparisons, n, a->records[r], section);
            section = NULL;
        }
    }
    return table;
}

static struct cg_table *flips_table(const struct cg_comparison *comparisons, int n)
{
    static const struct cg_column columns[] = {
        {"file", "", CG_COLUMN_TEXT, 0},
        {"faster_in_a", "faster in A", CG_COLUMN_TEXT, 0},
        {"faster_in_other", "faster there", CG_COLUMN_TEXT, 0},
        {"ratio_a", "in A", CG_COLUMN_INTERVAL, 0},
        {"ratio_other", "there", CG_COLUMN_INTERVAL, 0},
        {"kind", "by layers of kind", CG_COLUMN_TEXT, 1},
    };
    struct cg_table *table = cg_table_create("flips", "Networks whose order flips");
    bool profiles = false;
    table->caption =
        "Pairs that are ordered one way in A and the other way in the other file, both beyond the "
        "margin; time of the first over time of the second";
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int i = 0; i < n; i++)
        for (int f = 0; f < comparisons[i].n_flips && table->n_rows < MOST_FLIPS; f++) {
            const struct cg_flip *flip = &comparisons[i].flips[f];
            cg_table_add_row(table, NULL);
            CG_CELL_TEXTS(table, letter_of(i + 1).text, flip->slower_in_b, flip->faster_in_b);
            cg_cell_ratio(table, flip->ratio_a);
            cg_cell_ratio(table, flip->ratio_b);
            cg_cell_text(table, or_unknown(flip->kind));
            profiles = profiles || flip->kind;
        }
    if (!profiles)
        cg_table_add_note(
            table, "Which kind of layers causes a flip is unknown: the files hold no profiles of these "
                   "networks.");
    if (table->n_rows == MOST_FLIPS)
        cg_table_add_note(table, "The first 200 are shown.");
    return table;
}

/* The records of a file that have no partner, with the reason, up to a limit. */
static struct cg_table *unmatched_table(const struct cg_comparison *comparisons, int n)
{
    static const struct cg_column columns[] = {
        {"file", "only in", CG_COLUMN_TEXT, 0},
        {"case", "case", CG_COLUMN_TEXT, 0},
        {"setting", "setting", CG_COLUMN_TEXT, 0},
        {"why", "why", CG_COLUMN_TEXT, 0},
    };
    struct cg_table *table = cg_table_create("unmatched", "Not compared");
    int left_out = 0;
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int i = 0; i < n; i++)
        for (int u = 0; u < comparisons[i].n_unmatched; u++) {
            const struct cg_unmatched *unmatched = &comparisons[i].unmatched[u];
            /* what a published device lacks is no news, but for another form of the same network */
            if ((comparisons[i].a->published || comparisons[i].b->published) &&
                strcmp(unmatched->why, CG_ANOTHER_VARIANT) != 0)
                continue;
            if (table->n_rows >= MOST_UNMATCHED) {
                left_out++;
                continue;
            }
            cg_table_add_row(table, NULL);
            CG_CELL_TEXTS(table, letter_of(unmatched->in_b ? i + 1 : 0).text, unmatched->record->case_name,
                          cg_setting_words(&unmatched->record->setting).text, unmatched->why);
        }
    if (left_out)
        cg_table_add_note(table, cg_table_format(table, "%d more are not listed.", left_out));
    return table;
}

void cg_comparison_tables(const struct cg_comparison *comparisons, int n, int detailed,
                          struct cg_tables *tables)
{
    const int listed = detailed < 0 ? n : detailed < n ? detailed : n;
    const int told = listed <= MANY ? listed : detailed < 0 ? 0 : MANY;
    cg_tables_add(tables, inputs_table(comparisons, n, told));
    if (told > 0) {
        struct cg_table *cases = cases_table(comparisons, told);
        if (told < listed)
            cg_table_add_note(cases,
                              cg_table_format(cases, "Of %d files the first %d are shown.", listed, told));
        cg_tables_add(tables, cases);
    }
    cg_tables_add(tables, flips_table(comparisons, listed));
    cg_tables_add(tables, unmatched_table(comparisons, listed));
}
