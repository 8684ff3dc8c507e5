#include "bench/commands/cores_arg.h"

#include <stdio.h>

void cg_cores_say(const struct cg_topology *topology, const char *spec)
{
    const char *note = cg_topology_cores_note(topology, spec);
    if (note)
        fprintf(stderr, "convgauge: %s\n", note);
}
