/* What the parts of a report are made from: all files of one report, their suites gathered by name. */
#ifndef CONVGAUGE_REPORT_PAGE_CONTENT_H
#define CONVGAUGE_REPORT_PAGE_CONTENT_H

#include "report/page_parts.h"
#include "report/plots.h"

/* Files whose tables are shown whole; of more, the overview and the comparison tell. */
#define CG_PAGE_DETAILED 8
#define CG_PAGE_SUITES   64

/* All panels of one suite name: one an input that has it. */
struct cg_chapter {
    const char *name;
    enum cg_suite_kind kind;
    int n, detailed;         /* panels; those that are shown whole */
    struct cg_panel *panels; /* room for every input */
};

struct cg_page {
    const struct cg_inputs *inputs;
    int detailed; /* inputs that are shown whole */
    struct cg_parts parts;
    struct cg_figures figures;
    struct cg_folder folder;
    struct cg_phrase *devices; /* short words for each input */
    int n_chapters;
    struct cg_chapter chapters[CG_PAGE_SUITES];
    void (*progress)(const char *what, void *context); /* NULL: none */
    void *progress_context;
    enum cg_status status; /* of the first part that could not be made; then no more are */
    struct cg_error *err;
};

/* Gathers the suites of page->inputs by their names. */
void cg_page_gather(struct cg_page *page);
void cg_page_release(struct cg_page *page);

/* Tells who waits what is being made. */
void cg_page_tell(const struct cg_page *page, const char *what);

/* The words for a panel's device, "" where there is one input only. */
const char *cg_page_device(const struct cg_page *page, const struct cg_panel *panel);

/* Whether all went well so far. */
bool cg_page_is_well(const struct cg_page *page);

/* What stands in the sections of a report, in their order. */
void cg_page_add_devices(struct cg_page *page);
void cg_page_add_short(struct cg_page *page);
void cg_page_add_chapters(struct cg_page *page); /* with their headings */
void cg_page_add_profiles(struct cg_page *page);
void cg_page_add_comparison(struct cg_page *page);
void cg_page_add_skipped(struct cg_page *page);
void cg_page_add_words(struct cg_page *page);

#endif
