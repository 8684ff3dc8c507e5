/* Axes, labels and profiles of the figures, and what is said of them. */
#include "report/axes.h"
#include "report/compare.h"
#include "report/format.h"
#include "report/sentences.h"
#include "report/split.h"
#include "report/tables.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static char *axis_text(const struct cg_axis *axis)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert(out);
    cg_axis_put(axis, 'x', out);
    fclose(out);
    return text;
}

Test(figures, axes_hold_what_they_include)
{
    struct cg_axis axis = cg_axis_empty(true);
    cg_axis_include(&axis, NAN);
    cg_axis_include(&axis, -3);
    cr_expect(isnan(axis.low), "nothing that a logarithmic axis can show");
    cg_axis_include(&axis, 40);
    cg_axis_include(&axis, 590);
    cg_axis_pad(&axis);
    cr_expect(axis.low < 40 && axis.low > 20 && axis.high > 590 && axis.high < 1000);
    cr_expect(fabs(cg_axis_place(&axis, axis.low)) < 1e-12 &&
              fabs(cg_axis_place(&axis, axis.high) - 1) < 1e-12);
    cr_expect(fabs(cg_axis_place(&axis, sqrt(axis.low * axis.high)) - 0.5) < 1e-12);
    char *text = axis_text(&axis);
    cr_expect(has(text, "set logscale x") && has(text, "set xtics (50, 100, 200, 500)"), "%s", text);
    free(text);
    axis = cg_axis_empty(false);
    cg_axis_include(&axis, 25);
    cg_axis_include(&axis, 45);
    cg_axis_pad(&axis);
    text = axis_text(&axis);
    cr_expect(has(text, "unset logscale x") && has(text, "set xtics 5"), "%s", text);
    free(text);
    axis = cg_axis_empty(true);
    cg_axis_pad(&axis);
    cr_expect(axis.low == 1 && axis.high == 10, "an axis of nothing");
}

struct box {
    double left, right, bottom, top;
};

/* Narrower than what the placement reckons with: a text of DejaVu Sans is wider than 0.55 em a character. */
static struct box box_of(const struct cg_label *label, double font_px)
{
    const double width = 0.55 * font_px * (double)strlen(label->text),
                 left = label->x + label->dx -
                        (label->align > 0   ? 0
                         : label->align < 0 ? width
                                            : width / 2),
                 y = label->y + label->dy;
    return (struct box){left, left + width, y - font_px / 2, y + font_px / 2};
}

static bool overlap(struct box a, struct box b)
{
    return a.left < b.right && b.left < a.right && a.bottom < b.top && b.bottom < a.top;
}

Test(figures, no_label_on_another)
{
    const struct cg_area area = {50, 450, 40, 340};
    struct cg_label labels[60];
    unsigned random = 1;
    int shown = 0;
    for (int i = 0; i < 60; i++) {
        random = random * 1103515245u + 12345u;
        labels[i] = (struct cg_label){.x = 60 + (random >> 16) % 380, .text = i % 3 ? "1.5x_g3" : "0.5x"};
        random = random * 1103515245u + 12345u;
        labels[i].y = 50 + (random >> 16) % 280;
    }
    cg_labels_place(labels, 60, NULL, 0, &area, 10);
    for (int i = 0; i < 60; i++) {
        if (!labels[i].shown)
            continue;
        const struct box box = box_of(&labels[i], 10);
        shown++;
        cr_expect(box.left >= area.left && box.right <= area.right && box.bottom >= area.bottom &&
                  box.top <= area.top);
        for (int k = 0; k < 60; k++) {
            const struct box point = {labels[k].x - 4, labels[k].x + 4, labels[k].y - 4, labels[k].y + 4};
            cr_expect(!overlap(box, point), "label %d on point %d", i, k);
            cr_expect(k == i || !labels[k].shown || !overlap(box, box_of(&labels[k], 10)), "labels %d and %d",
                      i, k);
        }
    }
    cr_expect(shown > 20 && shown <= 60, "%d of 60 shown", shown);
    /* a text gives way to its own family's line where it can */
    struct cg_label pair[] = {{.x = 100, .y = 100, .text = "a"}, {.x = 200, .y = 100, .text = ""}};
    const int lines[][2] = {{0, 1}};
    cg_labels_place(pair, 2, lines, 1, &area, 10);
    cr_expect(pair[0].shown && pair[0].align != 1 && !pair[1].shown);
}

static struct cg_record *network_of(struct cg_results *results, const char *network, const char *variant)
{
    for (int r = 0; r < results->n_records; r++) {
        struct cg_record *record = results->records[r];
        if (record->network && strcmp(record->network, network) == 0 && strcmp(record->variant, variant) == 0)
            return record;
    }
    cr_assert(false, "no %s:%s", network, variant);
    return NULL;
}

Test(figures, time_by_kind_of_layer)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    const struct cg_record *record = network_of(results, "shufflenet_v1", "1x_g3");
    struct cg_split split;
    cr_assert(cg_split_of(record, &split));
    /* plain time is 1 / e of the whole, 90 % of it convolutions */
    cr_expect(fabs(split.ns[CG_CAT_CONV] / split.sum_ns - 0.9 * exp(-1)) < 1e-6);
    cr_expect(fabs(split.ns[CG_CAT_SHUFFLE] / split.sum_ns - (1 - exp(-1))) < 1e-6);
    cr_expect(fabs(split.residual_percent - 2) < 1e-6);
    cr_expect(cg_split_paper("shufflenet_v1:1x_g3", CG_PAPER_GPU, CG_CAT_CONV) == 50);
    cr_expect(isnan(cg_split_paper("shufflenet_v1:1x_g3", CG_PAPER_GPU, CG_CAT_DEPTHWISE)),
              "the paper has no such slice");
    cr_expect_str_eq(cg_say_split(record).text,
                     "shufflenet_v1:1x_g3 (native, 1 thread): convolutions take 33 % of the layers' time, "
                     "with the depthwise ones 37 %; in the paper, Conv is 87 % on ARM and 50 % on GPU.");
    struct cg_table *table = cg_table_of_breakdown(results, NULL);
    cr_assert(table && table->n_rows == 13 + 4, "thirteen networks, the paper's two on two devices");
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

/* What a group convolution's shuffles cost on one device and not on the other turns orders round. */
Test(figures, the_kind_of_layers_behind_a_flip)
{
    struct synthetic options = synthetic_default();
    options.noise = 0.002;
    struct cg_results *a = synthetic_results(&options);
    options.seed = 7;
    struct cg_results *b = synthetic_results(&options);
    for (int r = 0; r < b->n_records; r++) {
        struct cg_record *record = b->records[r];
        if (!record->network || strcmp(record->network, "shufflenet_v1") != 0)
            continue;
        const double before = record->time.median;
        for (int i = 0; i < record->samples.n; i++)
            record->samples.ns[i] = (int64_t)((double)record->samples.ns[i] * 0.5);
        cr_assert(cg_record_summarise(record, NULL) == CG_OK);
        record->layers[3].time_ns -= before - record->time.median;
        cr_assert(record->layers[3].time_ns > 0);
    }
    const struct cg_input input_a = {"a.json", false, a}, input_b = {"b.json", false, b};
    struct cg_comparison comparison;
    cr_assert(cg_compare(&input_a, &input_b, &comparison, NULL) == CG_OK);
    int found = 0;
    for (int f = 0; f < comparison.n_flips; f++)
        if (strcmp(comparison.flips[f].slower_in_b, "shufflenet_v2:1.0x") == 0 &&
            strcmp(comparison.flips[f].faster_in_b, "shufflenet_v1:1x_g3") == 0) {
            found++;
            cr_expect(comparison.flips[f].kind && strcmp(comparison.flips[f].kind, "shuffle") == 0);
            cr_expect(comparison.flips[f].ratio_a.high < 1 && comparison.flips[f].ratio_b.low > 1);
        }
    cr_expect(found == 1, "%d flips", comparison.n_flips);
    cg_comparison_free(&comparison);
    cg_results_destroy(&a);
    cg_results_destroy(&b);
}

Test(figures, caveats_say_what_the_records_carry)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    const struct cg_suite_record *suite = cg_results_find_suite(results, "g2");
    struct cg_suite_views views;
    static const char *flags[] = {"throttled", "from the future"};
    results->records[12]->flags = flags;
    results->records[12]->n_flags = 2;
    results->device.counters = "none";
    results->device.noise_paired = 0.031;
    cr_assert(cg_suite_views_create(results, suite, &views, NULL) == CG_OK);
    cr_expect_str_eq(
        cg_say_suite_caveats(views.items[0]).text,
        "a virtual machine; noisy: equal plans differ by up to 3.1 %; no hardware counters; in 1 "
        "of 12 cases the processor was slow in a tenth of the rounds or more; in 1 of 12 cases "
        "from the future.");
    cg_suite_views_free(&views);
    results->records[12]->n_flags = 0;
    results->device.virtualised = 0;
    results->device.counters = "hardware";
    results->device.noise_paired = 0.004;
    cr_assert(cg_suite_views_create(results, suite, &views, NULL) == CG_OK);
    cr_expect_str_empty(cg_say_suite_caveats(views.items[0]).text);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(figures, an_interval_too_wide_to_read)
{
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.12, 0.000004, 13051.9}).text,
                     "1.1 [<0.01, >1000]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.55, 0.09, 25.67}).text, "1.6 [0.090, 26]");
    cr_expect_str_eq(cg_format_ms((struct cg_interval){6e6, 1, 646046e6}).text, "6.0 [<0.01, >1000]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){2, 0.5, 9.9}).text, "2.00 [0.50, 9.90]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){0.0512, NAN, NAN}).text, "0.051");
}
