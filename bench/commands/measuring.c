#include "bench/commands/measuring.h"

#include <stdio.h>

void cg_cores_say(const struct cg_topology *topology, const char *spec)
{
    const char *note = cg_topology_cores_note(topology, spec);
    if (note)
        fprintf(stderr, "convgauge: %s\n", note);
}

enum cg_status cg_refuse_emulated(const struct cg_device *device, const char *instead, struct cg_error *err)
{
    if (!device->emulation.emulated)
        return CG_OK;
    return cg_fail(err, CG_UNAVAILABLE,
                   "this processor is emulated (%s), so times would mean nothing and nothing is timed under "
                   "emulation; %s",
                   device->emulation.evidence, instead);
}

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
