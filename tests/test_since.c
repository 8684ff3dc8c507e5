/* Accuracy per FLOP and per millisecond since 2018, from results whose truth is known. */
#include "report/since.h"
#include "report/tables.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#define EARLY 6

static void set_time(struct cg_record *record, double ns)
{
    const double factor = ns / record->time.median;
    for (int i = 0; i < record->samples.n; i++)
        record->samples.ns[i] = (int64_t)((double)record->samples.ns[i] * factor);
    cr_assert(cg_record_summarise(record, NULL) == CG_OK);
}

/* Multiply-adds and time double with every four points of error less; the later networks need half of the
 * multiply-adds and `time` of the time, those of odd numbers a tenth more, the others a tenth less. The
 * fourth of them is `slow` times as slow. */
static struct cg_results *networks_since(double time, double slow)
{
    static const double errors[] = {40, 36, 32, 28, 24, 20, 38, 34, 30, 26, 25, 22};
    struct synthetic options = synthetic_default();
    options.noise = 0.002;
    struct cg_results *results = synthetic_results(&options);
    struct cg_suite_record *suite = find_suite(results, "networks");
    struct cg_group_record *group = suite->groups[0];
    for (int i = 0; i < 12; i++) {
        struct cg_case_record *c = group->cases[i];
        const double cost = 40e6 * exp2((40 - errors[i]) / 4);
        const bool later = i >= EARLY;
        c->published_top1_error = errors[i];
        c->step = later ? 2022 : 2018;
        for (int r = 0; r < results->n_records; r++) {
            struct cg_record *record = results->records[r];
            if (!record->graph || strcmp(record->graph, c->graph) != 0)
                continue;
            record->madds = (int64_t)(later ? cost / 2 : cost);
            set_time(record, cost / 20 * (later ? time * (i % 2 ? 1.1 : 0.9) : 1) * (i == 9 ? slow : 1));
        }
    }
    return results;
}

/* What is said, and the table's rows; the suite's first setting. */
static struct cg_sentence said_of(struct cg_results *results, struct cg_since *since, int *rows)
{
    struct cg_suite_views views;
    cr_assert(cg_suite_views_create(results, find_suite(results, "networks"), &views, NULL) == CG_OK);
    cr_assert(cg_since_of(views.items[0], since));
    struct cg_table *table = cg_table_of_since(views.items[0]);
    cr_assert(!table->failed);
    *rows = table->n_rows;
    const struct cg_sentence said = cg_say_since(since), leaving = cg_say_leaving(since);
    cr_expect_eq(strstr(said.text, "leaves it when time is measured: ") != NULL, leaving.text[0] != '\0');
    cg_table_destroy(&table);
    cg_suite_views_free(&views);
    return said;
}

Test(since, flops_alone_have_gained)
{
    struct cg_since since;
    int rows;
    struct cg_results *results = networks_since(1, 3);
    const struct cg_sentence said = said_of(results, &since, &rows);
    cr_expect_eq(rows, 12, "%d rows: the reconstruction has no part in it", rows);
    cr_expect_eq(since.compared, 6);
    cr_expect_float_eq(since.share[CG_BY_MADDS].mean, log(0.5), 1e-6);
    cr_expect(strstr(said.text, "Since 2018 accuracy per FLOP has gained more than accuracy per millisecond"),
              "%s", said.text);
    cr_expect(strstr(said.text, "6 networks take 0.5") && strstr(said.text, "of the multiply-adds"), "%s",
              said.text);
    /* of all networks with an error of 26 the later one is on the front by multiply-adds, and slow */
    cr_expect(strstr(said.text, "1 leaves it when time is measured"), "%s", said.text);
    for (int i = 0; i < since.n; i++) {
        const struct cg_entrant *item = &since.items[i];
        cr_expect(!item->beaten_by || item->error == 26);
        cr_expect_eq(item->front[CG_BY_MADDS], item->later || item->error == 20, "%g", item->error);
        cr_expect_eq(item->early_front[CG_BY_TIME], !item->later, "%g", item->error);
        cr_expect(item->error != 26 || !item->front[CG_BY_TIME]);
    }
    cg_since_free(&since);
    cg_results_destroy(&results);
}

Test(since, milliseconds_have_gained_more)
{
    struct cg_since since;
    int rows;
    struct cg_results *results = networks_since(0.25, 1);
    const struct cg_sentence said = said_of(results, &since, &rows);
    cr_expect(strstr(said.text, "Since 2018 accuracy per millisecond has gained more than accuracy per FLOP"),
              "%s", said.text);
    /* a tenth more than it should at an error of 26, a tenth less at 25: that is enough */
    cr_expect(strstr(said.text, "1 leaves it when time is measured"), "%s", said.text);
    cg_since_free(&since);
    cg_results_destroy(&results);
}

Test(since, both_have_gained_alike)
{
    struct cg_since since;
    int rows;
    struct cg_results *results = networks_since(0.5, 1);
    const struct cg_sentence said = said_of(results, &since, &rows);
    cr_expect(since.share[CG_BY_TIME].high < log(0.7));
    cr_expect(strstr(said.text, "are not shown to have gained differently"), "%s", said.text);
    cg_since_free(&since);
    cg_results_destroy(&results);
}

Test(since, nothing_is_said_of_networks_without_years)
{
    struct cg_since since;
    int rows;
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    for (int i = 0; i < find_suite(results, "networks")->groups[0]->n_cases; i++)
        find_suite(results, "networks")->groups[0]->cases[i]->step = NAN;
    const struct cg_sentence said = said_of(results, &since, &rows);
    cr_expect(said.text[0] == '\0' && rows == 0 && since.n == 0, "%s", said.text);
    cg_since_free(&since);
    cg_results_destroy(&results);
}
