/* Networks by name or path. Their files stay open while a suite loads, so that each is read once. */
#ifndef CONVGAUGE_BENCH_CONFIG_NETWORK_H
#define CONVGAUGE_BENCH_CONFIG_NETWORK_H

#include "bench/config/network_file.h"

/* Zero-initialise it. */
struct cg_network_cache {
    int n, room;
    struct cg_network_file **files;
};

void cg_network_cache_release(struct cg_network_cache *cache);

/* cg_config_load_network() with a cache. */
struct cg_network *cg_network_load(const struct cg_config *config, struct cg_network_cache *cache,
                                   const char *ref, const struct cg_config_options *options,
                                   struct cg_error *err);

#endif
