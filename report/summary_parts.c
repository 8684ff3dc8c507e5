#include "report/summary_parts.h"

#include "report/terminal.h"

void cg_summary_put(const struct cg_summary_text *s, const char *text, int first)
{
    if (text[0])
        cg_put_wrapped(text, first, first + 2, s->width, s->out);
}

void cg_summary_put_table(struct cg_summary_text *s, struct cg_table *table)
{
    table->shortened = true;
    s->failed = s->failed || table->failed;
    if (table->n_rows > 0 && !table->failed)
        cg_table_print_text(table, s->width, s->out);
    cg_table_destroy(&table);
}
