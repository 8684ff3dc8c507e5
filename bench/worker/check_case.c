#include "bench/worker/bench_case.h"

#include "bench/verification/checker.h"
#include "bench/verification/expected_file.h"

#include <stdlib.h>

static struct cg_expected *compute_expected(const struct cg_bench_case *bench_case, struct cg_error *err)
{
    const struct cg_graph *graph = bench_case->graph;
    float *input = cg_input_create(graph, bench_case->input_seed, err);
    if (!input)
        return NULL;
    struct cg_position positions[CG_CHECK_POSITIONS];
    const int n = cg_check_positions(graph->nodes[graph->output].shape, bench_case->input_seed,
                                     CG_CHECK_POSITIONS, positions);
    struct cg_expected *expected = cg_expected_create(graph, bench_case->weights, input, positions, n, err);
    free(input);
    return expected;
}

enum cg_status cg_check_case(struct cg_bench_case *bench_case, const void *reference, size_t size,
                             struct cg_wire *out, struct cg_error *err)
{
    const struct cg_shape shape = bench_case->graph->nodes[bench_case->graph->output].shape;
    struct cg_expected *expected = cg_expected_unpack(reference, size, shape);
    if (!expected && !bench_case->weights)
        return cg_fail(err, CG_INVALID, "the check comes before the warm-up");
    if (!expected)
        expected = compute_expected(bench_case, err);
    if (!expected)
        return err->status;
    float *output = malloc((size_t)cg_shape_elements(shape) * sizeof *output);
    void *bytes = cg_expected_pack(expected, 0, &size);
    enum cg_status status = output && bytes ? cg_bench_case_run_first(bench_case, err)
                                            : cg_fail(err, CG_NO_MEMORY, "no memory for the output");
    struct cg_check check = {0};
    if (status == CG_OK) {
        bench_case->engine->get_output(bench_case->plan, output);
        status = cg_check_output(expected, output, cg_plan_rounding(bench_case->plan), &check, err);
    }
    cg_wire_put_f64(out, check.error);
    cg_wire_put_bytes(out, bytes, bytes ? size : 0);
    free(output);
    free(bytes);
    cg_expected_destroy(&expected);
    return status;
}
