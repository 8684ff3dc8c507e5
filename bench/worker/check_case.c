#include "bench/worker/check_case.h"

#include "bench/verification/checker.h"

#include <stdlib.h>
#include <string.h>

static void put_expected(struct cg_wire *wire, const struct cg_expected *expected)
{
    struct cg_wire body = {0};
    cg_wire_put_i32(&body, expected->shape.n);
    cg_wire_put_i32(&body, expected->shape.h);
    cg_wire_put_i32(&body, expected->shape.w);
    cg_wire_put_i32(&body, expected->shape.c);
    cg_wire_put_i32(&body, expected->whole);
    const size_t n = (size_t)expected->n_positions, channels = (size_t)expected->shape.c;
    cg_wire_put_bytes(&body, expected->positions, n * sizeof *expected->positions);
    cg_wire_put_bytes(&body, expected->values, n * channels * sizeof(float));
    cg_wire_put_bytes(&body, expected->sigma, channels * sizeof(float));
    cg_wire_put_bytes(&body, expected->rms, channels * sizeof(float));
    if (body.failed)
        wire->failed = true;
    cg_wire_put_bytes(wire, body.data, body.used);
    cg_wire_free(&body);
}

static void *get_array(struct cg_wire *wire, size_t size)
{
    size_t given;
    const void *bytes = cg_wire_get_bytes(wire, &given);
    void *array = bytes && given == size ? malloc(size ? size : 1) : NULL;
    if (!array) {
        wire->failed = true;
        return NULL;
    }
    if (size)
        memcpy(array, bytes, size);
    return array;
}

/* The remembered values, or NULL when they are not of this graph's output or damaged. */
static struct cg_expected *get_expected(const struct cg_graph *graph, const void *data, size_t size)
{
    struct cg_wire wire = {0};
    struct cg_expected *expected = calloc(1, sizeof *expected);
    if (!expected || !cg_wire_reserve(&wire, size)) {
        free(expected);
        cg_wire_free(&wire);
        return NULL;
    }
    memcpy(wire.data, data, size);
    wire.used = size;
    expected->shape.n = cg_wire_get_i32(&wire);
    expected->shape.h = cg_wire_get_i32(&wire);
    expected->shape.w = cg_wire_get_i32(&wire);
    expected->shape.c = cg_wire_get_i32(&wire);
    expected->whole = cg_wire_get_i32(&wire) != 0;
    size_t positions_size = 0;
    const size_t kept = wire.read;
    cg_wire_get_bytes(&wire, &positions_size);
    wire.read = kept;
    if (cg_shape_equal(expected->shape, graph->nodes[graph->output].shape)) {
        const size_t n = positions_size / sizeof *expected->positions, channels = (size_t)expected->shape.c;
        expected->n_positions = (int64_t)n;
        expected->positions = get_array(&wire, positions_size);
        expected->values = get_array(&wire, n * channels * sizeof(float));
        expected->sigma = get_array(&wire, channels * sizeof(float));
        expected->rms = get_array(&wire, channels * sizeof(float));
    } else {
        wire.failed = true;
    }
    for (int64_t i = 0; i < expected->n_positions && !wire.failed; i++) {
        const struct cg_position p = expected->positions[i];
        if (p.n < 0 || p.n >= expected->shape.n || p.y < 0 || p.y >= expected->shape.h || p.x < 0 ||
            p.x >= expected->shape.w)
            wire.failed = true;
    }
    if (wire.failed)
        cg_expected_destroy(&expected);
    cg_wire_free(&wire);
    return expected;
}

static struct cg_expected *compute_expected(const struct cg_bench_case *bench_case, struct cg_error *err)
{
    const struct cg_graph *graph = bench_case->graph;
    const size_t elements = (size_t)cg_shape_elements(graph->nodes[graph->input].shape);
    float *input = malloc(elements * sizeof *input);
    if (!input) {
        cg_fail(err, CG_NO_MEMORY, "no memory for the input of the check");
        return NULL;
    }
    cg_input_fill(graph, bench_case->input_seed, input);
    struct cg_position positions[CG_CHECK_POSITIONS];
    const int n = cg_check_positions(graph->nodes[graph->output].shape, bench_case->input_seed,
                                     CG_CHECK_POSITIONS, positions);
    struct cg_expected *expected = NULL;
    cg_expected_create(graph, bench_case->weights, input, positions, n, &expected, err);
    free(input);
    return expected;
}

enum cg_status cg_check_case(struct cg_bench_case *bench_case, const void *reference, size_t size,
                             struct cg_wire *out, struct cg_error *err)
{
    struct cg_expected *expected = size ? get_expected(bench_case->graph, reference, size) : NULL;
    if (!expected && !bench_case->weights)
        return cg_fail(err, CG_INVALID, "the check comes before the warm-up");
    if (!expected)
        expected = compute_expected(bench_case, err);
    if (!expected)
        return err->status;
    const size_t elements =
        (size_t)cg_shape_elements(bench_case->graph->nodes[bench_case->graph->output].shape);
    float *output = malloc(elements * sizeof *output);
    enum cg_status status = output ? bench_case->engine->run(bench_case->plan, err)
                                   : cg_fail(err, CG_NO_MEMORY, "no memory for the output");
    struct cg_check check = {0};
    if (status == CG_OK) {
        bench_case->engine->get_output(bench_case->plan, output);
        status = cg_check_output(expected, output, &check, err);
    }
    cg_wire_put_f64(out, check.error);
    put_expected(out, expected);
    free(output);
    cg_expected_destroy(&expected);
    return status;
}
