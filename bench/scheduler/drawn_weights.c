#include "bench/scheduler/drawn_weights.h"

#include "base/array.h"
#include "bench/device/cgroup.h"
#include "bench/device/sysfile.h"
#include "bench/graph/cost.h"
#include "bench/graph/weights.h"
#include "bench/worker/weights_file.h"

#include <unistd.h>

#define LEAST_PARAMS 250000 /* of fewer, drawing takes less than a millisecond */
#define MEMORY_SHARE 16     /* of what is available */
#define SETS_MOST    128    /* open files are few, too */

static int64_t bytes_of(const struct cg_job *job)
{
    return (int64_t)sizeof(float) * cg_graph_cost(job->graph).params;
}

/* Of the machine, or of the container where that has less. */
static int64_t memory(void)
{
    struct cg_limits limits;
    cg_limits_read(NULL, &limits);
    const int64_t available = cg_sys_read_kib(NULL, "MemAvailable", "/proc/meminfo");
    return limits.memory_bytes >= 0 && limits.memory_bytes < available ? limits.memory_bytes : available;
}

static bool is_worth_it(const struct cg_session *session, const struct cg_job *job)
{
    const int64_t bytes = bytes_of(job);
    return bytes >= (int64_t)sizeof(float) * LEAST_PARAMS && session->n_drawn < SETS_MOST &&
           MEMORY_SHARE * (session->drawn_bytes + bytes) <= memory();
}

int cg_session_drawn_weights(struct cg_session *session, const struct cg_job *job)
{
    const uint64_t key = cg_reference_key(job);
    for (int i = 0; i < session->n_drawn; i++)
        if (session->drawn[i].key == key)
            return session->drawn[i].fd;
    if (!is_worth_it(session, job) ||
        !cg_array_fit(session->drawn, session->drawn_capacity, session->n_drawn + 1))
        return -1;
    struct cg_error ignored = {0};
    int fd = -1;
    struct cg_weights *weights =
        cg_weights_create(job->graph, job->weight_seed ? job->weight_seed : CG_DEFAULT_SEED, &ignored);
    if (weights && cg_weights_to_memory_file(weights, &fd, &ignored) == CG_OK) {
        session->drawn[session->n_drawn++] = (struct cg_drawn_weights){key, fd};
        session->drawn_bytes += bytes_of(job);
    }
    cg_weights_destroy(&weights);
    return fd;
}
