/* The time of a profile by kind of layer, and the sums of what bounds it, by hand. */
#include "bench/commands/profile_kinds.h"
#include "tests/nodes.h"

#include <criterion/criterion.h>
#include <math.h>

/* A reorder, a dense layer, a depthwise one, and both as one step. */
Test(profile_kinds, sums_are_those_of_the_steps)
{
    struct cg_graph *graph = cg_graph_create();
    const int dense = conv(graph, input(graph, 1, 8, 8, 16), 16, 1, 1, 1, CG_ACT_RELU),
              windows = depthwise(graph, dense, 3, 1, CG_ACT_NONE);
    int both[] = {dense, windows};
    struct cg_profile_row rows[] = {
        {.category = CG_CAT_DATA, .ns = {.value = 5}, .bound = {.ns = NAN}, .peak_ns = NAN, .lanes_ns = NAN},
        {1, both, CG_CAT_CONV, .ns = {.value = 100}, .bound = {.ns = 80}, .peak_ns = 75, .lanes_ns = 90},
        {1, both + 1, CG_CAT_DEPTHWISE, .ns = {.value = 50}, .bound = {.ns = 20}, .peak_ns = 10,
         .lanes_ns = 20},
        {2, both, CG_CAT_CONV, .ns = {.value = 200}, .bound = {.ns = 150}, .peak_ns = 140, .lanes_ns = 160},
    };
    struct cg_profile profile = {.graph = graph, .n_rows = 4, .rows = rows, .lanes = 8};
    struct cg_kind_row kinds[CG_KIND_ROWS];
    cr_assert_eq(cg_profile_kinds(&profile, kinds), CG_CATEGORY_COUNT + 1);
    cr_expect_eq(kinds[CG_CAT_DATA].ns, 5);
    cr_expect_eq(kinds[CG_CAT_DATA].bound_ns, 0, "a step without a bound adds none");
    cr_expect_eq(kinds[CG_CAT_CONV].bound_ns, 80);
    cr_expect_eq(kinds[CG_CAT_DEPTHWISE].peak_ns, 10);
    cr_expect_str_eq(kinds[CG_CATEGORY_COUNT].name.text, "conv+depthwise");
    cr_expect_eq(kinds[CG_CATEGORY_COUNT].lanes_ns, 160);
    struct cg_kind_row all = cg_profile_all(&profile);
    cr_expect_eq(all.ns, 355);
    cr_expect_eq(all.peak_ns, 225);
    cr_expect_eq(all.bound_ns, 250);
    cr_expect_eq(all.lanes_ns, 270);
    profile.lanes = 0; /* the machine's limits are not known */
    all = cg_profile_all(&profile);
    cr_expect_eq(all.ns, 355);
    cr_expect(isnan(all.bound_ns) && isnan(all.peak_ns) && isnan(all.lanes_ns));
    cg_graph_destroy(&graph);
}
