#include "kernels/native/winograd.h"

#include <math.h>

/* Cycles for a byte of weights that a block reads from beyond the second-level cache: as much as passes
 * beside the multiply-adds is free. */
#define STREAM_BYTE 0.15

/* Columns of sums that are kept beside the inputs: of one panel. */
#define USUAL_COLUMNS 64

#define FLOATS_OF_LINE (CG_NATIVE_ALIGN / (int)sizeof(float))

bool nv_winograd_takes(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const struct cg_window *w = &node->window;
    return node->op == CG_CONV && (node->groups == 1 || node->groups < cg_input_shape(graph, id, 0).c) &&
           w->kernel_h == 3 && w->kernel_w == 3 && w->stride_h == w->stride_w && w->stride_h <= 2 &&
           w->dilation_h == 1 && w->dilation_w == 1;
}

/* How many tiles an operation of rows of whole images has. */
static int64_t n_tiles(const struct nv_plan *plan, const struct nv_op *op, int edge)
{
    const struct nv_buffer *out = &plan->buffers[op->out];
    const int64_t images = out->rows / op->out_h;
    return images * ((op->out_h + edge - 1) / edge) * ((out->w + edge - 1) / edge);
}

/* Bytes of a tile at the points, its inputs and the sums of a panel. */
static int64_t tile_bytes(const struct nv_winograd *winograd)
{
    return (int64_t)nv_winograd_points(winograd) * (winograd->ld + USUAL_COLUMNS) * (int)sizeof(float);
}

/* Tiles of a block that the second-level cache holds. */
static int64_t tiles_that_fit(const struct nv_plan *plan, const struct nv_winograd *winograd)
{
    return plan->core.l2_bytes * 3 / 4 / tile_bytes(winograd);
}

/* Columns that run together at most: their sums at the points stay in the second-level cache. Where all tiles
 * are one block, so that all weights are read once, or inputs do not stay in that cache anyway, the inputs of
 * a point then stay in the first-level cache while panels pass over them. Other blocks take turns with
 * single panels. */
static int64_t together(const struct nv_plan *plan, const struct nv_op *op,
                        const struct nv_winograd *winograd)
{
    const int64_t column = (int64_t)nv_winograd_points(winograd) * winograd->tiles * (int)sizeof(float);
    return winograd->tiles >= n_tiles(plan, op, winograd->edge) ||
                   winograd->tiles > tiles_that_fit(plan, winograd)
               ? plan->core.l2_bytes * 3 / 8 / column
               : 0;
}

/* Bytes of weights, which are read once a block. */
static double weight_bytes(const struct nv_plan *plan, const struct nv_op *op,
                           const struct nv_winograd *winograd)
{
    return (double)nv_winograd_slices(winograd) * nv_winograd_slice_values(winograd) * op->gemm.group_k *
           plan->buffers[op->out].c * (double)sizeof(float);
}

/* Bytes that pass between the second-level cache and what lies beyond it: weights, and the inputs of blocks
 * which it does not hold, written and brought back once, then read for each set of panels. */
static double bytes_beyond(const struct nv_plan *plan, const struct nv_op *op,
                           const struct nv_winograd *winograd)
{
    const int64_t all = n_tiles(plan, op, winograd->edge), lanes = plan->kernels->lanes,
                  set = nv_larger(together(plan, op, winograd) / lanes, 1) * lanes,
                  columns = plan->buffers[op->out].c / op->gemm.groups, sets = (columns + set - 1) / set;
    const double inputs = (double)nv_winograd_points(winograd) * (double)all * winograd->ld *
                          op->gemm.groups * (double)sizeof(float);
    return ceil((double)all / winograd->tiles) * weight_bytes(plan, op, winograd) +
           (winograd->tiles > tiles_that_fit(plan, winograd) ? (double)(sets + 2) * inputs : 0);
}

/* As few blocks as bring the fewest bytes from beyond the second-level cache: weights that this cache holds
 * come again for nothing. */
static int tiles_of_block(const struct nv_plan *plan, const struct nv_op *op, struct nv_winograd winograd)
{
    const int64_t all = n_tiles(plan, op, winograd.edge), unit = plan->kernels->gemm->tile_m,
                  fit = tiles_that_fit(plan, &winograd), usual = nv_larger(fit / unit, 1) * unit;
    if (fit >= all || usual >= all)
        return (int)all;
    winograd.tiles = (int)usual;
    if (weight_bytes(plan, op, &winograd) <= (double)plan->core.l2_bytes / 2)
        return (int)usual;
    double least = bytes_beyond(plan, op, &winograd);
    int best = (int)usual;
    for (int64_t blocks = (all - 1) / usual; blocks > 0; blocks--) {
        winograd.tiles = (int)nv_smaller(nv_round_up((all + blocks - 1) / blocks, unit), all);
        const double bytes = bytes_beyond(plan, op, &winograd);
        if (bytes < least) {
            least = bytes;
            best = winograd.tiles;
        }
    }
    return best;
}

/* Fewer steps of k do not pay for the inputs, which then come from the second-level cache for each panel. */
#define LINES_FROM 256

/* Whether weights are in lines: where one register tile takes all tiles, so that each gemm reads them once,
 * and fills its columns. On whole pipes wider tiles, which there is no such kernel of, are faster. */
static bool takes_lines(const struct nv_plan *plan, const struct nv_op *op,
                        const struct cg_winograd_kernel *kernel)
{
    const struct cg_line_kernel *line = plan->kernels->line;
    return line && plan->core.pipes == CG_PIPES_HALF && op->gemm.group_k >= LINES_FROM &&
           n_tiles(plan, op, kernel->edge) <= line->tile.tile_m &&
           plan->buffers[op->out].c / op->gemm.groups % line->tile.tile_n == 0;
}

struct nv_winograd nv_winograd_tiles(const struct nv_plan *plan, const struct nv_op *op,
                                     const struct cg_winograd_kernel *kernel)
{
    struct nv_winograd winograd = {.edge = kernel->edge,
                                   .stride = kernel->stride,
                                   .ld = nv_pixel_floats(op->gemm.group_k),
                                   .lines = takes_lines(plan, op, kernel)};
    winograd.tiles = tiles_of_block(plan, op, winograd);
    return winograd;
}

void nv_winograd_gemms(const struct nv_plan *plan, const struct nv_op *op,
                       struct nv_winograd_gemms gemms[NV_WINOGRAD_GEMMS])
{
    const struct nv_winograd *winograd = &op->gemm.winograd;
    const int edge = winograd->edge, h = op->out_h, w = plan->buffers[op->out].w;
    const double all = (double)((h + edge - 1) / edge) * ((w + edge - 1) / edge);
    for (int i = 0; i < NV_WINOGRAD_GEMMS; i++)
        gemms[i] = (struct nv_winograd_gemms){0, 0};
    int spare = 0;
    for (int point = 0; point < nv_winograd_side(winograd); point++)
        spare += nv_winograd_spare(winograd, point);
    const int used = nv_winograd_side(winograd) - spare;
    for (int i = 0; i < NV_WINOGRAD_GEMMS; i++) {
        const bool long_h = i % 2, long_w = i / 2; /* points that short tiles do without */
        const int down =
                      (h + edge - 1) / edge - (long_h && nv_winograd_short(winograd, h % edge) && h % edge),
                  across =
                      (w + edge - 1) / edge - (long_w && nv_winograd_short(winograd, w % edge) && w % edge);
        gemms[i].n = (long_h ? spare : used) * (long_w ? spare : used);
        gemms[i].m = (int)lround(winograd->tiles * down * across / all);
    }
}

static double vectors_of(const struct nv_plan *plan, int channels)
{
    return (channels + plan->kernels->lanes - 1) / plan->kernels->lanes;
}

double nv_winograd_cost(const struct nv_plan *plan, const struct nv_op *op,
                        const struct cg_winograd_kernel *kernel, double block)
{
    const struct nv_winograd winograd = nv_winograd_tiles(plan, op, kernel);
    const int groups = op->gemm.groups, columns = plan->buffers[op->out].c / groups;
    const double tiles = (double)n_tiles(plan, op, kernel->edge);
    const double blocks = fmax(1, tiles / winograd.tiles);
    /* In lines fewer come from there, but each is read for several points. */
    const double bytes = (double)nv_winograd_weight_points(&winograd) * op->gemm.group_k * columns * groups *
                         (double)sizeof(float);
    const double stream = bytes > (double)plan->core.l2_bytes / 2 ? blocks * bytes * STREAM_BYTE : 0;
    const double in = (double)kernel->cost[plan->core.pipes].in,
                 out = (double)kernel->cost[plan->core.pipes].out;
    return fmax(blocks * groups * block, stream) +
           tiles * groups * (in * vectors_of(plan, op->gemm.group_k) + out * vectors_of(plan, columns));
}

/* What three taps in a line give at a point: the sum of its powers times the taps, over the product of its
 * distances to the others. At infinity, the last point, it is the last tap. At stride 2 the outer taps so at
 * 0, 1 and infinity, then the middle one. */
#define A CG_WINOGRAD_A
#define B CG_WINOGRAD_B
#define AT(x, distances)                                                                                     \
    {                                                                                                        \
        (float)(1 / (distances)), (float)((x) / (distances)), (float)((x) * (x) / (distances))               \
    }
#define DISTANCES(x, two) (2 * (x) * (x) * ((x) * (x) - (two) * (two))) /* from +-x to 0, -+x and +-two */

static const float at_2[][3] = {AT(0., -1.), AT(1., 2.), AT(-1., 2.), {0, 0, 1}};
static const float at_2_apart[][3] = {{1, 0, 0}, {1, 0, 1}, {0, 0, 1}, {0, 1, 0}};
static const float at_4[][3] = {AT(0., A *A *B *B),     AT(A, DISTANCES(A, B)),  AT(-A, DISTANCES(A, B)),
                                AT(B, DISTANCES(B, A)), AT(-B, DISTANCES(B, A)), {0, 0, 1}};

/* Three taps, `from_step` apart, at all points, which go `to_step` apart. */
static void line_at_points(const float (*at)[3], int side, const float *restrict from, ptrdiff_t from_step,
                           int columns, float *restrict to, ptrdiff_t to_step)
{
    for (int p = 0; p < side; p++)
        for (int c = 0; c < columns; c++)
            to[p * to_step + c] =
                at[p][0] * from[c] + at[p][1] * from[from_step + c] + at[p][2] * from[2 * from_step + c];
}

/* What the three values of a line are multiples of its taps by; the sums of them that, times a factor, are
 * the weights at its points. */
struct line {
    float of_tap[3];
    struct nv_line_sum points[6];
};
static const struct line line_2 = {{-1, -2, -2},
                                   {{CG_LINE_FIRST, 1},
                                    {CG_LINE_FIRST_PLUS, -1 / 4.f},
                                    {CG_LINE_FIRST_MINUS, -1 / 4.f},
                                    {CG_LINE_LAST, -1 / 2.f}}};
static const struct line line_2_apart = {
    {1, 1, 2}, {{CG_LINE_FIRST, 1}, {CG_LINE_BOTH, 1 / 2.f}, {CG_LINE_LAST, 1 / 2.f}, {CG_LINE_MIDDLE, 1}}};
static const struct line line_4 = {{1, (float)B, 1},
                                   {{CG_LINE_FIRST, 1},
                                    {CG_LINE_FIRST_PLUS, -1 / 3.f},
                                    {CG_LINE_FIRST_MINUS, -1 / 3.f},
                                    {CG_LINE_LAST_PLUS, 1 / 6.f},
                                    {CG_LINE_LAST_MINUS, 1 / 6.f},
                                    {CG_LINE_LAST, 1}}};

static const struct line *line_of(const struct nv_winograd *winograd)
{
    return winograd->stride == 2 ? &line_2_apart : winograd->edge == 2 ? &line_2 : &line_4;
}

struct nv_line_sum nv_winograd_sum(const struct nv_winograd *winograd, int point)
{
    return line_of(winograd)->points[point];
}

void nv_winograd_weights(const struct nv_winograd *winograd, const float *taps, int columns, float *to,
                         ptrdiff_t down, ptrdiff_t across)
{
    const int side = nv_winograd_weight_side(winograd), n_across = winograd->lines ? 3 : side;
    const float(*at)[3] = winograd->stride == 2 ? at_2_apart : winograd->edge == 2 ? at_2 : at_4;
    const float *of_tap = line_of(winograd)->of_tap,
                values[][3] = {{of_tap[0], 0, 0}, {0, of_tap[1], 0}, {0, 0, of_tap[2]}};
    float lines[3 * 6 * NV_WINOGRAD_COLUMNS];
    for (int i = 0; i < 3; i++)
        line_at_points(winograd->lines ? values : at, n_across, taps + 3 * i * columns, columns, columns,
                       lines + i * n_across * columns, columns);
    for (int j = 0; j < n_across; j++)
        line_at_points(at, side, lines + j * columns, n_across * columns, columns, to + j * across, down);
}

int64_t nv_winograd_lay_out(const struct nv_plan *plan, struct nv_op *op)
{
    struct nv_panel *panels = op->gemm.panels;
    const int64_t most = together(plan, op, &op->gemm.winograd),
                  slices = nv_winograd_slices(&op->gemm.winograd),
                  k = (int64_t)op->gemm.group_k * nv_winograd_slice_values(&op->gemm.winograd);
    int64_t at = 0;
    for (int first = 0, end; first < op->parts; first = end) {
        int64_t columns = 0, step = 0;
        for (end = first; end < op->parts && panels[end].group == panels[first].group &&
                          (end == first || columns + panels[end].kernel->tile_n <= most);
             end++) {
            panels[end].set = first;
            panels[end].weights = at + step;
            columns += panels[end].kernel->tile_n;
            step += nv_round_up(k * panels[end].kernel->tile_n, FLOATS_OF_LINE);
        }
        at += slices * step;
        for (int p = first; p < end; at += panels[p++].kernel->tile_n) {
            panels[p].slice_step = step;
            panels[p].bias = at;
        }
        at = nv_round_up(at, FLOATS_OF_LINE);
    }
    return at;
}

int nv_winograd_set_end(const struct nv_op *op, int p, int end)
{
    const struct nv_panel *panels = op->gemm.panels;
    int q = p + 1;
    while (q < end && panels[q].set == panels[p].set)
        q++;
    return q;
}

static ptrdiff_t whole_lines(int64_t floats)
{
    return (ptrdiff_t)nv_round_up(floats, FLOATS_OF_LINE);
}

/* An odd number of lines from point to point, so that the points of a tile lie in different sets of the
 * caches. */
static ptrdiff_t spread(int64_t floats)
{
    const ptrdiff_t lines = whole_lines(floats) / FLOATS_OF_LINE;
    return (lines | 1) * FLOATS_OF_LINE;
}

struct nv_winograd_room nv_winograd_room(const struct nv_op *op)
{
    const struct nv_winograd *winograd = &op->gemm.winograd;
    const int points = nv_winograd_points(winograd);
    int64_t widest = 0, most = 0;
    for (int p = 0; p < op->parts; p++) {
        widest = nv_larger(widest, op->gemm.panels[p].kernel->tile_n);
        most = nv_larger(most, nv_winograd_set_end(op, p, op->parts) - p);
    }
    struct nv_winograd_room room = {.in_stride = spread((int64_t)winograd->tiles * winograd->ld),
                                    .out_stride = spread(winograd->tiles * widest)};
    room.out = points * room.in_stride;
    room.panel_stride = points * room.out_stride;
    room.end = room.out + most * room.panel_stride;
    room.zeros = whole_lines(nv_larger(op->gemm.group_k, widest));
    return room;
}

const struct cg_winograd_kernel *nv_winograd_kernel(const struct nv_plan *plan, const struct nv_op *op)
{
    const struct cg_winograd_kernel *kernel = plan->kernels->winograd;
    while (kernel->edge != op->gemm.winograd.edge || kernel->stride != op->gemm.winograd.stride)
        kernel++;
    return kernel;
}
