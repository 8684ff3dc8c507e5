#include "kernels/reference/node.h"

#include <math.h>

/* The part of a window that lies in the map, and the divisor of an average over it. */
struct view {
    const float *image; /* of the batch's image that the window is in */
    struct cg_shape in;
    struct cg_window window;
    int y, x; /* the output pixel */
};

static const float *tap(const struct view *view, int i, int j)
{
    const struct cg_window *w = &view->window;
    const int y = view->y * w->stride_h - w->pad_top + i * w->dilation_h;
    const int x = view->x * w->stride_w - w->pad_left + j * w->dilation_w;
    if (y < 0 || y >= view->in.h || x < 0 || x >= view->in.w)
        return NULL;
    return view->image + ((int64_t)y * view->in.w + x) * view->in.c;
}

static float largest(const struct view *view, int c)
{
    float best = -INFINITY;
    for (int i = 0; i < view->window.kernel_h; i++)
        for (int j = 0; j < view->window.kernel_w; j++) {
            const float *in = tap(view, i, j);
            /* the comparison is false for NaN: a NaN in the window is kept, not lost */
            if (in && !(in[c] <= best))
                best = in[c];
        }
    return best;
}

static float average(const struct view *view, int c, bool count_padding)
{
    double sum = 0;
    int valid = 0;
    for (int i = 0; i < view->window.kernel_h; i++)
        for (int j = 0; j < view->window.kernel_w; j++) {
            const float *in = tap(view, i, j);
            if (in) {
                sum += (double)in[c];
                valid++;
            }
        }
    const int count = count_padding ? view->window.kernel_h * view->window.kernel_w : valid;
    return count > 0 ? (float)(sum / count) : 0;
}

/* The window that gives each kind its meaning: the global pool's is the whole map, the pad's one pixel. */
static struct cg_window window_of(const struct cg_node *spec, struct cg_shape in)
{
    struct cg_window window = spec->window;
    if (spec->op == CG_GLOBAL_POOL)
        window = (struct cg_window){.kernel_h = in.h,
                                    .kernel_w = in.w,
                                    .stride_h = 1,
                                    .stride_w = 1,
                                    .dilation_h = 1,
                                    .dilation_w = 1};
    if (spec->op == CG_PAD)
        window.kernel_h = window.kernel_w = window.stride_h = window.stride_w = 1;
    return window;
}

static void compute_pixel(const struct cg_node *spec, const struct view *view, float *out)
{
    if (spec->op == CG_PAD) {
        const float *in = tap(view, 0, 0);
        for (int c = 0; c < spec->shape.c; c++)
            out[c] = in ? in[c] : 0;
        return;
    }
    for (int c = 0; c < spec->shape.c; c++)
        out[c] = spec->op == CG_MAX_POOL ? largest(view, c) : average(view, c, spec->count_padding);
}

void cg_reference_window(const struct cg_graph *graph, int id, const float *input, const uint8_t *wanted,
                         float *output)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_shape out = spec->shape, in = cg_input_shape(graph, id, 0);
    struct view view = {.in = in, .window = window_of(spec, in)};
    int64_t at = 0;
    for (int n = 0; n < out.n; n++) {
        view.image = input + (int64_t)n * in.h * in.w * in.c;
        for (view.y = 0; view.y < out.h; view.y++)
            for (view.x = 0; view.x < out.w; view.x++, at++)
                if (!wanted || wanted[at])
                    compute_pixel(spec, &view, output + at * out.c);
    }
}
