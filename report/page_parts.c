#include "report/page_parts.h"

#include "base/array.h"
#include "base/text.h"

#include <stdlib.h>

static struct cg_part *add(struct cg_parts *parts, enum cg_part_kind kind)
{
    if (parts->failed || !cg_array_fit(parts->items, parts->room, parts->n + 1)) {
        parts->failed = true;
        return NULL;
    }
    struct cg_part *part = &parts->items[parts->n++];
    *part = (struct cg_part){.kind = kind, .figure = -1};
    return part;
}

void cg_parts_add(struct cg_parts *parts, enum cg_part_kind kind, const char *format, ...)
{
    struct cg_part *part = add(parts, kind);
    struct cg_text text = {0};
    va_list args;
    va_start(args, format);
    cg_text_add_args(&text, format, args);
    va_end(args);
    parts->failed = parts->failed || text.failed;
    if (part && !text.failed)
        part->text = text.bytes;
    else
        cg_text_release(&text);
}

void cg_parts_add_table(struct cg_parts *parts, struct cg_table *table)
{
    const bool empty = !table->failed && table->n_rows == 0;
    struct cg_part *part = !table->failed && !empty ? add(parts, CG_PART_TABLE) : NULL;
    parts->failed = parts->failed || (!part && !empty);
    if (part)
        part->table = table;
    else
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
