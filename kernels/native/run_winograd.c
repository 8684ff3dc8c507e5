#include "kernels/native/running.h"

#include "kernels/native/winograd.h"

#include <math.h>

/* Tiles of a block in the order in which they lie: with such numbers of rows and columns (part.h of the
 * kernels: short ones do without some points) that those which need a point follow each other. */
enum { SHORT_COLUMNS, WHOLE, SHORT_ROWS, SHORT_BOTH, N_PLACES };

/* Tiles of a range of output rows: row by row of tiles, no tile in two images. */
struct walk {
    const struct nv_op *op;
    int row, x, end;    /* where the next tile begins; the range's end */
    int rows;           /* of the tiles of that row, once one is known */
    int w;              /* of the output map */
    int next[N_PLACES]; /* numbers of the next tiles of a block */
};

/* Output pixels; where it lies in its block. */
struct tile {
    int row, x, rows, columns;
    int place, number;
};

/* Rows of tiles that begin at `row`. */
static int rows_from(const struct walk *walk, int row)
{
    const struct nv_op *op = walk->op;
    const int64_t map = nv_smaller(walk->end - row, op->out_h - row % op->out_h);
    return (int)nv_smaller(map, op->gemm.winograd.edge);
}

static int place_of(const struct nv_winograd *winograd, const struct tile *tile)
{
    const bool rows = nv_winograd_short(winograd, tile->rows),
               columns = nv_winograd_short(winograd, tile->columns);
    return rows ? (columns ? SHORT_BOTH : SHORT_ROWS) : columns ? SHORT_COLUMNS : WHOLE;
}

static struct tile next_tile(struct walk *walk)
{
    const int edge = walk->op->gemm.winograd.edge;
    if (walk->x == 0)
        walk->rows = rows_from(walk, walk->row);
    struct tile tile = {.row = walk->row,
                        .x = walk->x,
                        .rows = walk->rows,
                        .columns = (int)nv_smaller(edge, walk->w - walk->x)};
    tile.place = place_of(&walk->op->gemm.winograd, &tile);
    tile.number = walk->next[tile.place]++;
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
    struct nv_range range;
    const struct cg_winograd_kernel *kernel;
    struct nv_winograd_room room;
    float *in, *out; /* at the points: inputs of a group, sums of the panels that run together */
    const float *zeros;
    struct walk tiles;       /* at the first */
    int first[N_PLACES + 1]; /* numbers of the first tile of each place, and how many there are */
};

/* The next block, of `n` tiles. */
static void begin(struct block *b, int n)
{
    struct walk walk = b->tiles;
    int counts[N_PLACES] = {0};
    for (int t = 0; t < n; t++)
        counts[next_tile(&walk).place]++;
    for (int place = 0; place < N_PLACES; place++) {
        b->first[place + 1] = b->first[place] + counts[place];
        b->tiles.next[place] = b->first[place];
    }
}

/* Numbers of the tiles that need a point. */
static struct nv_rows tiles_at(const struct block *b, int row, int column)
{
    const struct nv_winograd *winograd = &b->call->op->gemm.winograd;
    const bool whole_rows = nv_winograd_spare(winograd, row),
               whole_columns = nv_winograd_spare(winograd, column);
    return (struct nv_rows){b->first[whole_columns ? WHOLE : 0],
                            b->first[!whole_rows ? (whole_columns ? SHORT_BOTH : N_PLACES) : SHORT_ROWS]};
}

/* Inputs that the tiles of a row see of a run's channels. */
struct sight {
    const struct nv_run *run;
    int row;                                   /* of the tiles; -1: of none yet */
    const float *rows[CG_WINOGRAD_SIDE(4, 1)]; /* at column 0; NULL: padding */
    const float *pixels[CG_WINOGRAD_POINTS];   /* of the last tile */
    bool whole;                                /* whose columns lie in the map, all of them */
};

/* Rows and columns that only outputs beyond a tile's need count as padding: there may be anything. */
static void find_input_rows(const struct block *b, const struct tile *tile, struct sight *sight)
{
    const struct nv_op *op = b->call->op;
    const struct nv_run *run = sight->run;
    const int stride = b->kernel->stride, image = tile->row / op->out_h,
              top = tile->row % op->out_h * stride - op->window.pad_top;
    for (int i = 0; i < CG_WINOGRAD_SIDE(b->kernel->edge, stride); i++) {
        const bool inside = i < CG_WINOGRAD_SIDE(tile->rows, stride) && top + i >= 0 && top + i < op->in_h;
        const int64_t row = (int64_t)image * op->in_h + top + i;
        sight->rows[i] =
            inside ? nv_pixel(b->call->plan, b->call->thread, run->buffer, row * op->in_w) + run->column
                   : NULL;
    }
    sight->row = tile->row;
    sight->whole = false;
}

static void find_pixels(const struct block *b, const struct tile *tile, struct sight *sight)
{
    const struct nv_op *op = b->call->op;
    const int stride = b->kernel->stride, edge = b->kernel->edge, side = CG_WINOGRAD_SIDE(edge, stride);
    const ptrdiff_t ld = b->call->plan->buffers[sight->run->buffer].ld;
    const int left = tile->x * stride - op->window.pad_left,
              end = (int)nv_smaller(CG_WINOGRAD_SIDE(tile->columns, stride), op->in_w - left);
    const bool whole = left >= 0 && end == side;
    if (tile->row != sight->row)
        find_input_rows(b, tile, sight);
    for (int i = 0; i < side; i++) {
        const float *row = sight->rows[i], **pixels = sight->pixels + i * side;
        if (row && whole && sight->whole) {
            for (int j = 0; j < side; j++)
                pixels[j] += edge * stride * ld;
        } else {
            for (int j = 0; j < side; j++)
                pixels[j] = row && j >= -left && j < end ? row + (left + j) * ld : b->zeros;
        }
    }
    sight->whole = whole;
}

/* Fetches what a tile will write: whole pixels, of which each panel writes a part. Inlined: GCC drops calls
 * of a function that only fetches. */
static inline __attribute__((always_inline)) void fetch_outputs(const struct block *b,
                                                                const struct tile *tile)
{
    const struct nv_plan *plan = b->call->plan;
    const struct nv_op *op = b->call->op;
    const struct nv_panel *last = &op->gemm.panels[b->range.p1 - 1];
    const int first = op->gemm.panels[b->range.p0].column, end = last->column + last->n,
              ld = plan->buffers[op->out].ld;
    for (int i = 0; i < tile->rows; i++) {
        const float *row =
            nv_pixel(plan, b->call->thread, op->out, (int64_t)(tile->row + i) * b->tiles.w + tile->x);
        for (int j = 0; j < tile->columns; j++)
            for (int c = first; c < end; c += CG_NATIVE_ALIGN / (int)sizeof(float))
                __builtin_prefetch(row + (ptrdiff_t)j * ld + c, 1, 2);
    }
}

/* Of a first group, at stride 2, where the output often lies in memory that this run has not used, what will
 * be written is fetched. */
static void transform_inputs(const struct block *b, int group)
{
    const struct nv_op *op = b->call->op;
    bool fetch = b->kernel->stride == 2 && group == op->gemm.panels[b->range.p0].group;
    for (int r = op->gemm.group_runs[group]; r < op->gemm.group_runs[group + 1]; r++, fetch = false) {
        struct sight sight = {.run = &op->runs[r], .row = -1};
        struct walk walk = b->tiles;
        for (int t = 0; t < b->first[N_PLACES]; t++) {
            const struct tile tile = next_tile(&walk);
            if (fetch)
                fetch_outputs(b, &tile);
            find_pixels(b, &tile, &sight);
            b->kernel->in(&(struct cg_winograd_in_args){
                .channels = sight.run->len,
                .rows = tile.rows,
                .columns = tile.columns,
                .pixels = sight.pixels,
                .out = b->in + tile.number * (ptrdiff_t)op->gemm.winograd.ld + sight.run->position,
                .out_stride = b->room.in_stride});
        }
    }
}

/* A slice of a panel's weights, which several gemms share, each of which fetches a part of the next slice;
 * the panel's sums at all points. */
struct slice {
    const struct nv_panel *panel;
    const float *at;
    const char *next;
    int64_t bytes; /* of the next slice that are not fetched yet */
    int64_t most;  /* of them that one gemm fetches; 0: as many as it has room for */
    float *sums;
};

/* The sums of a panel at a point of a line. */
static void multiply_at(const struct block *b, struct slice *w, int point, int of_line, struct nv_rows tiles)
{
    const struct nv_call *call = b->call;
    const struct nv_winograd *winograd = &call->op->gemm.winograd;
    const struct cg_gemm_kernel *kernel = nv_gemm_kernel(call->plan, call->thread, call->op, w->panel);
    const int k = call->op->gemm.group_k, m = tiles.end - tiles.first,
              steps_a_line = call->plan->kernels->steps_a_line;
    if (m <= 0)
        return;
    const int64_t a_line = k / steps_a_line * (int64_t)CG_NATIVE_ALIGN,
                  room = (m + kernel->tile_m - 1) / kernel->tile_m * a_line,
                  bytes = nv_smaller(w->bytes, w->most ? w->most : room);
    const bool two_lines = steps_a_line == 1 && room < bytes;
    const int64_t tile_fetches = two_lines ? 2 * a_line : a_line;
    const struct cg_gemm_segment segment = {
        b->in + point * b->room.in_stride + tiles.first * (ptrdiff_t)winograd->ld, winograd->ld, k, 0};
    cg_gemm_fn *run = kernel->run;
    struct nv_line_sum sum = {0};
    if (winograd->lines) {
        sum = nv_winograd_sum(winograd, of_line);
        run = call->plan->kernels->line->run[sum.sum];
    }
    run(&(struct cg_gemm_args){.m = m,
                               .n = w->panel->n,
                               .n_segments = 1,
                               .segments = &segment,
                               .b = w->at,
                               .bias = b->zeros,
                               .c = w->sums + point * b->room.out_stride +
                                    tiles.first * (ptrdiff_t)kernel->tile_n,
                               .c_stride = kernel->tile_n,
                               .lo = -INFINITY,
                               .hi = INFINITY,
                               .ahead = bytes ? w->next : (const char *)w->at,
                               .ahead_row = (ptrdiff_t)nv_smaller(bytes / m, tile_fetches / kernel->tile_m),
                               .ahead_more = two_lines ? CG_NATIVE_ALIGN : 0,
                               .scale = sum.scale});
    w->next += bytes;
    w->bytes -= bytes;
}

/* Weights `i` of panel `p`, or what is read behind the last of panels p0 ... p1 - 1, which run together. */
static const float *weights_at(const struct nv_op *op, int p0, int p1, int p, int i)
{
    if (p == p1) {
        p = p0;
        i++;
    }
    if (i == nv_winograd_slices(&op->gemm.winograd)) {
        p = p1;
        i = 0;
    }
    if (p == op->parts)
        return op->params + op->n_params; /* of the next operation */
    return op->params + op->gemm.panels[p].weights + i * op->gemm.panels[p].slice_step;
}

/* Points of a line that share weights `i`: the last ones may be those of several. */
static struct nv_rows points_of(const struct nv_winograd *winograd, int i)
{
    return (struct nv_rows){i,
                            i < nv_winograd_weight_side(winograd) - 1 ? i + 1 : nv_winograd_side(winograd)};
}

/* The sums of panels p0 ... p1 - 1: for each slice of weights, and panel, a gemm a point of it. */
static void multiply(const struct block *b, int p0, int p1)
{
    const struct nv_op *op = b->call->op;
    const struct nv_winograd *winograd = &op->gemm.winograd;
    const int side = nv_winograd_side(winograd), weight_side = nv_winograd_weight_side(winograd),
              slices = nv_winograd_slices(winograd);
    const bool lines = winograd->lines;
    const int64_t k_bytes =
        (int64_t)op->gemm.group_k * nv_winograd_slice_values(winograd) * (int)sizeof(float);
    for (int i = 0; i < slices; i++) {
        const int first = lines ? 0 : i % weight_side, end = lines ? weight_side : first + 1;
        const struct nv_rows rows = points_of(winograd, lines ? i : i / weight_side),
                             columns = points_of(winograd, first);
        const int gemms = (rows.end - rows.first) * (columns.end - columns.first);
        for (int p = p0; p < p1; p++) {
            const int64_t bytes = k_bytes * op->gemm.panels[p].kernel->tile_n;
            struct slice w = {.panel = &op->gemm.panels[p],
                              .at = weights_at(op, p0, p1, p, i),
                              .next = (const char *)weights_at(op, p0, p1, p + 1, i),
                              .bytes = bytes,
                              .most = lines ? 0 : bytes / gemms,
                              .sums = b->out + (p - p0) * b->room.panel_stride};
            for (int j = first; j < end; j++) {
                const struct nv_rows points = points_of(winograd, j);
                for (int y = rows.first; y < rows.end; y++)
                    for (int x = points.first; x < points.end; x++)
                        multiply_at(b, &w, y * side + x, j, tiles_at(b, y, x));
            }
        }
    }
}

/* The rows of a map that the tiles of a row write, or add. */
struct map_rows {
    int buffer, column, row;                                           /* as sight's */
    float *first[CG_WINOGRAD_SIDE(4, 1)], *at[CG_WINOGRAD_SIDE(4, 1)]; /* at column 0; at the tile's */
};

/* The first channels of the panel in `rows` rows of a tile; NULL for a buffer of -1. */
static float *const *find_rows(const struct block *b, const struct tile *tile, struct map_rows *map)
{
    if (map->buffer < 0)
        return NULL;
    const struct nv_plan *plan = b->call->plan;
    for (int i = 0; i < tile->rows && tile->row != map->row; i++)
        map->first[i] =
            nv_pixel(plan, b->call->thread, map->buffer, (int64_t)(tile->row + i) * b->tiles.w) + map->column;
    map->row = tile->row;
    for (int i = 0; i < tile->rows; i++)
        map->at[i] = map->first[i] + (ptrdiff_t)tile->x * plan->buffers[map->buffer].ld;
    return map->at;
}

static void transform_sums(const struct block *b, const struct nv_panel *panel, const float *sums)
{
    const struct nv_plan *plan = b->call->plan;
    const struct nv_op *op = b->call->op;
    struct map_rows out = {.buffer = op->out, .column = panel->column, .row = -1},
                    residual = {.buffer = panel->residual, .column = panel->residual_column, .row = -1};
    struct cg_winograd_out_args args = {.channels = panel->n,
                                        .in_stride = b->room.out_stride,
                                        .bias = op->params + panel->bias,
                                        .out_stride = plan->buffers[op->out].ld,
                                        .lo = op->lo,
                                        .hi = op->hi};
    if (panel->residual >= 0)
        args.residual_stride = plan->buffers[panel->residual].ld;
    struct walk walk = b->tiles;
    for (int t = 0; t < b->first[N_PLACES]; t++) {
        const struct tile tile = next_tile(&walk);
        args.rows = tile.rows;
        args.columns = tile.columns;
        args.in = sums + tile.number * (ptrdiff_t)panel->kernel->tile_n;
        args.out = find_rows(b, &tile, &out);
        args.residual = (const float *const *)find_rows(b, &tile, &residual);
        b->kernel->out(&args);
        for (int i = 0; i < tile.rows; i++)
            nv_run_post(b->call, tile.columns, panel->n, args.out[i], args.out_stride);
    }
}

void nv_run_winograd(const struct nv_call *call, struct nv_range range)
{
    const struct nv_op *op = call->op;
    const struct nv_winograd_room room = nv_winograd_room(op);
    char *own = call->plan->workers[call->thread].ring;
    float *memory = (float *)(void *)(own + call->plan->tiles_at);
    struct block b = {
        .call = call,
        .range = range,
        .kernel = nv_winograd_kernel(call->plan, op),
        .room = room,
        .in = memory,
        .out = memory + room.out,
        .zeros = (float *)(void *)(own + call->plan->zeros_at),
        .tiles = {.op = op, .row = range.r0, .end = range.r1, .w = call->plan->buffers[op->out].w}};
    const int64_t all = count_tiles(&b.tiles), most = op->gemm.winograd.tiles,
                  blocks = (all + most - 1) / most;
    /* Blocks of about the same size, in whole register tiles. */
    const int64_t size =
        nv_smaller(most, nv_round_up((all + blocks - 1) / blocks, op->gemm.panels[range.p0].kernel->tile_m));
    for (int64_t left = all; left > 0; left -= b.first[N_PLACES]) {
        begin(&b, (int)nv_smaller(left, size));
        for (int p = range.p0, end, group = -1; p < range.p1; p = end) {
            end = nv_winograd_set_end(op, p, range.p1);
            if (op->gemm.panels[p].group != group)
                transform_inputs(&b, group = op->gemm.panels[p].group);
            multiply(&b, p, end);
            for (int q = p; q < end; q++)
                transform_sums(&b, &op->gemm.panels[q], b.out + (q - p) * b.room.panel_stride);
        }
        for (int t = 0; t < b.first[N_PLACES]; t++)
            next_tile(&b.tiles);
    }
}
