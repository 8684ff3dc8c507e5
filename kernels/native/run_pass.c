/* Runs passes: piece by piece over pixels that lie together. */
#include "kernels/native/plan.h"

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void run_mean(const struct nv_plan *plan, const struct nv_op *op, int thread, struct nv_range range)
{
    const int64_t map = (int64_t)op->in_h * op->in_w;
    for (int image = range.r0; image < range.r1; image++)
        for (int p = range.p0; p < range.p1; p++) {
            const struct nv_piece *piece = &op->pieces[p];
            plan->kernels->pass[CG_PASS_MEAN].run(&(struct cg_pass_args){
                .m = (int)map,
                .channels = piece->len,
                .a = nv_pixel(plan, thread, piece->a, image * map) + piece->a_column,
                .a_stride = plan->buffers[piece->a].ld,
                .out = nv_pixel(plan, thread, op->out, image) + piece->column,
                .out_stride = plan->buffers[op->out].ld,
                .lo = op->lo,
            });
        }
}

/* The activation that runs over what was written. */
static void post(const struct nv_plan *plan, const struct nv_op *op, struct cg_pass_args *args)
{
    if (op->post == CG_PASS_COPY)
        return;
    args->a = args->out;
    args->a_stride = args->out_stride;
    plan->kernels->pass[op->post].run(args);
}

static void set_scale(const struct nv_op *op, int column, struct cg_pass_args *args)
{
    if (op->pass == CG_PASS_AFFINE) {
        args->scale = op->params + column;
        args->shift = op->params + op->bias + column;
    }
}

/* `n` pixels from `pixel` on: pieces p0 ... p1 - 1 of an operation that gathers, all at once. They lie one
 * behind the other in the output. */
static void run_gathered(const struct nv_plan *plan, const struct nv_op *op, int thread, int64_t pixel,
                         int64_t n, int p0, int p1)
{
    struct cg_pass_source *sources = plan->workers[thread].sources;
    const int column = op->pieces[p0].column;
    int channels = 0;
    for (int p = p0; p < p1; p++) {
        const struct nv_piece *piece = &op->pieces[p];
        const float *a = nv_pixel(plan, thread, piece->a, pixel);
        for (int j = 0; j < piece->len; j++)
            sources[channels++] =
                (struct cg_pass_source){a + op->index[piece->column + j], plan->buffers[piece->a].ld};
    }
    struct cg_pass_args args = {
        .m = (int)n,
        .channels = channels,
        .sources = sources,
        .out = nv_pixel(plan, thread, op->out, pixel) + column,
        .out_stride = plan->buffers[op->out].ld,
        .lo = op->lo,
        .hi = op->hi,
    };
    set_scale(op, column, &args);
    plan->kernels->pass[op->pass].run(&args);
    post(plan, op, &args);
}

/* `n` pixels from `pixel` on, of one piece; `b` is the pixel of the second operand. */
static void run_piece(const struct nv_plan *plan, const struct nv_op *op, int thread, int64_t pixel,
                      int64_t b, int64_t n, const struct nv_piece *piece)
{
    struct cg_pass_args args = {
        .m = (int)n,
        .channels = piece->len,
        .a = nv_pixel(plan, thread, piece->a, pixel) + piece->a_column,
        .a_stride = plan->buffers[piece->a].ld,
        .out = nv_pixel(plan, thread, op->out, pixel) + piece->column,
        .out_stride = plan->buffers[op->out].ld,
        .lo = op->lo,
        .hi = op->hi,
    };
    if (piece->b >= 0) {
        args.b = nv_pixel(plan, thread, piece->b, b) + piece->b_column;
        args.b_stride = op->broadcast_b ? 0 : plan->buffers[piece->b].ld;
    }
    set_scale(op, piece->column, &args);
    plan->kernels->pass[op->pass].run(&args);
    post(plan, op, &args);
}

void nv_run_pass(const struct nv_plan *plan, const struct nv_op *op, int thread, struct nv_range range)
{
    if (op->pass == CG_PASS_MEAN) {
        run_mean(plan, op, thread, range);
        return;
    }
    const int64_t map = (int64_t)op->in_h * op->in_w;
    for (int64_t pixel = range.r0, n; pixel < range.r1; pixel += n) {
        n = smaller(range.r1 - pixel, nv_contiguous(plan, op->out, pixel));
        if (op->broadcast_b)
            n = smaller(n, map - pixel % map);
        for (int p = range.p0; p < range.p1; p++) {
            n = smaller(n, nv_contiguous(plan, op->pieces[p].a, pixel));
            if (op->pieces[p].b >= 0 && !op->broadcast_b)
                n = smaller(n, nv_contiguous(plan, op->pieces[p].b, pixel));
        }
        if (op->index)
            run_gathered(plan, op, thread, pixel, n, range.p0, range.p1);
        for (int p = range.p0; !op->index && p < range.p1; p++)
            run_piece(plan, op, thread, pixel, op->broadcast_b ? pixel / map : pixel, n, &op->pieces[p]);
    }
}
