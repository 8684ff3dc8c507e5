/* A row for an engine that was left out of the build: probe() tells why, supports() and compile() refuse. The
 * other functions are NULL, as no plan of it can exist. */
#ifndef CONVGAUGE_KERNELS_ABSENT_H
#define CONVGAUGE_KERNELS_ABSENT_H

#include "kernels/engine.h"

void cg_absent_probe(struct cg_engine_info *info, const char *why_not);
bool cg_absent_supports(const struct cg_graph *graph, int id, char *why, size_t why_size);
enum cg_status cg_absent_compile(const struct cg_graph *graph, const struct cg_weights *weights,
                                 const struct cg_compile_options *options, struct cg_plan **plan,
                                 struct cg_error *err);

/* Defines the engine `identifier`, named `text`, as absent with the sentence `reason`. */
#define CG_ABSENT_ENGINE(identifier, text, about, reason)                                                    \
    static void identifier##_probe(struct cg_engine_info *info)                                              \
    {                                                                                                        \
        cg_absent_probe(info, reason);                                                                       \
    }                                                                                                        \
    const struct cg_engine identifier = {                                                                    \
        .name = text,                                                                                        \
        .summary = about,                                                                                    \
        .probe = identifier##_probe,                                                                         \
        .supports = cg_absent_supports,                                                                      \
        .compile = cg_absent_compile,                                                                        \
    }

#endif
