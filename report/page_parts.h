/* A report that is being made: the files it is of, with their suites gathered by name, and in memory, before
 * they are written, its sections with paragraphs, tables and figures. */
#ifndef CONVGAUGE_REPORT_PAGE_PARTS_H
#define CONVGAUGE_REPORT_PAGE_PARTS_H

#include "report/plots.h"
#include "report/report.h"

#include <stdint.h>

enum cg_part_kind {
    CG_PART_SECTION, /* a heading with an anchor */
    CG_PART_TEXT,    /* a paragraph */
    CG_PART_ITEM,    /* an item of a list */
    CG_PART_TABLE,   /* takes the table */
    CG_PART_FIGURE,  /* by its slug: drawn or not */
};

struct cg_part {
    enum cg_part_kind kind;
    char *text; /* heading or paragraph; owned */
    struct cg_table *table;
    int figure;    /* index into the figures */
    bool folded;   /* table or figure: not in the first page, but in its details */
    char csv[140]; /* the table's file; its name without the ending is the table's anchor */
};

struct cg_parts {
    int n, room;
    struct cg_part *items;
    int n_figures; /* added so far */
    bool failed;   /* no memory */
};

/* Files whose tables are shown whole where none are picked; of more, the overview and the comparison tell. */
#define CG_PAGE_DETAILED 8
#define CG_PAGE_SUITES   64

/* All panels of one suite name: one an input that has it. */
struct cg_chapter {
    const char *name;
    enum cg_suite_kind kind;
    int n, detailed;         /* panels; those that are shown whole */
    struct cg_panel *panels; /* room for every input */
};

/* Symbols of points that a page has so far: of gnuplot's number N in sizes[N] a bit a size, in tenths. */
#define CG_SVG_SYMBOLS 16
struct cg_svg_symbols {
    bool drawn; /* gnuplot's own, which those of a size refer to */
    uint64_t sizes[CG_SVG_SYMBOLS];
};

struct cg_page {
    const struct cg_inputs *inputs;
    int detailed; /* inputs that are shown whole */
    struct cg_parts parts;
    bool fold; /* the tables and figures that are added next, until the next section */
    struct cg_figures figures;
    struct cg_svg_symbols symbols; /* of the figures of a page that were written so far */
    struct cg_folder folder;
    struct cg_phrase *devices; /* short words for each input */
    int n_chapters;
    struct cg_chapter chapters[CG_PAGE_SUITES];
    const struct cg_report_options *options;
    enum cg_status status; /* of the first part that could not be made; then no more are */
    struct cg_error *err;
};

void cg_page_add(struct cg_page *page, enum cg_part_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds "WHO: SAID", or, where a part from `first` on says the same of others, puts WHO to them. */
void cg_page_add_caveat(struct cg_page *page, int first, const char *who, const char *said);

/* Takes the table; nothing is added of one without rows. */
void cg_page_add_table(struct cg_page *page, struct cg_table *table);

/* Adds the figures that were begun since the last time. */
void cg_page_add_figures(struct cg_page *page);

/* Gathers the suites of page->inputs by their names. */
void cg_page_gather(struct cg_page *page);
void cg_page_release(struct cg_page *page);

/* Tells who waits what is being made. */
void cg_page_tell(const struct cg_page *page, const char *what);

/* "2: AMD EPYC; native, 1 thread, ..."; without the device where there is one input only. */
struct cg_phrase cg_page_setting(const struct cg_page *page, const struct cg_panel *panel,
                                 const struct cg_suite_view *view);

/* "AMD EPYC 9B14", "Model A and Model B", "50 devices: Model A, Model B, ...": what the report is of. */
struct cg_sentence cg_page_devices(const struct cg_page *page);

/* Whether all went well so far. */
bool cg_page_is_well(const struct cg_page *page);

/* What stands in the sections of a report, in their order. */
void cg_page_add_devices(struct cg_page *page);
void cg_page_add_short(struct cg_page *page);
void cg_page_add_answers(struct cg_page *page);  /* of the files that are shown whole */
void cg_page_add_rates(struct cg_page *page);    /* the first figure */
void cg_page_add_chapters(struct cg_page *page); /* with their headings */
void cg_page_add_profiles(struct cg_page *page);
void cg_page_add_samples(struct cg_page *page); /* with its heading */
void cg_page_add_comparison(struct cg_page *page);
void cg_page_add_atlas(struct cg_page *page);
void cg_page_add_skipped(struct cg_page *page);
void cg_page_add_lost_workers(struct cg_page *page);
void cg_page_add_words(struct cg_page *page);

/* Texts of the page, from files of these names: its beginning with the style; a word that it explains a line.
 */
extern const char cg_page_head[], cg_page_words[];

/* Writes gnuplot's SVG as a part of a page, which has its figures' symbols once: its legend as a list, then
 * its pieces (draw_end.gp). `number` tells a figure from others there. False when it is no SVG; nothing is
 * written then. */
bool cg_put_svg(FILE *file, int number, struct cg_svg_symbols *symbols, FILE *out);

/* Write index.html and details.html; report.md. `forms`: the pictures in the folder, as cg_figures_draw()
 * made them; 0: none. */
enum cg_status cg_page_html(struct cg_page *page, unsigned forms, struct cg_error *err);
enum cg_status cg_page_markdown(const struct cg_page *page, unsigned forms, struct cg_error *err);

#endif
