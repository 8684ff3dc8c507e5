#include "bench/onnx/parameters.h"

#include "bench/graph/cost.h"

#include <math.h>
#include <string.h>

/* The four lists of a node's parameters, as the importer has them; NULL where there are none. */
struct lists {
    const char *names[4];
    const float *values[4];
    size_t n[4];
};

static struct lists lists_of(const struct cg_onnx_importer *im, int id)
{
    const struct cg_onnx_params *p = &im->params[im->graph->nodes[id].params];
    const size_t out = (size_t)im->graph->nodes[id].shape.c;
    return (struct lists){{"weights", "bias", "scale", "shift"},
                          {p->weight, p->bias, p->scale, p->shift},
                          {(size_t)cg_node_weights(im->graph, id), out, out, out}};
}

/* ---- values that are no plain numbers ---- */

static enum cg_status check_finite(struct cg_onnx_importer *im, int id, const struct lists *lists,
                                   size_t *n_denormal)
{
    for (int k = 0; k < 4; k++)
        for (size_t i = 0; lists->values[k] && i < lists->n[k]; i++) {
            const float value = lists->values[k][i];
            if (!isfinite(value))
                return cg_onnx_fail(im, CG_INVALID,
                                    "the model is not finite: element %zu of the %s of '%.64s' is %g", i,
                                    lists->names[k], im->graph->nodes[id].name, (double)value);
            *n_denormal += fpclassify(value) == FP_SUBNORMAL;
        }
    return CG_OK;
}

/* ---- parameters that nodes share ---- */

static bool alike(const struct lists *a, const struct lists *b)
{
    for (int k = 0; k < 4; k++) {
        if ((a->values[k] != NULL) != (b->values[k] != NULL) || (a->values[k] && a->n[k] != b->n[k]))
            return false;
        if (a->values[k] && memcmp(a->values[k], b->values[k], a->n[k] * sizeof(float)) != 0)
            return false;
    }
    return true;
}

/* The ordinal of a node before, of the same kind, whose parameters are these; its own when there is none. */
static int find_alike(const struct cg_onnx_importer *im, int id, const struct lists *lists)
{
    const struct cg_node *node = &im->graph->nodes[id];
    for (int before = 0; before < id && im->params[node->params].source; before++) {
        const struct cg_node *other = &im->graph->nodes[before];
        if (other->params < 0 || other->op != node->op ||
            im->params[other->params].source != im->params[node->params].source)
            continue;
        const struct lists theirs = lists_of(im, before);
        if (alike(lists, &theirs))
            return other->params;
    }
    return node->params;
}

enum cg_status cg_onnx_settle_params(struct cg_onnx_importer *im)
{
    size_t n_denormal = 0;
    for (int id = 0; id < im->graph->n_nodes; id++) {
        if (im->graph->nodes[id].params < 0)
            continue;
        size_t n = 0;
        const struct lists lists = lists_of(im, id);
        if (check_finite(im, id, &lists, &n) != CG_OK)
            return im->error.status;
        const int own = im->graph->nodes[id].params;
        im->graph->nodes[id].params = find_alike(im, id, &lists);
        n_denormal += im->graph->nodes[id].params == own ? n : 0;
    }
    if (n_denormal > 0)
        cg_onnx_note(im, "%zu parameters are denormal numbers, with which arithmetic may be slower",
                     n_denormal);
    return CG_OK;
}

/* ---- copies ---- */

static void copy_floats(float *to, const float *from, size_t n)
{
    if (to && from)
        memcpy(to, from, n * sizeof *to);
}

struct cg_weights *cg_onnx_copy_weights(struct cg_onnx_importer *im, const struct cg_graph *graph)
{
    struct cg_weights *weights = cg_weights_alloc(graph, &im->error);
    for (int id = 0; weights && id < graph->n_nodes; id++) {
        const int ordinal = graph->nodes[id].params;
        if (ordinal < 0)
            continue;
        struct cg_params *to = &weights->params[ordinal];
        const struct cg_onnx_params *from = &im->params[ordinal];
        copy_floats(to->weight, from->weight, to->n_weight);
        copy_floats(to->bias, from->bias, (size_t)to->out);
        copy_floats(to->scale, from->scale, (size_t)to->out);
        copy_floats(to->shift, from->shift, (size_t)to->out);
    }
    return weights;
}
