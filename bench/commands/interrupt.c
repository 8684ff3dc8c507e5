#include "bench/commands/interrupt.h"

#include <stddef.h>

volatile sig_atomic_t cg_interrupted;

static void on_signal(int number)
{
    (void)number;
    cg_interrupted = 1;
}

void cg_catch_interrupts(void)
{
    static const int asked_to_end[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof asked_to_end / sizeof *asked_to_end; i++)
        sigaction(asked_to_end[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}
