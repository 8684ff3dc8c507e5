#include "report/page_parts.h"

#include <stdlib.h>
#include <string.h>

static struct cg_part *add(struct cg_parts *parts, enum cg_part_kind kind)
{
    if (parts->failed)
        return NULL;
    if (parts->n == parts->room) {
        const int room = parts->room ? 2 * parts->room : 64;
        struct cg_part *items = realloc(parts->items, (size_t)room * sizeof *items);
        if (!items) {
            parts->failed = true;
            return NULL;
        }
        parts->items = items;
        parts->room = room;
    }
    struct cg_part *part = &parts->items[parts->n++];
    *part = (struct cg_part){.kind = kind, .figure = -1};
    return part;
}

void cg_parts_add(struct cg_parts *parts, enum cg_part_kind kind, const char *text)
{
    struct cg_part *part = add(parts, kind);
    if (part && text && !(part->text = strdup(text)))
        parts->failed = true;
}

void cg_parts_add_table(struct cg_parts *parts, struct cg_table *table)
{
    if (table && !table->failed && table->n_rows == 0) {
        cg_table_destroy(&table);
        return;
    }
    struct cg_part *part = table && !table->failed ? add(parts, CG_PART_TABLE) : NULL;
    if (part) {
        part->table = table;
        return;
    }
    parts->failed = true;
    cg_table_destroy(&table);
}

void cg_parts_add_figures(struct cg_parts *parts, int first, int end)
{
    for (int i = first; i < end; i++) {
        struct cg_part *part = add(parts, CG_PART_FIGURE);
        if (part)
            part->figure = i;
    }
}

void cg_parts_free(struct cg_parts *parts)
{
    for (int i = 0; i < parts->n; i++) {
        free(parts->items[i].text);
        cg_table_destroy(&parts->items[i].table);
    }
    free(parts->items);
    *parts = (struct cg_parts){0};
}
