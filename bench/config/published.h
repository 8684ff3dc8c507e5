/* results/paper/networks.csv: what is published about each network, and the counts that ours must give. */
#ifndef CONVGAUGE_BENCH_CONFIG_PUBLISHED_H
#define CONVGAUGE_BENCH_CONFIG_PUBLISHED_H

#include "bench/config/config.h"

struct cg_published_row {
    char id[CG_NAME_MAX]; /* "mobilenet_v2:0.75" */
    int px;
    struct cg_published published;
};

struct cg_published_table {
    int n;
    struct cg_published_row *rows; /* malloc */
};

/* Reads the table; the caller frees its rows. */
enum cg_status cg_published_read(struct cg_published_table *table, struct cg_error *err);

/* What is published about a network, by its name and size; all unknown when nothing is. */
struct cg_published cg_published_find(const struct cg_published_table *table,
                                      const struct cg_network *network);
/* Nothing known: NAN, -1 and empty texts. */
struct cg_published cg_published_unknown(void);

#endif
