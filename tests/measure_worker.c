/* The worker of the tests: the program's own, with engines that misbehave. */
#include "bench/worker/worker.h"
#include "tests/faulty_engine.h"

int main(int argc, char **argv)
{
    struct cg_error err = {0};
    return cg_exit_code(cg_worker_main(argc - 1, argv + 1, cg_test_engine_find, &err));
}
