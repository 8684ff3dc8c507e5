/* Devices that others measured and published, as results: point values, without samples and intervals. The
 * paper's two, and those of ncnn's benchmark page. */
#ifndef CONVGAUGE_REPORT_PUBLISHED_H
#define CONVGAUGE_REPORT_PUBLISHED_H

#include "bench/record/record.h"
#include "report/format.h"

struct cg_published_device {
    struct cg_phrase name;    /* by which it is asked for: "paper:snapdragon810", "ncnn:rk3588/1" */
    struct cg_phrase title;   /* the device, as its source prints it */
    struct cg_phrase setting; /* "4 threads, big cores" */
    int networks;             /* figures */
};

/* Whether a name is one of a published device, or would be. */
bool cg_is_published(const char *name);

/* Those of a source ("paper", "ncnn"; NULL: of all) into a malloc'd array; how many in *n. CG_INVALID: there
 * is no such source. CG_NO_MEMORY. */
enum cg_status cg_published_list(const char *source, struct cg_published_device **devices, int *n,
                                 struct cg_error *err);

/* The one of that name as results, which are the caller's. CG_INVALID: there is none, with near ones. */
enum cg_status cg_published_load(const char *name, struct cg_results **results, struct cg_error *err);

#endif
