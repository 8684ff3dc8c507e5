/* The tables of ncnn's benchmark page (results/published/ncnn), read: its devices, its networks, and what the
 * program benchncnn printed on them. */
#ifndef CONVGAUGE_REPORT_ATLAS_H
#define CONVGAUGE_REPORT_ATLAS_H

#include "base/csv.h"
#include "bench/record/record.h"
#include "report/format.h"

#define CG_ATLAS_GPU "ncnn on a GPU" /* the engine of records with Vulkan */

/* What ran at once on a device: one block of the page. */
struct cg_atlas_setting {
    int device;      /* row of `devices` */
    int first, rows; /* of `times` */
    int run;         /* its number within the device, from 1 */
    int threads;
    bool gpu;
};

struct cg_atlas {
    struct cg_csv devices, networks, times;
    bool *flagged; /* rows of `times` that contradict others or themselves (flags.csv) */
    int n;
    struct cg_atlas_setting *settings;
};

/* Reads the tables; the caller closes them in any case. CG_NO_MEMORY. */
enum cg_status cg_atlas_open(struct cg_atlas *ncnn, struct cg_error *err);
void cg_atlas_close(struct cg_atlas *ncnn);

/* A cell of a table by the column's name. */
const char *cg_atlas_cell(const struct cg_csv *table, int row, const char *column);

/* "ncnn:rk3588/1"; "4 threads, big cores", "GPU 0". */
struct cg_phrase cg_atlas_name(const struct cg_atlas *ncnn, const struct cg_atlas_setting *setting);
struct cg_phrase cg_atlas_words(const struct cg_atlas *ncnn, const struct cg_atlas_setting *setting);

/* The row of `networks` with a name of ncnn's, or whose network here is called `here` ("mobilenet_v1:1.0",
 * "alexnet@227"); -1: none. */
int cg_atlas_network(const struct cg_atlas *ncnn, const char *name);
int cg_atlas_network_here(const struct cg_atlas *ncnn, const char *here);

/* The fastest run of a network (row of `networks`) under a setting, nanoseconds; NAN: there is none, or it is
 * flagged. */
double cg_atlas_time(const struct cg_atlas *ncnn, const struct cg_atlas_setting *setting, int network);

/* What benchncnn prints of a network. */
struct cg_atlas_times {
    double min_ms, max_ms, avg_ms;
};

/* Adds a record of it, with what is known of the network; `name`: ncnn's. False without memory. */
bool cg_atlas_add_record(const struct cg_atlas *ncnn, struct cg_results *results, const char *name,
                         struct cg_atlas_times times);

/* Says of all records under what they ran. */
void cg_atlas_set(struct cg_results *results, int threads, bool gpu);

/* A setting as a results file: point values, no samples. NULL without memory. */
struct cg_results *cg_atlas_results(const struct cg_atlas *ncnn, const struct cg_atlas_setting *setting);

#endif
