/* Tables for a terminal. */
#include "report/escape.h"
#include "report/table.h"
#include "report/terminal.h"

#include <string.h>

#define GAP        2
#define HEAD_LINES 4

/* Columns that stand beside each other: the first, then `from` to `end`; widths, -1: left out. */
struct block {
    const struct cg_table *table;
    int widths[CG_TABLE_MAX_COLUMNS];
    int from, end, total;
    FILE *out;
};

static void pad(int count, FILE *out)
{
    for (int i = 0; i < count; i++)
        putc(' ', out);
}

/* A cell after the blanks that are owed. Returns how many are owed now: none are written at the end of a
 * line. */
static int put_cell(const char *text, int width, bool left, int gap, FILE *out)
{
    const int own = cg_text_width(text), blank = width > own ? width - own : 0;
    if (own == 0)
        return gap + width + GAP;
    pad(gap + (left ? 0 : blank), out);
    cg_put_plain(text, out);
    return GAP + (left ? blank : 0);
}

static void widen(int *width, const char *text)
{
    const int own = cg_text_width(text);
    *width = own > *width ? own : *width;
}

/* Widths of the columns; those of the highest rank are left out until the table fits. Returns how many. */
static int fit_columns(struct block *block, int limit)
{
    const struct cg_table *table = block->table;
    int *widths = block->widths;
    for (int c = 0; c < table->n_columns; c++) {
        widths[c] = 0;
        for (int line = 0; line < HEAD_LINES; line++)
            widen(&widths[c], cg_head_line(table->columns[c].head, line).text);
        for (int r = 0; r < table->n_rows; r++)
            widen(&widths[c], cg_cell_shown(&table->rows[r].cells[c]));
    }
    for (int left_out = 0;; left_out++) {
        int total = 0, shown = 0, worst = -1;
        for (int c = 0; c < table->n_columns; c++)
            if (widths[c] >= 0) {
                total += widths[c] + (shown++ ? GAP : 0);
                if (table->columns[c].rank > 0 &&
                    (worst < 0 || table->columns[c].rank >= table->columns[worst].rank))
                    worst = c;
            }
        if (total <= limit || worst < 0)
            return left_out;
        widths[worst] = -1;
    }
}

/* Moves to the next block: as many columns as fit from where the last one ended. */
static void next_block(struct block *block, int limit)
{
    const int *widths = block->widths;
    int c = block->from = block->end;
    block->total = widths[0] > 0 ? widths[0] : 0;
    for (; c < block->table->n_columns; c++) {
        if (widths[c] < 0)
            continue;
        if (c > block->from && block->total + GAP + widths[c] > limit)
            break;
        block->total += GAP + widths[c];
    }
    block->end = c;
}

static bool in_block(const struct block *block, int c)
{
    return block->widths[c] >= 0 && (c == 0 || (c >= block->from && c < block->end));
}

static bool is_left(const struct block *block, int c)
{
    return block->table->columns[c].kind == CG_COLUMN_TEXT;
}

static int lines_of(const char *head)
{
    int lines = 1;
    for (; *head; head++)
        lines += *head == '\n';
    return lines;
}

static void print_heads(const struct block *block)
{
    const struct cg_table *table = block->table;
    int lines = 1;
    for (int c = 0; c < table->n_columns; c++)
        lines = lines_of(table->columns[c].head) > lines ? lines_of(table->columns[c].head) : lines;
    for (int line = 0; line < lines; line++) {
        int gap = 0;
        for (int c = 0; c < table->n_columns; c++) {
            if (!in_block(block, c))
                continue;
            const int own = line - lines + lines_of(table->columns[c].head); /* heads stand at the bottom */
            gap = put_cell(own < 0 ? "" : cg_head_line(table->columns[c].head, own).text, block->widths[c],
                           is_left(block, c), gap, block->out);
        }
        putc('\n', block->out);
    }
    for (int i = 0; i < block->total; i++)
        fputs("\xe2\x94\x80", block->out);
    putc('\n', block->out);
}

static void print_rows(const struct block *block, int width)
{
    for (int r = 0; r < block->table->n_rows; r++) {
        const struct cg_row *row = &block->table->rows[r];
        int gap = 0;
        if (row->section)
            cg_put_wrapped(row->section, 0, 2, width, block->out);
        for (int c = 0; c < block->table->n_columns; c++)
            if (in_block(block, c))
                gap = put_cell(cg_cell_shown(&row->cells[c]), block->widths[c], is_left(block, c), gap,
                               block->out);
        putc('\n', block->out);
    }
}

void cg_table_print_text(const struct cg_table *table, int width, FILE *out)
{
    struct block block = {.table = table, .end = 1, .out = out};
    const int left_out = fit_columns(&block, width);
    if (table->title[0])
        cg_put_wrapped(table->title, 0, 2, width, out);
    if (table->caption)
        cg_put_wrapped(table->caption, 0, 2, width, out);
    /* what does not fit beside the rest goes below it, in a block of its own */
    do {
        if (block.end > 1)
            putc('\n', out);
        next_block(&block, width);
        print_heads(&block);
        print_rows(&block, width);
    } while (block.end < table->n_columns);
    for (int i = 0; i < table->n_sentences; i++)
        cg_put_wrapped(table->sentences[i], 0, 2, width, out);
    for (int i = 0; i < table->n_notes; i++)
        cg_put_wrapped(table->notes[i], 0, 2, width, out);
    if (left_out && !table->shortened)
        fprintf(out, "(%d column%s not shown at this width; --csv, --markdown and --json have all)\n",
                left_out, left_out == 1 ? " is" : "s are");
    putc('\n', out);
}
