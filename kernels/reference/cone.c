#include "kernels/reference/cone.h"

#include "base/arena.h"
#include "bench/graph/cost.h"
#include "kernels/reference/compute.h"
#include "kernels/reference/error_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Above this share of the whole graph's multiply-adds, the whole output is computed instead of the cone. */
static const double whole_share = 0.75;

/* ---- which pixels are wanted ---- */

static int64_t pixels_of(struct cg_shape shape)
{
    return (int64_t)shape.n * shape.h * shape.w;
}

/* Marks the rows and columns of image n of `mask` that the window of output pixel (y, x) covers. */
static void mark_window(uint8_t *mask, struct cg_shape in, const struct cg_window *window, int n, int y,
                        int x)
{
    for (int i = 0; i < window->kernel_h; i++) {
        const int in_y = y * window->stride_h - window->pad_top + i * window->dilation_h;
        if (in_y < 0 || in_y >= in.h)
            continue;
        for (int j = 0; j < window->kernel_w; j++) {
            const int in_x = x * window->stride_w - window->pad_left + j * window->dilation_w;
            if (in_x >= 0 && in_x < in.w)
                mask[((int64_t)n * in.h + in_y) * in.w + in_x] = 1;
        }
    }
}

/* Marks what output pixel (n, y, x) of a node with this window reads of an input: what lies under the window,
 * or the only pixel. */
static void mark_input(uint8_t *mask, struct cg_shape in, const struct cg_window *window, int n, int y, int x)
{
    if (in.h == 1 && in.w == 1)
        mask[n] = 1;
    else
        mark_window(mask, in, window, n, y, x);
}

/* The same of all inputs of node `id`. */
static void mark_inputs(const struct cg_graph *graph, int id, uint8_t **masks, int n, int y, int x)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_window window = cg_reference_window(graph, id);
    for (int i = 0; i < spec->n_inputs; i++) {
        const struct cg_shape in = cg_input_shape(graph, id, i);
        const bool larger = spec->op == CG_UPSAMPLE || spec->op == CG_DEPTH_TO_SPACE;
        mark_input(masks[spec->inputs[i]], in, &window, n, larger ? cg_repeated(y, in.h, spec->shape.h) : y,
                   larger ? cg_repeated(x, in.w, spec->shape.w) : x);
    }
}

/* Marks all pixels of the images of which any is wanted. */
static void mark_images(uint8_t *mask, const uint8_t *wanted, struct cg_shape shape)
{
    const size_t image = (size_t)shape.h * (size_t)shape.w;
    for (int n = 0; n < shape.n; n++)
        if (memchr(wanted + (size_t)n * image, 1, image))
            memset(mask + (size_t)n * image, 1, image);
}

static void propagate(const struct cg_graph *graph, uint8_t **masks)
{
    for (int id = graph->n_nodes - 1; id >= 0; id--) {
        const struct cg_node *spec = &graph->nodes[id];
        const uint8_t *wanted = masks[id];
        if (spec->op == CG_GROUP_NORM) {
            mark_images(masks[spec->inputs[0]], wanted, spec->shape);
            continue;
        }
        for (int n = 0; n < spec->shape.n; n++)
            for (int y = 0; y < spec->shape.h; y++)
                for (int x = 0; x < spec->shape.w; x++)
                    if (*wanted++)
                        mark_inputs(graph, id, masks, n, y, x);
    }
}

static int64_t count_wanted(const uint8_t *mask, int64_t pixels)
{
    int64_t count = 0;
    for (int64_t at = 0; at < pixels; at++)
        count += mask[at];
    return count;
}

static int64_t madds_of(const struct cg_graph *graph, uint8_t *const *masks)
{
    int64_t madds = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        const int64_t pixels = pixels_of(graph->nodes[id].shape);
        madds += cg_node_cost(graph, id).madds / pixels * count_wanted(masks[id], pixels);
    }
    return madds;
}

/* A byte a pixel of each node, in the arena: what the cone of these positions reads. NULL when there is no
 * memory. */
static uint8_t **cone_masks(const struct cg_graph *graph, const struct cg_position *positions,
                            int64_t n_positions, struct cg_arena *arena)
{
    const struct cg_shape shape = graph->nodes[graph->output].shape;
    uint8_t **masks = arena ? cg_arena_array(arena, (size_t)graph->n_nodes, sizeof *masks) : NULL;
    for (int id = 0; masks && id < graph->n_nodes; id++) {
        masks[id] = cg_arena_array(arena, (size_t)pixels_of(graph->nodes[id].shape), 1);
        if (!masks[id])
            return NULL;
    }
    for (int64_t i = 0; masks && i < n_positions; i++)
        masks[graph->output]
             [((int64_t)positions[i].n * shape.h + positions[i].y) * shape.w + positions[i].x] = 1;
    if (masks)
        propagate(graph, masks);
    return masks;
}

/* ---- evaluation ---- */

struct evaluation {
    const struct cg_graph *graph;
    const struct cg_weights *weights;
    struct cg_arena *arena; /* what lives as long as the evaluation */
    uint8_t **masks;        /* [n_nodes], or NULL: everything */
    int *uses;              /* [n_nodes]: readers still to come */
    float **tensors;        /* [n_nodes], each until its last reader has run */
    struct cg_channel_error **errors;
    int not_finite; /* the first node with such a value, or -1 */
};

static void end_evaluation(struct evaluation *e)
{
    for (int id = 0; e->tensors && id < e->graph->n_nodes; id++)
        free(e->tensors[id]);
    cg_arena_destroy(&e->arena);
}

static enum cg_status begin_evaluation(struct evaluation *e, struct cg_error *err)
{
    const size_t n_nodes = (size_t)e->graph->n_nodes;
    e->uses = cg_arena_array(e->arena, n_nodes, sizeof *e->uses);
    e->tensors = cg_arena_array(e->arena, n_nodes, sizeof *e->tensors);
    e->errors = cg_arena_array(e->arena, n_nodes, sizeof *e->errors);
    if (!e->uses || !e->tensors || !e->errors)
        return cg_fail(err, CG_NO_MEMORY, "no memory for an expected output");
    cg_graph_uses(e->graph, e->uses);
    return CG_OK;
}

/* What the error model takes from the values of each channel, over the pixels that were computed. `sums` has
 * room for two numbers a channel, zero. */
static void measure_channels(const float *tensor, const uint8_t *wanted, const struct cg_node *spec,
                             double *sums, struct cg_channel_error *errors)
{
    double *const moments = sums, *const active = sums + spec->shape.c;
    const struct cg_shape shape = spec->shape;
    const int64_t pixels = pixels_of(shape);
    int64_t count = 0;
    double bounds[2];
    cg_error_bounds(spec, bounds);
    for (int64_t at = 0; at < pixels; at++) {
        if (wanted && !wanted[at])
            continue;
        count++;
        for (int c = 0; c < shape.c; c++) {
            const double value = (double)tensor[at * shape.c + c];
            moments[c] += value * value;
            active[c] += value > bounds[0] && value < bounds[1] ? 1 : 0;
        }
    }
    for (int c = 0; c < shape.c && count > 0; c++) {
        errors[c].moment = moments[c] / (double)count;
        errors[c].active = active[c] / (double)count;
    }
}

static bool is_finite(const struct evaluation *e, int id)
{
    for (int c = 0; c < e->graph->nodes[id].shape.c; c++)
        if (!isfinite(e->errors[id][c].moment))
            return false;
    return true;
}

static void release_inputs(struct evaluation *e, int id)
{
    const struct cg_node *spec = &e->graph->nodes[id];
    for (int i = 0; i < spec->n_inputs; i++) {
        const int from = spec->inputs[i];
        if (--e->uses[from] > 0)
            continue;
        free(e->tensors[from]);
        e->tensors[from] = NULL;
    }
}

static enum cg_status evaluate_node(struct evaluation *e, int id, const float *input, struct cg_error *err)
{
    const struct cg_node *spec = &e->graph->nodes[id];
    const uint8_t *wanted = e->masks ? e->masks[id] : NULL;
    const size_t elements = (size_t)cg_shape_elements(spec->shape);
    struct cg_reference_node node = {0};
    struct cg_norm_gains gains = {0};

    e->tensors[id] = malloc(elements * sizeof **e->tensors);
    e->errors[id] = cg_arena_array(e->arena, (size_t)spec->shape.c, sizeof **e->errors);
    double *sums = cg_arena_array(e->arena, 2 * (size_t)spec->shape.c, sizeof *sums);
    if (!e->tensors[id] || !e->errors[id] || !sums)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the output of node %s", spec->name);
    if (spec->op == CG_INPUT) {
        memcpy(e->tensors[id], input, elements * sizeof *input);
    } else {
        const enum cg_status status = cg_reference_prepare(&node, e->graph, e->weights, id, err);
        if (status != CG_OK)
            return status;
        cg_reference_compute(&node, e->graph, id, e->tensors, wanted);
        gains = node.gains;
        cg_reference_release(&node);
    }
    measure_channels(e->tensors[id], wanted, spec, sums, e->errors[id]);
    if (e->not_finite < 0 && !is_finite(e, id))
        e->not_finite = id;
    cg_error_model(e->graph, e->weights, id, &gains, e->errors);
    release_inputs(e, id);
    return CG_OK;
}

static enum cg_status evaluate(struct evaluation *e, const float *input, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int id = 0; status == CG_OK && id <= e->graph->output; id++) {
        const int64_t pixels = pixels_of(e->graph->nodes[id].shape);
        if (!e->masks || count_wanted(e->masks[id], pixels) > 0)
            status = evaluate_node(e, id, input, err);
    }
    if (status != CG_OK || is_finite(e, e->graph->output))
        return status;
    return cg_fail(
        err, CG_INVALID,
        "the network's own output is not finite, whatever the engine: %s gives the first value that "
        "is infinite or not a number; scale its weights or the input",
        e->graph->nodes[e->not_finite].name);
}

/* ---- expected values ---- */

void cg_expected_all_positions(struct cg_expected *expected)
{
    const struct cg_shape shape = expected->shape;
    struct cg_position *position = expected->positions;
    for (int n = 0; n < shape.n; n++)
        for (int y = 0; y < shape.h; y++)
            for (int x = 0; x < shape.w; x++)
                *position++ = (struct cg_position){n, y, x};
    expected->whole = true;
}

static enum cg_status check_positions(struct cg_shape shape, const struct cg_position *positions,
                                      int64_t n_positions, struct cg_error *err)
{
    for (int64_t i = 0; i < n_positions; i++) {
        const struct cg_position p = positions[i];
        if (p.n < 0 || p.n >= shape.n || p.y < 0 || p.y >= shape.h || p.x < 0 || p.x >= shape.w)
            return cg_fail(err, CG_INVALID, "position (%d, %d, %d) is outside the output of %d x %d x %d",
                           p.n, p.y, p.x, shape.n, shape.h, shape.w);
    }
    return CG_OK;
}

struct cg_expected *cg_expected_alloc(struct cg_shape shape, int64_t n_positions)
{
    struct cg_expected *expected = calloc(1, sizeof *expected);
    if (!expected)
        return NULL;
    expected->shape = shape;
    expected->n_positions = n_positions;
    expected->positions = calloc((size_t)n_positions, sizeof *expected->positions);
    expected->values = calloc((size_t)n_positions * (size_t)shape.c, sizeof *expected->values);
    expected->sigma = calloc((size_t)shape.c, sizeof *expected->sigma);
    expected->rms = calloc((size_t)shape.c, sizeof *expected->rms);
    if (!expected->positions || !expected->values || !expected->sigma || !expected->rms)
        cg_expected_destroy(&expected);
    return expected;
}

void cg_expected_destroy(struct cg_expected **expected)
{
    if (!*expected)
        return;
    free((*expected)->positions);
    free((*expected)->values);
    free((*expected)->sigma);
    free((*expected)->rms);
    free(*expected);
    *expected = NULL;
}

static void collect(const struct evaluation *e, struct cg_expected *expected)
{
    const struct cg_shape shape = expected->shape;
    const float *output = e->tensors[e->graph->output];
    for (int64_t i = 0; i < expected->n_positions; i++) {
        const struct cg_position p = expected->positions[i];
        memcpy(expected->values + i * shape.c,
               output + (((int64_t)p.n * shape.h + p.y) * shape.w + p.x) * shape.c,
               (size_t)shape.c * sizeof *output);
    }
    for (int c = 0; c < shape.c; c++) {
        expected->sigma[c] = (float)sqrt(e->errors[e->graph->output][c].peak);
        expected->rms[c] = (float)sqrt(e->errors[e->graph->output][c].moment);
    }
}

/* Chooses between the cone of the positions and the whole output, and makes room for what is chosen. NULL
 * when there is no memory. */
static struct cg_expected *plan_expected(struct evaluation *e, const struct cg_position *positions,
                                         int64_t n_positions)
{
    const struct cg_shape shape = e->graph->nodes[e->graph->output].shape;
    const int64_t whole_madds = cg_graph_cost(e->graph).madds;
    int64_t madds = whole_madds;
    if (n_positions > 0) {
        e->masks = cone_masks(e->graph, positions, n_positions, e->arena);
        if (!e->masks)
            return NULL;
        madds = madds_of(e->graph, e->masks);
        if ((double)madds > whole_share * (double)whole_madds)
            e->masks = NULL;
    }
    struct cg_expected *made = cg_expected_alloc(shape, e->masks ? n_positions : pixels_of(shape));
    if (!made)
        return NULL;
    made->madds = e->masks ? madds : whole_madds;
    if (e->masks)
        memcpy(made->positions, positions, (size_t)n_positions * sizeof *positions);
    else
        cg_expected_all_positions(made);
    return made;
}

struct cg_expected *cg_expected_create(const struct cg_graph *graph, const struct cg_weights *weights,
                                       const float *input, const struct cg_position *positions,
                                       int64_t n_positions, struct cg_error *err)
{
    struct evaluation e = {.graph = graph, .weights = weights, .arena = cg_arena_create(0), .not_finite = -1};
    enum cg_status status = check_positions(graph->nodes[graph->output].shape, positions, n_positions, err);
    struct cg_expected *expected =
        status == CG_OK && e.arena ? plan_expected(&e, positions, n_positions) : NULL;
    if (status == CG_OK && !expected)
        status = cg_fail(err, CG_NO_MEMORY, "no memory for an expected output");
    if (status == CG_OK)
        status = begin_evaluation(&e, err);
    if (status == CG_OK)
        status = evaluate(&e, input, err);
    if (status == CG_OK)
        collect(&e, expected);
    else
        cg_expected_destroy(&expected);
    end_evaluation(&e);
    return expected;
}
