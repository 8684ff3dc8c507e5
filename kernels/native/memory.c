#include "kernels/native/stages.h"

#include "bench/graph/memory_plan.h"
#include "kernels/native/core_type.h"
#include "kernels/native/winograd.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGE ((int64_t)2 << 20)

/* Rounded up to whole pages: they take 4 KiB on x86, up to 64 KiB on ARM, and parts of one cannot be given
 * back. */
static int64_t in_pages(int64_t bytes)
{
    return nv_round_up(bytes, sysconf(_SC_PAGESIZE));
}

static void unmap(char *p, int64_t bytes)
{
    if (p && bytes > 0)
        munmap(p, (size_t)in_pages(bytes));
}

/* Zeros, from a huge page's boundary on where they fill one: one more of them is then in such a page than
 * behind wherever the system would begin. */
static char *map(int64_t bytes)
{
    const int64_t room = in_pages(bytes), slack = room < HUGE_PAGE ? 0 : HUGE_PAGE;
    char *p = mmap(NULL, (size_t)(room + slack), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    const int64_t before = slack ? HUGE_PAGE - (int64_t)((uintptr_t)p % HUGE_PAGE) : 0;
    unmap(p, before);
    unmap(p + before + room, slack - before);
    /* Fewer misses of the address translation; where the system refuses nothing is lost. */
    madvise(p + before, (size_t)room, MADV_HUGEPAGE);
    return p + before;
}

/* Makes the pages of memory that one thread uses at once, which the first run would do fault by fault: it
 * then takes as long as the others. Where several threads use it, each finds its pages near by itself. */
static void populate(const struct nv_plan *plan, char *p, int64_t bytes)
{
    if (plan->base.setting.threads > 1 || !p)
        return;
#ifdef MADV_POPULATE_WRITE
    madvise(p, (size_t)in_pages(bytes), MADV_POPULATE_WRITE);
#endif
}

/* An upper bound on packed weights: columns padded to the widest panel in each group. */
static int64_t most_weight_bytes(const struct cg_graph *graph, const struct cg_native_kernels *kernels)
{
    int widest = kernels->lanes;
    for (int i = 0; i < kernels->n_gemm; i++)
        widest = kernels->gemm[i].tile_n > widest ? kernels->gemm[i].tile_n : widest;
    int64_t floats = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->params >= 0 && !cg_op_has(node->op, CG_HAS_WEIGHTS))
            floats += 2 * (int64_t)node->shape.c + CG_NATIVE_ALIGN;
        if (node->op != CG_CONV && node->op != CG_FC)
            continue;
        const int groups = node->op == CG_CONV ? node->groups : 1;
        const int64_t cpg = cg_input_shape(graph, id, 0).c / groups;
        const int64_t taps = nv_winograd_takes(graph, id) ? CG_WINOGRAD_POINTS
                             : node->op == CG_CONV ? (int64_t)node->window.kernel_h * node->window.kernel_w
                                                   : 1;
        /* Each run of a residual may start a panel of its own: at most one a channel. */
        const int64_t columns = (int64_t)node->shape.c * widest;
        const int64_t usual = nv_round_up(node->shape.c / groups, widest) * groups;
        const bool depthwise = cg_node_is_depthwise(graph, id);
        floats +=
            (cpg * taps + 1 + CG_NATIVE_ALIGN) * (depthwise || groups == 1 ? usual + 32 * widest : usual);
        floats += depthwise ? columns * (taps + 1) : 0;
    }
    return floats * (int64_t)sizeof(float) * 2 + 1;
}

enum cg_status nv_reserve_weights(struct nv_plan *plan, struct cg_error *err)
{
    plan->weights_room = in_pages(most_weight_bytes(plan->graph, plan->kernels));
    plan->weights = map(plan->weights_room);
    if (!plan->weights)
        return cg_fail(err, CG_NO_MEMORY, "no address space for %lld MiB of packed weights",
                       (long long)(plan->weights_room >> 20));
    return CG_OK;
}

void nv_trim_weights(struct nv_plan *plan)
{
    const int64_t used = in_pages(plan->weights_bytes + 1);
    if (used < plan->weights_room) {
        munmap(plan->weights + used, (size_t)(plan->weights_room - used));
        plan->weights_room = used;
    }
}

/* Pixels left free behind a map that several threads use: prefetchers that follow the rows of register tiles
 * run so far over its end, into what another thread may be writing. */
#define FREE_PIXELS 48

static int64_t buffer_bytes(const struct nv_plan *plan, const struct nv_buffer *b)
{
    const int64_t rows = b->ring ? b->ring : b->rows;
    const int64_t free_pixels =
        plan->base.setting.threads > 1 && !b->ring && b->rows * b->w > 1 ? FREE_PIXELS : 0;
    return nv_round_up((rows * b->w + free_pixels) * b->ld * (int64_t)sizeof(float), CG_NATIVE_ALIGN);
}

static bool has_own_place(const struct nv_buffer *b, bool ring)
{
    return (b->ring != 0) == ring && b->first >= 0 && b->in_place_of < 0;
}

/* Places the buffers that are whole (ring false) or the rings; returns the bytes that they need, -1 without
 * memory. */
static int64_t place(struct nv_plan *plan, bool ring)
{
    struct cg_memory_block *blocks = nv_scratch(plan, plan->n_buffers, sizeof *blocks);
    if (!blocks)
        return -1;
    int n = 0;
    for (int i = 0; i < plan->n_buffers; i++) {
        const struct nv_buffer *b = &plan->buffers[i];
        if (has_own_place(b, ring))
            blocks[n++] = (struct cg_memory_block){buffer_bytes(plan, b), b->first, b->last, 0};
    }
    const int64_t bytes = n ? cg_memory_plan(blocks, n) : 0;
    n = 0;
    for (int i = 0; bytes >= 0 && i < plan->n_buffers; i++) {
        struct nv_buffer *b = &plan->buffers[i];
        if (has_own_place(b, ring))
            b->offset = blocks[n++].offset;
    }
    for (int i = 0; !ring && i < plan->n_buffers; i++)
        if (plan->buffers[i].in_place_of >= 0)
            plan->buffers[i].offset = plan->buffers[plan->buffers[i].in_place_of].offset;
    return bytes;
}

/* Behind the rings, for Winograd's algorithm, what whatever operation needs most: zeros, a block of tiles. */
static void place_tiles(struct nv_plan *plan)
{
    int64_t zeros = 0, tiles = 0;
    for (int o = 0; o < plan->n_ops; o++) {
        if (plan->ops[o].kind != NV_GEMM || !plan->ops[o].gemm.winograd.edge)
            continue;
        const struct nv_winograd_room room = nv_winograd_room(&plan->ops[o]);
        zeros = nv_larger(zeros, room.zeros * (int64_t)sizeof(float));
        tiles = nv_larger(tiles, room.end * (int64_t)sizeof(float));
    }
    plan->zeros_at = plan->ring_bytes;
    plan->tiles_at = plan->zeros_at + zeros;
    plan->ring_bytes = plan->tiles_at + tiles;
}

/* The most segments, rows and gathered channels that a call of any operation takes. */
struct scratch_sizes {
    int64_t segments, rows, sources;
};

static struct scratch_sizes scratch_sizes(const struct nv_plan *plan)
{
    struct scratch_sizes most = {1, 1, 1};
    for (int o = 0; o < plan->n_ops; o++) {
        const struct nv_op *op = &plan->ops[o];
        const struct cg_window *w = &op->window;
        if (op->kind == NV_GEMM)
            most.segments = nv_larger(most.segments, (int64_t)op->n_runs * w->kernel_h * w->kernel_w);
        if (op->kind == NV_WINDOW)
            most.rows =
                nv_larger(most.rows, (int64_t)op->out_h * w->stride_h + (int64_t)w->kernel_h * w->dilation_h);
        if (op->kind == NV_PASS && op->pass.index)
            most.sources = nv_larger(most.sources, plan->buffers[op->out].c);
    }
    return most;
}

/* Memory that shares no cache line with another thread's, nor the line that is fetched along with it. */
static void *own_lines(int64_t bytes)
{
    return aligned_alloc(2 * CG_NATIVE_ALIGN, (size_t)nv_round_up(bytes, 2 * CG_NATIVE_ALIGN));
}

static bool equip(const struct nv_plan *plan, const struct scratch_sizes *sizes, int thread)
{
    struct nv_worker *w = &plan->workers[thread];
    const int *cpus = plan->base.setting.cpus;
    w->in_order = plan->kernels->gemm_in_order && nv_core_in_order(cpus ? cpus[thread] : -1);
    w->gemm = w->in_order ? plan->kernels->gemm_in_order : plan->kernels->gemm;
    w->segments = own_lines(sizes->segments * (int64_t)sizeof *w->segments);
    w->rows = own_lines(sizes->rows * (int64_t)sizeof *w->rows);
    w->sources = own_lines(sizes->sources * (int64_t)sizeof *w->sources);
    w->ring = plan->ring_bytes ? map(plan->ring_bytes) : NULL;
    populate(plan, w->ring, plan->ring_bytes);
    return w->segments && w->rows && w->sources && (w->ring || !plan->ring_bytes);
}

enum cg_status nv_allocate(struct nv_plan *plan, struct cg_error *err)
{
    const int threads = plan->base.setting.threads;
    plan->arena_bytes = place(plan, false);
    plan->ring_bytes = place(plan, true);
    plan->workers = cg_arena_array(plan->kept, (size_t)threads, sizeof *plan->workers);
    if (plan->arena_bytes < 0 || plan->ring_bytes < 0 || !plan->workers)
        return cg_fail(err, CG_NO_MEMORY, "no memory for planning");
    place_tiles(plan);
    plan->arena = map(plan->arena_bytes);
    if (!plan->arena)
        return cg_fail(err, CG_NO_MEMORY, "no memory for %lld MiB of intermediate tensors",
                       (long long)(plan->arena_bytes >> 20));
    populate(plan, plan->arena, plan->arena_bytes);
    const struct scratch_sizes sizes = scratch_sizes(plan);
    for (int t = 0; t < threads; t++)
        if (!equip(plan, &sizes, t))
            return cg_fail(err, CG_NO_MEMORY, "no memory for the threads of a plan");
    return CG_OK;
}

void nv_free_memory(struct nv_plan *plan)
{
    for (int t = 0; plan->workers && t < plan->base.setting.threads; t++) {
        free(plan->workers[t].segments);
        free(plan->workers[t].rows);
        free(plan->workers[t].sources);
        unmap(plan->workers[t].ring, plan->ring_bytes);
    }
    unmap(plan->arena, plan->arena_bytes);
    unmap(plan->weights, plan->weights_room);
}
