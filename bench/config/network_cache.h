/* Network files that stay open while a suite loads, so that a family's file is read once. */
#ifndef CONVGAUGE_BENCH_CONFIG_NETWORK_CACHE_H
#define CONVGAUGE_BENCH_CONFIG_NETWORK_CACHE_H

#include "bench/config/network_file.h"
#include "bench/config/published.h"

/* Zero-initialise it. */
struct cg_network_cache {
    int n;
    struct cg_network_file **files;
};

/* The open file at `path`, owned by the cache; NULL with `err` set. `family` as in cg_network_file_open(). */
struct cg_network_file *cg_network_cache_get(struct cg_network_cache *cache, const struct cg_config *config,
                                             const char *path, const char *family, struct cg_error *err);
void cg_network_cache_release(struct cg_network_cache *cache);

/* cg_config_load_network() with a cache. */
struct cg_network *cg_network_load(const struct cg_config *config, struct cg_network_cache *cache,
                                   const char *ref, const struct cg_config_options *options,
                                   struct cg_error *err);

#endif
