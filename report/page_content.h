/* What the parts of a report are made from: all files of one report, their suites gathered by name. */
#ifndef CONVGAUGE_REPORT_PAGE_CONTENT_H
#define CONVGAUGE_REPORT_PAGE_CONTENT_H

#include "report/page.h"
#include "report/page_parts.h"
#include "report/plots.h"
#include "report/tables.h"

#define CG_PAGE_DETAILED                                                                                     \
    8 /* files whose tables are shown whole; of more, the overview and the comparison tell */
#define CG_PAGE_SUITES 64

/* All panels of one suite name: one an input that has it. */
struct cg_chapter {
    const char *name;
    enum cg_suite_kind kind;
    int n;
    struct cg_panel *panels; /* room for every input */
};

struct cg_page {
    const struct cg_inputs *inputs;
    struct cg_parts parts;
    struct cg_figures figures;
    struct cg_folder folder;
    char (*devices)[96]; /* short words for each input */
    int n_chapters;
    struct cg_chapter chapters[CG_PAGE_SUITES];
    const struct cg_report_options *options;
};

/* Tells who waits what is being made. */
void cg_page_tell(const struct cg_page *report, const char *what);

void cg_page_add_text(struct cg_page *report, enum cg_part_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

const char *cg_page_base_name(const char *path);

/* The report's parts, in the order in which they stand; page_overview.c and page_chapters.c. No memory for a
 * part shows in report->parts.failed. */
void cg_page_add_overview(struct cg_page *report);
enum cg_status cg_page_add_chapter(struct cg_page *report, const struct cg_chapter *chapter,
                                   struct cg_error *err);
enum cg_status cg_page_add_profiles(struct cg_page *report, struct cg_error *err);
enum cg_status cg_page_add_comparison(struct cg_page *report, struct cg_error *err);
void cg_page_add_skipped(struct cg_page *report);
void cg_page_add_words(struct cg_page *report);

#endif
