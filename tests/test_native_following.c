/* What tasks of engine native fetch for later ones: it lies in the plan's weights, and of weights that are
 * read once no line is fetched twice. */
#include "kernels/native/microkernel.h"
#include "kernels/native/look_ahead.h"
#include "kernels/native/stages.h"
#include "tests/nodes.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* The end of a mobile network: wide layers on small maps, squeeze-and-excite, a global pool, a fully
 * connected layer. */
static struct cg_graph *head(void)
{
    struct cg_graph *g = cg_graph_create();
    cr_assert_not_null(g);
    int x = conv(g, input(g, 1, 14, 14, 64), 480, 1, 1, 1, CG_ACT_RELU);
    x = conv(g, conv(g, x, 96, 1, 1, 1, CG_ACT_RELU), 480, 1, 1, 1, CG_ACT_RELU);
    x = conv(g, depthwise(g, x, 3, 2, CG_ACT_RELU), 480, 1, 1, 1, CG_ACT_RELU);
    for (int i = 0; i < 2; i++)
        x = conv(g, depthwise(g, x, 3, 1, CG_ACT_RELU), 480, 1, 1, 1, CG_ACT_RELU);
    const int squeezed = conv(g, one(g, cg_node_of(CG_GLOBAL_POOL), x), 48, 1, 1, 1, CG_ACT_RELU);
    x = JOIN(g, CG_MUL, CG_ACT_NONE, x, conv(g, squeezed, 480, 1, 1, 1, CG_ACT_SIGMOID));
    x = one(g, cg_node_of(CG_GLOBAL_POOL), x);
    struct cg_node fc = cg_node_of(CG_FC);
    fc.shape.c = 1000;
    one(g, fc, x);
    return g;
}

struct region {
    const char *from, *to;
};

static int by_address(const void *a, const void *b)
{
    const struct region *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* What the threads of a plan fetch; `name` tells the plan. */
static void check_plan(const struct nv_plan *plan, const char *name)
{
    for (int t = 0; t < plan->base.setting.threads; t++) {
        struct region once[256];
        int n = 0, windows = 0;
        int64_t bytes = 0;
        for (int s = 0; s < plan->n_steps; s++) {
            const struct nv_tasks *tasks = &plan->steps[s].tasks[t];
            for (int i = 0; i < tasks->n; i++) {
                const struct nv_following *f = &tasks->at[i].following;
                if (!f->at)
                    continue;
                cr_expect(f->bytes > 0 && f->at >= plan->weights &&
                              f->at + f->bytes <= plan->weights + plan->weights_bytes,
                          "%s: step %d fetches outside the weights", name, s);
                windows += !f->once;
                if (!f->once)
                    continue;
                cr_assert_lt(n, 256);
                once[n++] = (struct region){f->at, f->at + f->bytes};
                bytes += f->bytes;
            }
        }
        /* Threads that share the map by rows each read all of a layer's weights. */
        cr_expect_gt(windows, 0, "%s: depthwise weights of 17 KB are fetched", name);
        cr_expect_gt(bytes, 64 * 1024, "%s: %lld bytes of the fully connected layer are fetched", name,
                     (long long)bytes);
        qsort(once, (size_t)n, sizeof *once, by_address);
        for (int i = 1; i < n; i++)
            cr_expect(once[i].from >= once[i - 1].to, "%s: a part is fetched twice", name);
    }
}

/* The calls of a task, in turn: what they fetch of its own weights while the first chunk runs is all panels,
 * each before it is read; what they fetch of those that follow is all of it, once. */
static void check_calls(const struct nv_plan *plan, const struct nv_task *task, int thread, const char *name)
{
    const struct nv_call call = {plan, &plan->ops[task->op], thread};
    const struct nv_panel *panels = call.op->gemm.panels;
    const char *own = (const char *)(call.op->params + panels[task->range.p0].bias),
               *later = task->following.at, *later_end = later + task->following.bytes;
    /* What rounding leaves to the last tile, and biases. */
    const int64_t slack = 4 * CG_NATIVE_ALIGN + panels[task->range.p0].kernel->tile_n * 4;
    struct nv_walk walk = nv_walk_of(plan, call.op, task->range);
    struct nv_chunk chunk = nv_next_chunk(&walk), next;
    for (bool first = true; chunk.n > 0; chunk = next, first = false) {
        next = nv_next_chunk(&walk);
        struct cg_gemm_args g = {.m = (int)chunk.n};
        struct cg_gemm_shared shared = {0};
        const struct nv_ahead ahead = nv_ahead_of(&call, task->range, &next, first);
        const char *from = NULL;
        for (int p = task->range.p0, more = 0; p < task->range.p1; p++, more--) {
            cr_expect(!first || own + slack >= (const char *)(call.op->params + panels[p].bias),
                      "%s: panel %d is read before it is fetched", name, p);
            if (more == 0) {
                nv_look_ahead(plan, task, p, &ahead, &g, &shared);
                from = g.ahead;
                more = 1 + g.more;
            } else {
                from += g.ahead_panel;
            }
            const int64_t bytes = g.ahead_row * g.m;
            if (from >= task->following.at && from < later_end) {
                cr_expect(from <= later + slack && from + slack >= later && next.n == 0 &&
                              bytes <= nv_fetch_room(plan, call.op, &panels[p], g.m),
                          "%s: something is left out or fetched twice during panel %d", name, p);
                later = from + bytes;
            } else if (first && from) {
                own = from + bytes;
            }
        }
    }
    cr_expect(later + slack >= later_end, "%s: %lld bytes of what follows are not fetched", name,
              (long long)(later_end - later));
}

static void check_tasks(const struct nv_plan *plan, const char *name)
{
    for (int t = 0; t < plan->base.setting.threads; t++)
        for (int s = 0; s < plan->n_steps; s++)
            for (int i = 0; i < plan->steps[s].tasks[t].n; i++) {
                const struct nv_task *task = &plan->steps[s].tasks[t].at[i];
                const struct nv_op *op = &plan->ops[task->op];
                if (op->kind == NV_GEMM && op->pixels && task->following.once)
                    check_calls(plan, task, t, name);
            }
}

/* Plans of every instruction set that is built in, and of both kinds of pipes: nothing is run, so neither
 * need be this processor's. */
Test(native_following, regions)
{
    struct cg_graph *g = head();
    struct cg_error err = {0};
    struct cg_weights *weights = cg_weights_create(g, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(weights, "%s", err.text);
    for (int i = 0; cg_native_isas[i]; i++)
        for (enum cg_pipes pipes = 0; pipes < CG_PIPES_COUNT; pipes++)
            for (int threads = 1; threads <= 3; threads++) {
                struct cg_plan *base = NULL;
                char name[64];
                snprintf(name, sizeof name, "%s, %s pipes, %d threads", cg_isa_name(cg_native_isas[i]->isa),
                         pipes == CG_PIPES_WHOLE ? "whole" : "half", threads);
                const struct nv_core core = {pipes, 1 << 20};
                const struct cg_setting setting = {
                    .threads = threads, .isa = cg_native_isas[i]->isa, .fusion = CG_FUSION_FULL};
                cr_assert_eq(nv_compile(g, weights, &setting, &core, &base, &err), CG_OK, "%s", err.text);
                check_plan((const struct nv_plan *)base, name);
                check_tasks((const struct nv_plan *)base, name);
                cg_plan_destroy(&base);
            }
    cg_weights_destroy(&weights);
    cg_graph_destroy(&g);
}
