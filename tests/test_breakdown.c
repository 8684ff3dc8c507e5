/* Time by kind of layer, and what it explains, from results whose truth is known. */
#include "report/compare.h"
#include "report/split.h"
#include "report/tables.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

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

Test(breakdown, time_by_kind_of_layer)
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
Test(breakdown, the_kind_of_layers_behind_a_flip)
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
