/* One network under one setting: what the commands that measure one have in common. */
#ifndef CONVGAUGE_BENCH_COMMANDS_NETWORK_JOB_H
#define CONVGAUGE_BENCH_COMMANDS_NETWORK_JOB_H

#include "bench/commands/options.h"
#include "bench/commands/progress.h"
#include "bench/config/config.h"
#include "bench/device/device.h"
#include "bench/scheduler/session.h"

struct cg_network_job {
    struct cg_asked asked;
    int which;         /* of the settings that are asked for; 0 where it is a single one */
    const char *cores; /* --cores, or NULL */
    struct cg_device device;
    struct cg_network *network;
    struct cg_job job; /* of the network, under the setting of the command line */
    int cpus[CG_THREADS_MAX];
    struct cg_session *session;
    struct cg_progress_line line;
};

/* Before the command line is read; the rows fill in what is asked for. */
struct cg_network_job cg_network_job_default(void);

/* clang-format off */
#define CG_NETWORK_JOB_ROWS(it) \
    {.kind = CG_OPTION_SETTING, .target = &(it)->asked}, \
    {"cores", 'c', CG_OPTION_STRING, "SPEC", "big, little, all, or numbers: 0,2", &(it)->cores}
/* clang-format on */

/* Fills the setting, reads the device, picks the cpus and loads the network: the job is then whole. A whole
 * network starts from NHWC, so any reorder counts. Errors: as cg_topology_choose() and cg_network_arg(). */
enum cg_status cg_network_job_load(struct cg_network_job *it, const char *ref, struct cg_error *err);

/* Refuses to time under emulation (`instead`: cg_refuse_emulated()), says what --cores means, and opens the
 * session, whose progress is shown on a terminal. */
enum cg_status cg_network_job_start(struct cg_network_job *it, const char *instead,
                                    void (*progress)(const struct cg_progress *, void *), void *context,
                                    struct cg_error *err);

void cg_network_job_free(struct cg_network_job *it);

#endif
