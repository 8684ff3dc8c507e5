#include "kernels/native/running.h"

#include "kernels/native/winograd.h"

#include <math.h>

/* Tiles of a range of output rows: row by row of tiles, no tile in two images. */
struct walk {
    const struct nv_op *op;
    int row, x, end; /* where the next tile begins; the range's end */
    int w;           /* of the output map */
};

/* Output pixels. */
struct tile {
    int row, x, rows, columns;
};

/* Rows of tiles that begin at `row`. */
static int rows_from(const struct walk *walk, int row)
{
    const struct nv_op *op = walk->op;
    const int64_t map = nv_smaller(walk->end - row, op->out_h - row % op->out_h);
    return (int)nv_smaller(map, op->gemm.winograd.edge);
}

static struct tile next_tile(struct walk *walk)
{
    const int edge = walk->op->gemm.winograd.edge;
    const struct tile tile = {walk->row, walk->x, rows_from(walk, walk->row),
                              (int)nv_smaller(edge, walk->w - walk->x)};
    walk->x += edge;
    if (walk->x >= walk->w) {
        walk->x = 0;
        walk->row += tile.rows;
    }
    return tile;
}

static int64_t count_tiles(const struct walk *walk)
{
    const int edge = walk->op->gemm.winograd.edge, across = (walk->w + edge - 1) / edge;
    int64_t n = 0;
    for (int row = walk->row; row < walk->end; row += rows_from(walk, row))
        n += across;
    return n;
}

/* What a block of tiles works with. */
struct block {
    const struct nv_call *call;
    const struct cg_winograd_kernel *kernel;
    struct nv_winograd_room room;
    float *in, *out; /* at the points: inputs of a group, sums of one panel */
    const float *zeros;
    struct walk tiles; /* at the first */
    int n;
};

/* The channels of a run in the inputs that a tile sees. Rows and columns that only outputs beyond the tile's
 * need count as padding: there may be anything. */
static void find_pixels(const struct block *b, const struct nv_run *run, const struct tile *tile,
                        const float **pixels)
{
    const struct nv_plan *plan = b->call->plan;
    const struct nv_op *op = b->call->op;
    const int side = b->kernel->edge + 2, ld = plan->buffers[run->buffer].ld;
    const int top = tile->row % op->out_h - op->window.pad_top, left = tile->x - op->window.pad_left;
    for (int i = 0; i < side; i++) {
        const bool inside = i < tile->rows + 2 && top + i >= 0 && top + i < op->in_h;
        const int64_t row = (int64_t)(tile->row / op->out_h) * op->in_h + top + i;
        const float *first =
            inside ? nv_pixel(plan, b->call->thread, run->buffer, row * op->in_w) + run->column : b->zeros;
        for (int j = 0; j < side; j++) {
            const int x = left + j;
            pixels[i * side + j] = inside && j < tile->columns + 2 && x >= 0 && x < op->in_w
                                       ? first + (ptrdiff_t)x * ld
                                       : b->zeros;
        }
    }
}

static void transform_inputs(const struct block *b, int group)
{
    const struct nv_op *op = b->call->op;
    const float *pixels[CG_WINOGRAD_POINTS];
    struct walk walk = b->tiles;
    for (int t = 0; t < b->n; t++) {
        const struct tile tile = next_tile(&walk);
        for (int r = op->gemm.group_runs[group]; r < op->gemm.group_runs[group + 1]; r++) {
            const struct nv_run *run = &op->runs[r];
            find_pixels(b, run, &tile, pixels);
            b->kernel->in(&(struct cg_winograd_in_args){.channels = run->len,
                                                        .pixels = pixels,
                                                        .out = b->in + (ptrdiff_t)t * op->gemm.winograd.ld +
                                                               run->position,
                                                        .out_stride = b->room.in_stride});
        }
    }
}

/* The sums of a panel: a gemm a point, which fetches the next one's weights. */
static void multiply(const struct block *b, const struct nv_panel *panel)
{
    const struct nv_plan *plan = b->call->plan;
    const struct nv_op *op = b->call->op;
    const struct cg_gemm_kernel *kernel = nv_gemm_kernel(plan, b->call->thread, op, panel);
    const int points = nv_winograd_points(&op->gemm.winograd), k = op->gemm.group_k;
    const ptrdiff_t point_weights = (ptrdiff_t)k * kernel->tile_n;
    const int64_t bytes = point_weights * (int64_t)sizeof(float),
                  a_line = k / plan->kernels->steps_a_line * (int64_t)CG_NATIVE_ALIGN,
                  tiles = (b->n + kernel->tile_m - 1) / kernel->tile_m;
    const bool two_lines = plan->kernels->steps_a_line == 1 && tiles * a_line < bytes;
    const int64_t tile_fetches = two_lines ? 2 * a_line : a_line;
    for (int point = 0; point < points; point++) {
        const float *weights = op->params + panel->weights + point * point_weights;
        const struct cg_gemm_segment segment = {b->in + point * b->room.in_stride, op->gemm.winograd.ld, k,
                                                0};
        kernel->run(&(struct cg_gemm_args){
            .m = b->n,
            .n = panel->n,
            .n_segments = 1,
            .segments = &segment,
            .b = weights,
            .bias = b->zeros,
            .c = b->out + point * b->room.out_stride,
            .c_stride = kernel->tile_n,
            .lo = -INFINITY,
            .hi = INFINITY,
            .ahead = (const char *)(weights + point_weights),
            .ahead_row = (ptrdiff_t)nv_smaller(bytes / b->n, tile_fetches / kernel->tile_m),
            .ahead_more = two_lines ? CG_NATIVE_ALIGN : 0});
    }
}

/* The first channels of the panel in `rows` rows of a tile; NULL for a buffer of -1. */
static float *const *find_rows(const struct block *b, int buffer, int column, const struct tile *tile,
                               float **rows)
{
    if (buffer < 0)
        return NULL;
    for (int i = 0; i < tile->rows; i++)
        rows[i] = nv_pixel(b->call->plan, b->call->thread, buffer,
                           (int64_t)(tile->row + i) * b->tiles.w + tile->x) +
                  column;
    return rows;
}

static void transform_sums(const struct block *b, const struct nv_panel *panel)
{
    const struct nv_plan *plan = b->call->plan;
    const struct nv_op *op = b->call->op;
    float *out[CG_WINOGRAD_POINTS], *residual[CG_WINOGRAD_POINTS];
    struct cg_winograd_out_args args = {.channels = panel->n,
                                        .in_stride = b->room.out_stride,
                                        .bias = op->params + panel->bias,
                                        .out_stride = plan->buffers[op->out].ld,
                                        .lo = op->lo,
                                        .hi = op->hi};
    if (panel->residual >= 0)
        args.residual_stride = plan->buffers[panel->residual].ld;
    struct walk walk = b->tiles;
    for (int t = 0; t < b->n; t++) {
        const struct tile tile = next_tile(&walk);
        args.rows = tile.rows;
        args.columns = tile.columns;
        args.in = b->out + (ptrdiff_t)t * panel->kernel->tile_n;
        args.out = find_rows(b, op->out, panel->column, &tile, out);
        args.residual =
            (const float *const *)find_rows(b, panel->residual, panel->residual_column, &tile, residual);
        b->kernel->out(&args);
        for (int i = 0; i < tile.rows; i++)
            nv_run_post(b->call, tile.columns, panel->n, out[i], args.out_stride);
    }
}

void nv_run_winograd(const struct nv_call *call, struct nv_range range)
{
    const struct nv_op *op = call->op;
    const struct nv_winograd_room room = nv_winograd_room(op);
    char *own = call->plan->workers[call->thread].ring;
    float *memory = (float *)(void *)(own + call->plan->tiles_at);
    struct block b = {.call = call,
                      .kernel = nv_winograd_kernel(call->plan, op),
                      .room = room,
                      .in = memory,
                      .out = memory + room.out,
                      .zeros = (float *)(void *)(own + call->plan->zeros_at),
                      .tiles = {op, range.r0, 0, range.r1, call->plan->buffers[op->out].w}};
    const int64_t all = count_tiles(&b.tiles), most = op->gemm.winograd.tiles,
                  blocks = (all + most - 1) / most;
    /* Blocks of about the same size, in whole register tiles. */
    const int64_t size =
        nv_smaller(most, nv_round_up((all + blocks - 1) / blocks, op->gemm.panels[range.p0].kernel->tile_m));
    for (int64_t left = all; left > 0; left -= b.n) {
        b.n = (int)nv_smaller(left, size);
        for (int p = range.p0, group = -1; p < range.p1; p++) {
            if (op->gemm.panels[p].group != group)
                transform_inputs(&b, group = op->gemm.panels[p].group);
            multiply(&b, &op->gemm.panels[p]);
            transform_sums(&b, &op->gemm.panels[p]);
        }
        for (int t = 0; t < b.n; t++)
            next_tile(&b.tiles);
    }
}
