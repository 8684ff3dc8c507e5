#include "bench/commands/command.h"
#include "bench/worker/worker.h"

enum cg_status cg_command_worker(int argc, char **argv, struct cg_error *err)
{
    return cg_worker_main(argc, argv, cg_engine_find, err);
}
