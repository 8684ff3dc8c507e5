/* What the parts of the summary share. */
#ifndef CONVGAUGE_REPORT_SUMMARY_PARTS_H
#define CONVGAUGE_REPORT_SUMMARY_PARTS_H

#include "report/tables.h"

struct cg_summary_text {
    const struct cg_results *results;
    const char *file, *program; /* for the commands that go on */
    int width;
    bool tables; /* they are wanted */
    FILE *out;
    bool failed; /* no memory */
};

/* A text that begins after `first` blanks; "": nothing. */
void cg_summary_put(const struct cg_summary_text *s, const char *text, int first);

/* A table, if there is anything in it, which is destroyed. */
void cg_summary_put_table(struct cg_summary_text *s, struct cg_table *table);

#endif
