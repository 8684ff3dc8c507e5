/* Log-ratios that are judged together, as one table. */
#ifndef CONVGAUGE_REPORT_FAMILY_H
#define CONVGAUGE_REPORT_FAMILY_H

#include "bench/stats/verdict.h"

/* Zero-initialise; cg_family_free() in the end. */
struct cg_family {
    int n, room;
    struct cg_judged *rows; /* with their verdicts, once they are judged */
    bool failed;            /* no memory */
};

/* Its verdict is still to come. */
void cg_family_add(struct cg_family *family, struct cg_judged row);

/* As cg_judge(). False without memory, also of one that was added. */
bool cg_family_judge(struct cg_family *family, enum cg_question question);

void cg_family_free(struct cg_family *family);

#endif
