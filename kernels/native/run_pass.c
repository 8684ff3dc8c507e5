#include "kernels/native/plain.h"
#include "kernels/native/running.h"

/* Arguments for `n` pixels of `channels` from `column` of the output on; `pixel` is the output's first. */
static struct cg_pass_args args_of(const struct nv_call *call, int64_t pixel, int64_t n, int column,
                                   int channels)
{
    const struct nv_op *op = call->op;
    struct cg_pass_args args = {
        .m = (int)n,
        .channels = channels,
        .out = nv_pixel(call->plan, call->thread, op->out, pixel) + column,
        .out_stride = call->plan->buffers[op->out].ld,
        .lo = op->lo,
        .hi = op->hi,
        .in_h = op->in_h,
        .in_w = op->in_w,
    };
    if (op->n_params > 0) {
        args.scale = op->params + column;
        args.shift = op->params + op->bias + column;
    }
    return args;
}

static void run(const struct nv_call *call, const struct cg_pass_args *args)
{
    const struct nv_pass *pass = &call->op->pass;
    if (pass->plain)
        nv_plain_run(pass->plain, args);
    else
        call->plan->kernels->pass[pass->pass].run(args);
    nv_run_post(call, args->m, args->channels, args->out, args->out_stride);
}

static void set_a(const struct nv_call *call, const struct nv_piece *piece, int64_t pixel,
                  struct cg_pass_args *args)
{
    args->a = nv_pixel(call->plan, call->thread, piece->a, pixel) + piece->a_column;
    args->a_stride = call->plan->buffers[piece->a].ld;
}

/* What is computed of whole maps. */
static void run_maps(const struct nv_call *call, struct nv_range range)
{
    const struct nv_pass *pass = &call->op->pass;
    const int64_t map = (int64_t)call->op->in_h * call->op->in_w;
    const int64_t made = pass->maps ? (int64_t)pass->plain->shape.h * pass->plain->shape.w : 1;
    for (int image = range.r0; image < range.r1; image++)
        for (int p = range.p0; p < range.p1; p++) {
            const struct nv_piece *piece = &pass->pieces[p];
            struct cg_pass_args args =
                args_of(call, image * made, pass->maps ? made : map, piece->column, piece->len);
            set_a(call, piece, image * map, &args);
            if (pass->maps)
                nv_plain_run(pass->plain, &args);
            else
                call->plan->kernels->pass[CG_PASS_MEAN].run(&args);
        }
}

/* `n` pixels from `pixel` on: pieces of an operation that gathers, all at once. They lie one behind the other
 * in the output. */
static void run_gathered(const struct nv_call *call, int64_t pixel, int64_t n, struct nv_range range)
{
    const struct nv_op *op = call->op;
    struct cg_pass_source *sources = call->plan->workers[call->thread].sources;
    int channels = 0;
    for (int p = range.p0; p < range.p1; p++) {
        const struct nv_piece *piece = &op->pass.pieces[p];
        const float *a = nv_pixel(call->plan, call->thread, piece->a, pixel);
        for (int j = 0; j < piece->len; j++)
            sources[channels++] = (struct cg_pass_source){a + op->pass.index[piece->column + j],
                                                          call->plan->buffers[piece->a].ld};
    }
    struct cg_pass_args args = args_of(call, pixel, n, op->pass.pieces[range.p0].column, channels);
    args.sources = sources;
    run(call, &args);
}

/* `n` pixels from `pixel` on, of one piece; `b` is the pixel of the second operand. */
static void run_piece(const struct nv_call *call, int64_t pixel, int64_t b, int64_t n,
                      const struct nv_piece *piece)
{
    struct cg_pass_args args = args_of(call, pixel, n, piece->column, piece->len);
    set_a(call, piece, pixel, &args);
    if (piece->b >= 0) {
        args.b = nv_pixel(call->plan, call->thread, piece->b, b) + piece->b_column;
        args.b_stride = call->op->pass.broadcast_b ? 0 : call->plan->buffers[piece->b].ld;
    }
    run(call, &args);
}

void nv_run_pass(const struct nv_call *call, struct nv_range range)
{
    const struct nv_plan *plan = call->plan;
    const struct nv_pass *pass = &call->op->pass;
    if (pass->pass == CG_PASS_MEAN || pass->maps) {
        run_maps(call, range);
        return;
    }
    const int64_t map = (int64_t)call->op->in_h * call->op->in_w;
    for (int64_t pixel = range.r0, n; pixel < range.r1; pixel += n) {
        n = nv_smaller(range.r1 - pixel, nv_contiguous(plan, call->op->out, pixel));
        if (pass->broadcast_b)
            n = nv_smaller(n, map - pixel % map);
        for (int p = range.p0; p < range.p1; p++) {
            n = nv_smaller(n, nv_contiguous(plan, pass->pieces[p].a, pixel));
            if (pass->pieces[p].b >= 0 && !pass->broadcast_b)
                n = nv_smaller(n, nv_contiguous(plan, pass->pieces[p].b, pixel));
        }
        if (pass->index)
            run_gathered(call, pixel, n, range);
        for (int p = range.p0; !pass->index && p < range.p1; p++)
            run_piece(call, pixel, pass->broadcast_b ? pixel / map : pixel, n, &pass->pieces[p]);
    }
}
