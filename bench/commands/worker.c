#include "bench/commands/command.h"
#include "bench/worker/worker.h"

#include <signal.h>

enum cg_status cg_command_worker(int argc, char **argv, struct cg_error *err)
{
    /* What ends a worker is told by the scheduler, which asks for the signal. */
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    return cg_worker_main(argc, argv, cg_engine_find, err);
}
