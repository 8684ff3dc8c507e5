/* Comparisons of results files, from results whose truth is known. */
#include "base/text.h"
#include "report/compare.h"
#include "tests/reported.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct cg_input input_of(struct cg_results *results, const char *name)
{
    return (struct cg_input){name, false, results};
}

Test(compare, what_is_slower_is_found)
{
    struct synthetic options = synthetic_default();
    options.noise = 0.002;
    struct cg_results *a = synthetic_results(&options);
    options.seed = 99;
    options.guideline_cost[1] = 0.4; /* g2's grouped convolutions became slow */
    struct cg_results *b = synthetic_results(&options);
    a->device.noise_between_runs = b->device.noise_between_runs = 0.01;
    const struct cg_input input_a = input_of(a, "a.json"), input_b = input_of(b, "b.json");
    struct cg_comparison comparison;
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    cr_expect(comparison.n_matches == a->n_records && comparison.n_unmatched == 0);
    cr_expect(comparison.delta == 0.02 && comparison.counts[CG_FASTER] == 0);
    for (int m = 0; m < comparison.n_matches; m++) {
        const struct cg_match *match = &comparison.matches[m];
        const bool slow = strncmp(match->a->case_name, "g2/", 3) == 0 && !strstr(match->a->case_name, "g=1");
        cr_expect(!slow || match->ratio.mean > 0.2);
        cr_expect(slow || match->verdict != CG_SLOWER, "%s", match->a->case_name);
    }
    cr_expect(comparison.geometric_mean.mean > 0.01 && comparison.n_networks == 13 &&
              comparison.spearman > 0.95);
    /* The same figures of a disturbed machine claim nothing. */
    static const char *disturbed[] = {"disturbed"};
    const int slower = comparison.counts[CG_SLOWER], unclear = comparison.counts[CG_UNCLEAR];
    cr_expect(slower > 0 && comparison.n_withheld == 0);
    cg_comparison_free(&comparison);
    for (int r = 0; r < b->n_records; r++) {
        b->records[r]->flags = disturbed;
        b->records[r]->n_flags = 1;
    }
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    cr_expect(comparison.counts[CG_SLOWER] == 0 && comparison.counts[CG_UNCLEAR] == unclear &&
              comparison.counts[CG_WITHHELD] == slower && comparison.n_withheld == slower);
    int withheld = 0;
    for (int m = 0; m < comparison.n_matches; m++)
        withheld += cg_same_text(comparison.matches[m].withheld, "disturbed") &&
                    strcmp(cg_match_words(&comparison, &comparison.matches[m]).text, "WITHHELD") == 0;
    cr_expect(withheld == slower);
    cg_comparison_free(&comparison);
    cg_results_destroy(&a);
    cg_results_destroy(&b);
}

/* A schedule of all records whose yardstick beyond L2 takes `far_ns` a round; one disturbed round of
 * nonsense. */
static void add_yardsticks(struct cg_results *results, int64_t far_ns)
{
    enum { ROUNDS = 9 };
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    cr_assert(schedule && cg_schedule_alloc_rounds(results, schedule, ROUNDS));
    schedule->id = 0;
    schedule->yardstick_fma_turns = 1000;
    schedule->yardstick_l2_bytes = schedule->yardstick_far_bytes = 1 << 20;
    for (int i = 0; i < ROUNDS; i++) {
        schedule->yardstick_fma_ns[i] = 50000;
        schedule->yardstick_l2_ns[i] = 9000;
        schedule->yardstick_far_ns[i] = i == 4 ? 1 : far_ns + i;
        schedule->disturbed[i] = i == 4;
    }
    for (int r = 0; r < results->n_records; r++)
        results->records[r]->schedule = 0;
}

/* But for one in `quiet_each` rounds all are flagged, and take `factor` times as long in all records. */
static void slow_rounds(struct cg_results *results, const struct synthetic *options, int quiet_each,
                        double factor)
{
    const int n = options->processes * options->rounds;
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    cr_assert(schedule && cg_schedule_alloc_rounds(results, schedule, n));
    schedule->id = 0;
    for (int i = 0; i < n; i++) {
        schedule->process[i] = i / options->rounds;
        schedule->round[i] = i % options->rounds;
        schedule->round_flags[i] = i % options->rounds % quiet_each != 0;
        schedule->disturbed[i] = 0;
    }
    for (int r = 0; r < results->n_records; r++) {
        results->records[r]->schedule = 0;
        for (int i = 0; i < n; i++)
            if (schedule->round_flags[i])
                results->records[r]->samples.ns[i] =
                    (int64_t)((double)results->records[r]->samples.ns[i] * factor);
    }
}

/* A ratio of files that is another one in quiet rounds than in the others is nobody's; where both sides slow
 * down alike it stays. */
Test(compare, what_depends_on_the_machine_is_undecided)
{
    static const double factors[] = {1.1, 1.5};
    for (int i = 0; i < 2; i++) {
        struct synthetic options = synthetic_default();
        options.noise = 0.002;
        options.engines[1] = NULL;
        struct cg_results *a = synthetic_results(&options);
        options.seed = 99;
        struct cg_results *b = synthetic_results(&options);
        slow_rounds(a, &options, 2, 1.1);
        slow_rounds(b, &options, 2, factors[i]);
        const struct cg_input input_a = input_of(a, "a.json"), input_b = input_of(b, "b.json");
        struct cg_comparison comparison;
        cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
        cr_expect_eq(comparison.counts[CG_BY_MACHINE], i == 0 ? 0 : comparison.n_matches, "factor %g: %d",
                     factors[i], comparison.counts[CG_BY_MACHINE]);
        const struct cg_by_state *state = &comparison.matches[0].state;
        cr_expect_float_eq(state->change.mean, log(factors[i] / 1.1), 0.05);
        cr_expect(comparison.matches[0].withheld == NULL);
        char *json = NULL;
        size_t size;
        FILE *out = open_memstream(&json, &size);
        cg_comparison_json(&comparison, 1, out, NULL);
        fclose(out);
        cr_expect(has(json, "\"quiet_rounds\": {") &&
                  has(json, "\"verdict\": \"UNDECIDED: machine\"") == (i == 1));
        free(json);
        cg_comparison_free(&comparison);
        cg_results_destroy(&a);
        cg_results_destroy(&b);
    }
}

/* A disturbed machine's figures are claimed where its quiet rounds say the same, and only there. */
Test(compare, what_disturbed_rounds_alone_say_is_not_claimed)
{
    static const char *preempted[] = {"preempted"};
    for (int really = 0; really < 2; really++) {
        struct synthetic options = synthetic_default();
        options.noise = 0.002;
        options.rounds = 12;
        struct cg_results *a = synthetic_results(&options);
        options.seed = 99;
        options.speed *= really ? 0.6 : 1;
        struct cg_results *b = synthetic_results(&options);
        a->device.noise_between_runs = b->device.noise_between_runs = 0.01;
        slow_rounds(b, &options, 3, really ? 1 : 1.7);
        for (int r = 0; r < b->n_records; r++) {
            b->records[r]->flags = preempted;
            b->records[r]->n_flags = 1;
        }
        const struct cg_input input_a = input_of(a, "a.json"), input_b = input_of(b, "b.json");
        struct cg_comparison comparison;
        slow_rounds(a, &options, 1, 1);
        cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
        cr_expect_eq(comparison.counts[CG_SLOWER], really ? comparison.n_matches : 0, "%d: %d slower", really,
                     comparison.counts[CG_SLOWER]);
        cr_expect_eq(comparison.n_withheld, really ? 0 : comparison.n_matches, "%d: %d withheld", really,
                     comparison.n_withheld);
        cg_comparison_free(&comparison);
        cg_results_destroy(&a);
        cg_results_destroy(&b);
    }
}

/* Times too scattered to claim 5 % are open on a quiet machine, WITHHELD on a disturbed one; what lies
 * within the margin stays open there, too. */
Test(compare, what_scatters_on_a_disturbed_machine_is_withheld)
{
    static const char *stolen[] = {"stolen"};
    struct cg_comparison comparison;
    for (int i = 0; i < 4; i++) {
        const bool disturbed = i % 2, slower = i / 2, withheld = disturbed && slower;
        struct synthetic options = synthetic_default();
        options.noise = 0.001;
        struct cg_results *a = synthetic_results(&options);
        options.seed = 99;
        options.speed /= slower ? 1.05 : 1;
        struct cg_results *b = synthetic_results(&options);
        a->device.noise_between_runs = b->device.noise_between_runs = 0.01;
        for (int r = 0; r < b->n_records; r++) {
            int64_t *ns = b->records[r]->samples.ns;
            for (int64_t k = 0; k < b->records[r]->samples.n; k++) /* processes take turns */
                ns[k] += ns[k] / 12 * (k / options.rounds % 2 ? -1 : 1);
            b->records[r]->flags = stolen;
            b->records[r]->n_flags = disturbed;
        }
        const struct cg_input input_a = input_of(a, "a.json"), input_b = input_of(b, "b.json");
        cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
        cr_expect_eq(comparison.n_withheld, withheld ? comparison.n_matches : 0, "%d", i);
        cr_expect_eq(comparison.counts[CG_UNCLEAR], withheld ? 0 : comparison.n_matches, "%d", i);
        cg_comparison_free(&comparison);
        cg_results_destroy(&a);
        cg_results_destroy(&b);
    }
}

/* Where fixed work took longer as well, or less, that way of being different is not claimed; the other is. */
Test(compare, what_the_machine_may_explain_is_not_claimed)
{
    struct synthetic options = synthetic_default();
    options.noise = 0.002;
    struct cg_results *a = synthetic_results(&options);
    options.seed = 99;
    options.speed *= 0.6;
    struct cg_results *b = synthetic_results(&options);
    a->device.noise_between_runs = b->device.noise_between_runs = 0.01;
    const struct cg_input input_a = input_of(a, "a.json"), input_b = input_of(b, "b.json");
    struct cg_comparison comparison;
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    const int slower = comparison.counts[CG_SLOWER];
    cr_expect(slower > 0 && comparison.n_shifted == 0, "%d slower, %d shifted", slower, comparison.n_shifted);
    cg_comparison_free(&comparison);

    add_yardsticks(a, 40000);
    add_yardsticks(b, 40000);
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    cr_expect(comparison.counts[CG_SLOWER] == slower && comparison.n_shifted == 0,
              "an equal machine explains nothing");
    cg_comparison_free(&comparison);

    add_yardsticks(b, 44000); /* the first schedule of a number counts */
    b->schedules[0] = b->schedules[1];
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    cr_expect_float_eq(comparison.matches[0].shift.slowest, 1.1, 0.001);
    cr_expect(comparison.counts[CG_SLOWER] > 0 &&
                  comparison.counts[CG_SLOWER] + comparison.n_shifted == slower,
              "10 %% do not explain what takes 1.67 times the time");
    cg_comparison_free(&comparison);

    add_yardsticks(b, 68000);
    b->schedules[0] = b->schedules[2];
    a->device.peaks[0].madds_per_s = b->device.peaks[0].madds_per_s = 1e9 * options.speed / 0.6;
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    cr_expect(comparison.matches[0].shift.explains_slower < 1.7 && comparison.counts[CG_SLOWER] > 0,
              "slow memory does not lengthen the time that multiply-adds take");
    cg_comparison_free(&comparison);
    a->device.n_peaks = b->device.n_peaks = 0; /* all of a time may be memory's */
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    cr_expect(comparison.counts[CG_SLOWER] == 0 && comparison.n_shifted == slower);
    cg_comparison_free(&comparison);
    cr_assert(cg_compare(&input_b, &input_a, &comparison, NULL) == CG_OK);
    cr_expect(comparison.counts[CG_FASTER] == 0 && comparison.n_shifted == slower, "nor the other way round");
    cg_comparison_free(&comparison);
    const char *model = b->device.cpu_model;
    b->device.cpu_model = "another processor";
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    cr_expect(comparison.counts[CG_SLOWER] == slower && comparison.n_shifted == 0,
              "another machine may be slower");
    cg_comparison_free(&comparison);
    b->device.cpu_model = model;

    add_yardsticks(b, 36000);
    b->schedules[0] = b->schedules[3];
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    cr_expect(comparison.counts[CG_SLOWER] == slower && comparison.n_shifted == 0,
              "a faster machine makes nothing slow");
    cg_comparison_free(&comparison);
    cg_results_destroy(&a);
    cg_results_destroy(&b);
}

Test(compare, what_does_not_match_is_said)
{
    struct synthetic options = synthetic_default();
    struct cg_results *a = synthetic_results(&options), *b = synthetic_results(&options);
    b->records[0]->setting.threads = 2;
    b->records[1]->setting.cache = CG_CACHE_COLD;
    b->records[2]->graph = "0000000000000000";
    b->records[3]->setting.engine = "onednn";
    b->records[4]->setting.isa = CG_ISA_AVX2;
    b->records[5]->engine_version = "1.1";
    const struct cg_input input_a = input_of(a, "a.json"), input_b = input_of(b, "b.json");
    struct cg_comparison comparison;
    b->device.cpu_limit = 0.5;
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    static const char *const reasons[] = {"other threads", "another cache state", "the graph differs",
                                          "another engine"};
    cr_assert(comparison.n_unmatched == 8);
    for (int i = 0; i < 4; i++)
        cr_expect_str_eq(comparison.unmatched[i].why, reasons[i]);
    cr_expect(comparison.n_matches == a->n_records - 4);
    struct cg_tables tables = {0};
    cg_comparison_tables(&comparison, 1, -1, &tables);
    cr_assert_not(tables.failed);
    bool isa = false, version = false, quota = false;
    for (int i = 0; i < tables.items[0]->n_notes; i++) {
        const char *note = tables.items[0]->notes[i];
        isa = isa || has(note, "A and B differ in ISA: avx512, avx2.");
        version = version || has(note, "A and B differ in engine version: 1.0, 1.1.");
        quota = quota || has(note, "A and B differ in processor quota: none, 0.5 processors' worth of time.");
    }
    cr_expect(isa && version && quota);
    cg_tables_free(&tables);
    cg_comparison_free(&comparison);
    cg_results_destroy(&a);
    cg_results_destroy(&b);
}

Test(compare, the_papers_devices)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *a = synthetic_results(&options);
    const char *const names[] = {"paper:gtx1080ti", "paper:snapdragon810"};
    struct cg_inputs paper;
    cr_assert(cg_inputs_load(names, 2, &paper, NULL) == CG_OK);
    const struct cg_input input_a = input_of(a, "a.json");
    struct cg_comparison comparison;
    cr_assert(cg_compare(&input_a, &paper.items[1], &comparison, NULL) == CG_OK);
    cr_expect(comparison.n_networks == 12, "%d", comparison.n_networks); /* 0.75@192 is not 0.75 */
    cr_expect(comparison.counts[CG_NO_VERDICT] == comparison.n_matches &&
              isnan(comparison.matches[0].ratio.low));
    cg_comparison_free(&comparison);
    /* the GPU's batches of 8 against batch 1: time of an image */
    cr_assert(cg_compare(&input_a, &paper.items[0], &comparison, NULL) == CG_OK);
    for (int m = 0; m < comparison.n_matches; m++)
        if (strcmp(comparison.matches[m].a->case_name, "shufflenet_v2:1.0x") == 0)
            cr_expect(
                fabs(exp(comparison.matches[m].ratio.mean) * 341 * 8 * comparison.matches[m].a->time.median -
                     1e9) < 1e6);
    cr_expect(comparison.n_matches > 0);
    cg_comparison_free(&comparison);
    cr_assert(cg_compare(&paper.items[0], &paper.items[1], &comparison, NULL) == CG_OK);
    cr_expect(comparison.n_networks == 32 && comparison.spearman > 0.5 && comparison.n_flips > 10);
    cg_comparison_free(&comparison);
    cg_inputs_free(&paper);
    cg_results_destroy(&a);
    const char *const unknown[] = {"paper:tpu"};
    struct cg_error err = {0};
    cr_expect(cg_inputs_load(unknown, 1, &paper, &err) == CG_INVALID && has(err.text, "paper:gtx1080ti"));
    cg_inputs_free(&paper);
}

/* The same SoC by the engines of 2018 and of ncnn: one network is the same, others are variants. */
Test(compare, published_devices_by_network)
{
    const char *const names[] = {"paper:snapdragon810", "ncnn:snapdragon-810/3", "ncnn:snapdragon-810/2"};
    struct cg_inputs inputs;
    struct cg_comparison comparison;
    struct cg_tables tables = {0};
    struct cg_error err = {0};
    cr_assert(cg_inputs_load(names, 3, &inputs, &err) == CG_OK, "%s", err.text);
    cr_assert(cg_compare(&inputs.items[0], &inputs.items[1], &comparison, NULL) == CG_OK);
    cr_expect(comparison.n_matches == 2, "MobileNet V1 and ShuffleNet V2, not %d", comparison.n_matches);
    for (int m = 0; m < comparison.n_matches; m++)
        cr_expect(comparison.matches[m].verdict == CG_NO_VERDICT && isnan(comparison.matches[m].ratio.low));
    cg_comparison_tables(&comparison, 1, -1, &tables);
    cr_expect(tables.items[0]->n_sentences > 0 &&
              has(tables.items[0]->sentences[0], "published: no verdicts"));
    const struct cg_table *unmatched = tables.items[tables.n - 1];
    bool variant = false;
    for (int r = 0; r < unmatched->n_rows; r++)
        variant |= has(unmatched->rows[r].cells[1].text, "mobilenet_v2") &&
                   has(unmatched->rows[r].cells[3].text, "another variant");
    cr_expect(variant);
    cg_tables_free(&tables);
    cg_comparison_free(&comparison);
    /* one thread and four of the same cores: every network */
    cr_assert(cg_compare(&inputs.items[1], &inputs.items[2], &comparison, NULL) == CG_OK);
    cr_expect(comparison.n_matches == inputs.items[1].results->n_records && comparison.n_matches > 20);
    cr_expect(comparison.geometric_mean.mean < 0 && !comparison.across_engines);
    cg_comparison_free(&comparison);
    cg_inputs_free(&inputs);
}

Test(compare, published_devices_are_refused_with_near_ones)
{
    static const char *const names[][2] = {{"ncnn:rk3588", "has 5 settings: name 'ncnn:rk3588/1'"},
                                           {"ncnn:rk3588/9", "has 5 settings"},
                                           {"ncnn:rk3578/1", "'rk3588'"},
                                           {"ncnn:", "list devices ncnn"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct cg_inputs inputs;
        struct cg_error err = {0};
        cr_expect(cg_inputs_load(names[i], 1, &inputs, &err) == CG_INVALID);
        cr_expect(has(err.text, names[i][1]), "%s", err.text);
        cg_inputs_free(&inputs);
    }
}

/* Whether a text, as a file, is read as a log of benchncnn; the sentence in `err`. */
static enum cg_status load_log(const char *text, struct cg_inputs *inputs, struct cg_error *err)
{
    static char path[] = "/tmp/cg_log_XXXXXX";
    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    const int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    const char *const names[] = {path};
    const enum cg_status status = cg_inputs_load(names, 1, inputs, err);
    unlink(path);
    return status;
}

#define LOG_HEAD                                                                                             \
    "$ ./benchncnn 8 4 2 -1 1\nloop_count = 8\nnum_threads = 4\npowersave = 2\ngpu_device = -1\n"            \
    "cooling_down = 1\n[0 Mali-G610]  queueC=0[1]\n"
#define LOG_ROWS                                                                                             \
    "          squeezenet  min =   11.66  max =   11.80  avg =   11.74\n"                                    \
    "     squeezenet_int8  min =   12.24  max =   12.39  avg =   12.31\r\n"                                  \
    "           mobilenet  min =   19.56  max =   19.73  avg =   19.65\n"

Test(compare, a_log_of_benchncnn_is_a_device)
{
    struct cg_inputs inputs;
    struct cg_error err = {0};
    cr_assert(load_log(LOG_HEAD LOG_ROWS "\n", &inputs, &err) == CG_OK, "%s", err.text);
    const struct cg_results *results = inputs.items[0].results;
    cr_assert(results->n_records == 3 && inputs.items[0].published);
    const struct cg_record *last = results->records[2];
    cr_expect_str_eq(last->network, "mobilenet_v1");
    cr_expect_str_eq(last->variant, "1.0");
    cr_expect(last->madds == 568740352 && last->setting.threads == 4 && last->setting.batch == 1);
    cr_expect(fabs(last->time.median - 19.65e6) < 1 && fabs(last->time.min - 19.56e6) < 1);
    cr_expect_str_eq(results->records[1]->network, "squeezenet_int8");
    cr_expect_str_eq(last->setting.engine, "ncnn");
    cg_inputs_free(&inputs);
}

Test(compare, a_broken_log_is_refused_by_the_lines_number)
{
    static const char *const logs[][2] = {
        {LOG_HEAD LOG_ROWS "  vgg16  min =   11.66  max =\n",
         ":11: '  vgg16  min =   11.66  max =' is no row"},
        {LOG_HEAD LOG_ROWS "  vgg16  min = 3.0  max = 2.0  avg = 2.5\n", ":11:"},
        {LOG_HEAD LOG_ROWS "  vgg16  min = nan  max = nan  avg = nan\n", ":11:"},
        {LOG_HEAD LOG_ROWS "  vgg16  min = 0  max = 2.0  avg = 1.5\n", ":11:"},
        {LOG_HEAD "hello\n" LOG_ROWS, ":8: 'hello'"},
        {LOG_HEAD "turbo = 1\n" LOG_ROWS, ":8:"},
        {LOG_ROWS LOG_ROWS, ":4: 'squeezenet' stands there twice"},
        {"$ ./benchncnn min =\n", "holds no row"},
    };
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        struct cg_inputs inputs;
        struct cg_error err = {0};
        cr_expect(load_log(logs[i][0], &inputs, &err) == CG_INVALID, "%zu", i);
        cr_expect(has(err.text, logs[i][1]), "%s", err.text);
        cg_inputs_free(&inputs);
    }
}
