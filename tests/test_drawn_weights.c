/* Weights that a run draws once and hands to all its workers. */
#include "bench/scheduler/drawn_weights.h"
#include "bench/worker/weights_file.h"
#include "tests/layers.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void expect_same(const struct cg_params *got, const struct cg_params *want)
{
    cr_expect(memcmp(got->weight, want->weight, want->n_weight * sizeof(float)) == 0);
    cr_expect_eq(got->bias != NULL, want->bias != NULL);
    if (want->bias)
        cr_expect(memcmp(got->bias, want->bias, (size_t)want->out * sizeof(float)) == 0);
}

Test(drawn_weights, are_those_of_the_seed_and_drawn_once)
{
    struct cg_error err = {0};
    struct cg_session *session = NULL;
    struct cg_graph *graph = layer_graph(600, 512, 1), *small = layer_graph(8, 12, 3);
    struct cg_job job = {.graph = graph}, other = {.graph = graph, .weight_seed = 4}, few = {.graph = small};
    cr_assert(graph && small && cg_session_create(NULL, &session, &err) == CG_OK);
    const int fd = cg_session_drawn_weights(session, &job),
              fd_other = cg_session_drawn_weights(session, &other);
    cr_assert(fd >= 0 && fd_other >= 0 && fd != fd_other);
    cr_expect_eq(cg_session_drawn_weights(session, &job), fd);
    cr_expect_eq(cg_session_drawn_weights(session, &few), -1, "each worker draws these faster");

    const struct {
        int fd;
        uint64_t seed;
    } rows[] = {{fd, CG_DEFAULT_SEED}, {fd_other, 4}};
    for (size_t i = 0; i < 2; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), rows[i].fd);
        struct cg_weights *mapped = cg_weights_from_file(graph, path, &err),
                          *drawn = cg_weights_create(graph, rows[i].seed, &err);
        cr_assert(mapped && drawn, "%s", err.text);
        for (int k = 0; k < drawn->n_params; k++)
            expect_same(&mapped->params[k], &drawn->params[k]);
        cg_weights_destroy(&mapped);
        cg_weights_destroy(&drawn);
    }
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
    cg_graph_destroy(&small);
}
