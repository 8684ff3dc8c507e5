/* A report in memory, before it is written: sections with paragraphs, tables and figures. */
#ifndef CONVGAUGE_REPORT_PAGE_PARTS_H
#define CONVGAUGE_REPORT_PAGE_PARTS_H

#include "report/figure.h"
#include "report/table.h"

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
    int figure; /* index into the figures */
    char csv[140];
};

struct cg_parts {
    int n, room;
    struct cg_part *items;
    bool failed; /* no memory */
};

void cg_parts_add(struct cg_parts *parts, enum cg_part_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Takes the table; nothing is added of one without rows. */
void cg_parts_add_table(struct cg_parts *parts, struct cg_table *table);
void cg_parts_add_figures(struct cg_parts *parts, int first, int end);
void cg_parts_free(struct cg_parts *parts);

/* The style of the HTML page: page.css. */
extern const char cg_page_css[];

/* The two pages. `forms`: the pictures in the folder, as cg_figures_draw() made them; 0: none. */
enum cg_status cg_page_html(const struct cg_parts *parts, const struct cg_figures *figures, unsigned forms,
                            struct cg_error *err);
enum cg_status cg_page_markdown(const struct cg_parts *parts, const struct cg_figures *figures,
                                unsigned forms, struct cg_error *err);

#endif
