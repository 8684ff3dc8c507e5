#include "kernels/plan_parts.h"

#include "base/array.h"
#include "base/clock.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- plans that run step by step ---- */

void *cg_stepped_plan_create(size_t size, const struct cg_engine *engine, const struct cg_graph *graph,
                             const struct cg_setting *setting, struct cg_error *err)
{
    struct cg_stepped_plan *plan = calloc(1, size);
    if (plan)
        plan->base = (struct cg_plan){engine, cg_graph_copy(graph), *setting};
    if (!plan || !plan->base.graph) {
        free(plan);
        cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
        return NULL;
    }
    plan->base.setting.cpus = NULL;
    return plan;
}

enum cg_status cg_stepped_plan_finish(struct cg_stepped_plan *plan, enum cg_status prepared,
                                      struct cg_plan **result)
{
    *result = prepared == CG_OK ? &plan->base : NULL;
    if (prepared != CG_OK)
        plan->base.engine->destroy(&plan->base);
    return prepared;
}

void cg_stepped_plan_free(struct cg_stepped_plan *plan)
{
    struct cg_graph *graph = (struct cg_graph *)plan->base.graph;
    cg_graph_destroy(&graph);
    free(plan->steps);
    free(plan->arena);
    free(plan);
}

struct cg_plan_step *cg_step_open(struct cg_stepped_plan *plan, int node, enum cg_category category,
                                  struct cg_error *err)
{
    if (!cg_array_fit(plan->steps, plan->steps_capacity, plan->n_steps + 1)) {
        cg_fail(err, CG_NO_MEMORY, "no memory for the plan's steps");
        return NULL;
    }
    struct cg_plan_step *step = &plan->steps[plan->n_steps++];
    *step = (struct cg_plan_step){
        .nodes = {node}, .n_nodes = node >= 0, .category = category, .first = plan->n_calls};
    return step;
}

void *cg_aligned_zeros(int64_t bytes)
{
    void *memory = NULL;
    if (bytes < 0 || posix_memalign(&memory, CG_MEMORY_ALIGNMENT, bytes > 0 ? (size_t)bytes : 1))
        return NULL;
    return memset(memory, 0, (size_t)bytes);
}

enum cg_status cg_stepped_plan_place(struct cg_stepped_plan *plan, struct cg_memory_block *blocks,
                                     int n_blocks, int64_t more, struct cg_error *err)
{
    const int64_t placed = cg_memory_plan(blocks, n_blocks);
    if (placed < 0)
        return cg_fail(err, CG_NO_MEMORY, "no memory to plan the buffers");
    plan->arena_bytes = placed + more > 0 ? placed + more : CG_MEMORY_ALIGNMENT;
    plan->arena = cg_aligned_zeros(plan->arena_bytes);
    return plan->arena ? CG_OK
                       : cg_fail(err, CG_NO_MEMORY, "no memory for an arena of %lld bytes",
                                 (long long)plan->arena_bytes);
}

const char *cg_stepped_plan_heaviest(const struct cg_stepped_plan *plan)
{
    int64_t most = -1;
    const char *heaviest = "nothing to run";
    for (int i = 0; i < plan->n_steps; i++) {
        const struct cg_plan_step *s = &plan->steps[i];
        const int64_t madds = s->n_nodes ? cg_node_cost(plan->base.graph, s->nodes[0]).madds : -1;
        if (madds > most) {
            most = madds;
            heaviest = s->implementation;
        }
    }
    return heaviest;
}

enum cg_status cg_stepped_plan_run(struct cg_plan *base, struct cg_error *err)
{
    struct cg_stepped_plan *plan = (struct cg_stepped_plan *)base;
    return plan->run_calls(plan, 0, plan->n_calls, err);
}

enum cg_status cg_stepped_plan_run_timed(struct cg_plan *base, int64_t *step_ns, struct cg_error *err)
{
    struct cg_stepped_plan *plan = (struct cg_stepped_plan *)base;
    int64_t last = cg_now_ns();
    for (int i = 0; i < plan->n_steps; i++) {
        const struct cg_plan_step *step = &plan->steps[i];
        if (plan->run_calls(plan, step->first, step->n, err) != CG_OK)
            return cg_context(err, "node %s",
                              step->n_nodes ? base->graph->nodes[step->nodes[0]].name : "reorder");
        const int64_t now = cg_now_ns();
        step_ns[i] = now - last;
        last = now;
    }
    return CG_OK;
}

int cg_stepped_plan_n_steps(const struct cg_plan *plan)
{
    return ((const struct cg_stepped_plan *)plan)->n_steps;
}

void cg_stepped_plan_step(const struct cg_plan *plan, int i, struct cg_step *out)
{
    const struct cg_plan_step *from = &((const struct cg_stepped_plan *)plan)->steps[i];
    *out = (struct cg_step){.nodes = from->nodes, .n_nodes = from->n_nodes, .category = from->category};
    snprintf(out->implementation, sizeof out->implementation, "%s", from->implementation);
}

/* ---- threads ---- */

bool cg_bind_thread(int cpu)
{
    cpu_set_t *set = cpu < 0 ? NULL : CPU_ALLOC((size_t)cpu + 1);
    if (!set)
        return false;
    const size_t bytes = CPU_ALLOC_SIZE((size_t)cpu + 1);
    CPU_ZERO_S(bytes, set);
    CPU_SET_S((size_t)cpu, bytes, set);
    const int failed = sched_setaffinity(0, bytes, set);
    CPU_FREE(set);
    return !failed && sched_getcpu() == cpu;
}

int cg_thread_id(void)
{
    return (int)syscall(SYS_gettid);
}

int cg_thread_list(int *tids, int max)
{
    DIR *tasks = opendir("/proc/self/task");
    int n = 0;
    for (const struct dirent *entry; tasks && n < max && (entry = readdir(tasks));)
        if (entry->d_name[0] != '.')
            tids[n++] = (int)strtol(entry->d_name, NULL, 10);
    if (tasks)
        closedir(tasks);
    return n;
}

void cg_roll_call_answer(struct cg_roll_call *call, int i)
{
    call->tids[i] = cg_thread_id();
    if (call->cpus && !cg_bind_thread(call->cpus[i]))
        atomic_store(&call->unbound, call->cpus[i] + 1);
    atomic_fetch_add(&call->present, 1);
}

enum cg_status cg_roll_call_result(const struct cg_roll_call *call, const char *runtime, struct cg_error *err)
{
    const int unbound = atomic_load(&call->unbound);
    return unbound ? cg_fail(err, CG_UNAVAILABLE, "a thread of %s could not be bound to cpu %d", runtime,
                             unbound - 1)
                   : CG_OK;
}
