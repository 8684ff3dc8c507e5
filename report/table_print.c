/* The forms of a table. */
#include "report/escape.h"
#include "report/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *cell_text(const struct cg_cell *cell)
{
    return cell->text ? cell->text : "";
}

/* ---- terminal ---- */

#define MAX_COLUMNS 32
#define GAP         2

/* Part `line` of a head that newlines split; its length in *length. */
static const char *head_line(const char *head, int line, size_t *length)
{
    while (line-- > 0) {
        const char *newline = strchr(head, '\n');
        head = newline ? newline + 1 : head + strlen(head);
    }
    *length = strcspn(head, "\n");
    return head;
}

static int head_lines(const struct cg_table *table)
{
    int most = 1;
    for (int c = 0; c < table->n_columns; c++) {
        int lines = 1;
        for (const char *at = table->columns[c].head; *at; at++)
            lines += *at == '\n';
        most = lines > most ? lines : most;
    }
    return most;
}

static void pad(int count, FILE *out)
{
    for (int i = 0; i < count; i++)
        putc(' ', out);
}

/* Part of a column's head after the blanks that are owed. Returns how many are owed now: none are written at
 * the end of a line. */
static int put_head(const char *text, size_t length, int width, bool left, int gap, FILE *out)
{
    char part[512];
    snprintf(part, sizeof part, "%.*s", (int)(length < sizeof part ? length : sizeof part - 1), text);
    const int own = cg_text_width(part), blank = width > own ? width - own : 0;
    if (own == 0)
        return gap + width + GAP;
    pad(gap + (left ? 0 : blank), out);
    cg_put_plain(part, out);
    return GAP + (left ? blank : 0);
}

/* Widths of the columns; those of the highest rank are given width -1 (left out) until the table fits. */
static int fit_columns(const struct cg_table *table, int limit, int *widths)
{
    int left_out = 0;
    for (int c = 0; c < table->n_columns; c++) {
        widths[c] = 0;
        for (int line = 0; line < 4; line++) {
            size_t length;
            char part[128];
            const char *text = head_line(table->columns[c].head, line, &length);
            snprintf(part, sizeof part, "%.*s", (int)(length < sizeof part ? length : sizeof part - 1), text);
            const int w = cg_text_width(part);
            widths[c] = w > widths[c] ? w : widths[c];
        }
        for (int r = 0; r < table->n_rows; r++) {
            const int w = cg_text_width(cell_text(&table->rows[r].cells[c]));
            widths[c] = w > widths[c] ? w : widths[c];
        }
    }
    for (;;) {
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
        left_out++;
    }
}

/* Words of a sentence over lines of at most `width`, later lines indented. */
static void put_wrapped(const char *text, int width, int indent, FILE *out)
{
    int used = 0;
    bool first_word = true;
    while (*text) {
        const size_t length = strcspn(text, " ");
        char word[1024];
        snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word - 1), text);
        const int w = cg_text_width(word);
        if (!first_word && used + 1 + w > width) {
            putc('\n', out);
            pad(indent, out);
            used = indent;
        } else if (!first_word) {
            putc(' ', out);
            used++;
        }
        cg_put_plain(word, out);
        used += w;
        first_word = false;
        text += length;
        text += strspn(text, " ");
    }
    putc('\n', out);
}

/* Columns that stand beside each other in one block: the first column, then as many as fit from `from` on.
 * Returns the column after the block's last; *total is the block's width. */
static int block_end(const struct cg_table *table, const int *widths, int from, int limit, int *total)
{
    int c = from;
    *total = widths[0] > 0 ? widths[0] : 0;
    for (; c < table->n_columns; c++) {
        if (widths[c] < 0)
            continue;
        if (c > from && *total + GAP + widths[c] > limit)
            break;
        *total += GAP + widths[c];
    }
    return c;
}

static bool in_block(int c, const int *widths, int from, int end)
{
    return widths[c] >= 0 && (c == 0 || (c >= from && c < end));
}

static void print_heads(const struct cg_table *table, const int *widths, int from, int end, int total,
                        FILE *out)
{
    const int lines = head_lines(table);
    for (int line = 0; line < lines; line++) {
        int gap = 0; /* blanks owed, as in rows */
        for (int c = 0; c < table->n_columns; c++) {
            if (!in_block(c, widths, from, end))
                continue;
            int own = 1; /* heads stand at the bottom of their lines */
            for (const char *at = table->columns[c].head; *at; at++)
                own += *at == '\n';
            size_t length = 0;
            const char *text =
                line < lines - own ? "" : head_line(table->columns[c].head, line - (lines - own), &length);
            gap = put_head(text, length, widths[c], table->columns[c].kind == CG_COLUMN_TEXT, gap, out);
        }
        putc('\n', out);
    }
    for (int i = 0; i < total; i++)
        fputs("\xe2\x94\x80", out);
    putc('\n', out);
}

static void print_row(const struct cg_table *table, const struct cg_row *row, const int *widths, int from,
                      int end, FILE *out)
{
    int gap = 0; /* blanks owed: none are written at the end of a line */
    for (int c = 0; c < table->n_columns; c++) {
        if (!in_block(c, widths, from, end))
            continue;
        const char *text = cell_text(&row->cells[c]);
        const bool left = table->columns[c].kind == CG_COLUMN_TEXT;
        const int own = cg_text_width(text), blank = widths[c] > own ? widths[c] - own : 0;
        if (own > 0) {
            pad(gap + (left ? 0 : blank), out);
            cg_put_plain(text, out);
            gap = GAP + (left ? blank : 0);
        } else {
            gap += widths[c] + GAP;
        }
    }
    putc('\n', out);
}

static void print_text(const struct cg_table *table, int width, FILE *out)
{
    int widths[MAX_COLUMNS];
    const int left_out = fit_columns(table, width, widths);
    put_wrapped(table->title, width, 2, out);
    if (table->caption)
        put_wrapped(table->caption, width, 2, out);
    /* what does not fit beside the rest goes below it, in a block of its own */
    for (int from = 1, end; from < table->n_columns || from == 1; from = end) {
        int total;
        end = block_end(table, widths, from, width, &total);
        print_heads(table, widths, from, end, total, out);
        for (int r = 0; r < table->n_rows; r++) {
            if (table->rows[r].section)
                put_wrapped(table->rows[r].section, width, 2, out);
            print_row(table, &table->rows[r], widths, from, end, out);
        }
        if (end >= table->n_columns)
            break;
        putc('\n', out);
    }
    for (int i = 0; i < table->n_sentences; i++)
        put_wrapped(table->sentences[i], width, 2, out);
    for (int i = 0; i < table->n_notes; i++)
        put_wrapped(table->notes[i], width, 2, out);
    if (left_out)
        fprintf(out, "(%d column%s not shown at this width; --csv, --markdown and --json have all)\n",
                left_out, left_out == 1 ? " is" : "s are");
    putc('\n', out);
}

/* ---- Markdown ---- */

static void print_markdown(const struct cg_table *table, FILE *out)
{
    fputs("### ", out);
    cg_put_markdown(table->title, out);
    fputs("\n\n", out);
    if (table->caption) {
        cg_put_markdown(table->caption, out);
        fputs("\n\n", out);
    }
    for (int i = 0; i < table->n_sentences; i++) {
        fputs(i == 0 ? "**" : "", out);
        cg_put_markdown(table->sentences[i], out);
        fputs(i == 0 ? "**\n\n" : "\n\n", out);
    }
    for (int c = 0; c < table->n_columns; c++) {
        fputs("| ", out);
        cg_put_markdown(table->columns[c].head, out);
        putc(' ', out);
    }
    fputs("|\n", out);
    for (int c = 0; c < table->n_columns; c++)
        fputs(table->columns[c].kind == CG_COLUMN_TEXT ? "|---" : "|--:", out);
    fputs("|\n", out);
    for (int r = 0; r < table->n_rows; r++) {
        if (table->rows[r].section) {
            fputs("| **", out);
            cg_put_markdown(table->rows[r].section, out);
            fputs("** ", out);
            for (int c = 1; c < table->n_columns; c++)
                fputs("| ", out);
            fputs("|\n", out);
        }
        for (int c = 0; c < table->n_columns; c++) {
            fputs("| ", out);
            cg_put_markdown(cell_text(&table->rows[r].cells[c]), out);
            putc(' ', out);
        }
        fputs("|\n", out);
    }
    putc('\n', out);
    for (int i = 0; i < table->n_notes; i++) {
        fputs("- ", out);
        cg_put_markdown(table->notes[i], out);
        putc('\n', out);
    }
    if (table->n_notes)
        putc('\n', out);
}

/* ---- CSV ---- */

static void put_csv_number(double value, FILE *out)
{
    if (!isnan(value))
        fprintf(out, "%.17g", value);
}

static void print_csv(const struct cg_table *table, FILE *out)
{
    fputs("table,section", out);
    for (int c = 0; c < table->n_columns; c++) {
        const struct cg_column *column = &table->columns[c];
        putc(',', out);
        cg_put_csv(column->key, out);
        if (column->kind == CG_COLUMN_INTERVAL)
            fprintf(out, ",%s_ci_low,%s_ci_high", column->key, column->key);
    }
    putc('\n', out);
    const char *section = "";
    for (int r = 0; r < table->n_rows; r++) {
        section = table->rows[r].section ? table->rows[r].section : section;
        cg_put_csv(table->id, out);
        putc(',', out);
        cg_put_csv(section, out);
        for (int c = 0; c < table->n_columns; c++) {
            const struct cg_cell *cell = &table->rows[r].cells[c];
            putc(',', out);
            if (table->columns[c].kind == CG_COLUMN_TEXT)
                cg_put_csv(cell_text(cell), out);
            else
                put_csv_number(cell->value, out);
            if (table->columns[c].kind == CG_COLUMN_INTERVAL) {
                putc(',', out);
                put_csv_number(cell->low, out);
                putc(',', out);
                put_csv_number(cell->high, out);
            }
        }
        putc('\n', out);
    }
}

/* ---- JSON ---- */

static void put_json_number(double value, FILE *out)
{
    if (isfinite(value))
        fprintf(out, "%.17g", value);
    else
        fputs("null", out);
}

static void put_json_texts(const char *key, const char *const *texts, int n, FILE *out)
{
    fprintf(out, ", \"%s\": [", key);
    for (int i = 0; i < n; i++) {
        fputs(i ? ", " : "", out);
        cg_put_json(texts[i], out);
    }
    putc(']', out);
}

static void print_json(const struct cg_table *table, FILE *out)
{
    fputs("{\"id\": ", out);
    cg_put_json(table->id, out);
    fputs(", \"title\": ", out);
    cg_put_json(table->title, out);
    if (table->caption) {
        fputs(", \"caption\": ", out);
        cg_put_json(table->caption, out);
    }
    put_json_texts("sentences", table->sentences, table->n_sentences, out);
    put_json_texts("notes", table->notes, table->n_notes, out);
    fputs(", \"rows\": [", out);
    const char *section = NULL;
    for (int r = 0; r < table->n_rows; r++) {
        section = table->rows[r].section ? table->rows[r].section : section;
        fputs(r ? ",\n {" : "\n {", out);
        if (section) {
            fputs("\"section\": ", out);
            cg_put_json(section, out);
        }
        for (int c = 0; c < table->n_columns; c++) {
            const struct cg_cell *cell = &table->rows[r].cells[c];
            fputs(c || section ? ", " : "", out);
            cg_put_json(table->columns[c].key, out);
            fputs(": ", out);
            switch (table->columns[c].kind) {
            case CG_COLUMN_TEXT:
                if (cell->text)
                    cg_put_json(cell->text, out);
                else
                    fputs("null", out);
                break;
            case CG_COLUMN_NUMBER:
                put_json_number(cell->value, out);
                break;
            case CG_COLUMN_INTERVAL:
                fputs("{\"value\": ", out);
                put_json_number(cell->value, out);
                fputs(", \"ci_low\": ", out);
                put_json_number(cell->low, out);
                fputs(", \"ci_high\": ", out);
                put_json_number(cell->high, out);
                putc('}', out);
                break;
            }
        }
        putc('}', out);
    }
    fputs("\n]}", out);
}

/* ---- HTML ---- */

static void put_html_head(const char *head, FILE *out)
{
    for (int line = 0;; line++) {
        size_t length;
        const char *text = head_line(head, line, &length);
        char part[128];
        snprintf(part, sizeof part, "%.*s", (int)(length < sizeof part ? length : sizeof part - 1), text);
        cg_put_html(part, out);
        if (!text[length])
            return;
        fputs("<br>", out);
    }
}

enum cg_status cg_table_print_html(const struct cg_table *table, FILE *out, struct cg_error *err)
{
    if (table->failed)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the table '%s'", table->title);
    for (int i = 0; i < table->n_sentences; i++) {
        fputs(i == 0 ? "<p class=\"verdict\">" : "<p>", out);
        cg_put_html(table->sentences[i], out);
        fputs("</p>\n", out);
    }
    fputs("<div class=\"scroll\" tabindex=\"0\"><table id=\"t-", out);
    cg_put_html(table->id, out);
    fputs("\">\n", out);
    if (table->caption) {
        fputs("<caption>", out);
        cg_put_html(table->caption, out);
        fputs("</caption>\n", out);
    }
    fputs("<thead><tr>", out);
    for (int c = 0; c < table->n_columns; c++) {
        fprintf(out, "<th scope=\"col\"%s>", table->columns[c].kind == CG_COLUMN_TEXT ? "" : " class=\"n\"");
        put_html_head(table->columns[c].head, out);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (int r = 0; r < table->n_rows; r++) {
        if (table->rows[r].section) {
            fprintf(out, "<tr class=\"section\"><th colspan=\"%d\" scope=\"rowgroup\">", table->n_columns);
            cg_put_html(table->rows[r].section, out);
            fputs("</th></tr>\n", out);
        }
        fputs("<tr>", out);
        for (int c = 0; c < table->n_columns; c++) {
            fprintf(out, "<td%s>", table->columns[c].kind == CG_COLUMN_TEXT ? "" : " class=\"n\"");
            cg_put_html(cell_text(&table->rows[r].cells[c]), out);
            fputs("</td>", out);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
    for (int i = 0; i < table->n_notes; i++) {
        fputs("<p class=\"note\">", out);
        cg_put_html(table->notes[i], out);
        fputs("</p>\n", out);
    }
    return ferror(out) ? cg_fail(err, CG_IO, "cannot write the page") : CG_OK;
}

enum cg_status cg_table_print(const struct cg_table *table, enum cg_format format, int width, FILE *out,
                              struct cg_error *err)
{
    if (table->failed)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the table '%s'", table->title);
    if (table->n_columns > MAX_COLUMNS)
        return cg_fail(err, CG_FAILED, "the table '%s' has too many columns", table->title);
    switch (format) {
    case CG_FORMAT_TEXT:
        print_text(table, width, out);
        break;
    case CG_FORMAT_MARKDOWN:
        print_markdown(table, out);
        break;
    case CG_FORMAT_CSV:
        print_csv(table, out);
        break;
    default:
        print_json(table, out);
        break;
    }
    return ferror(out) ? cg_fail(err, CG_IO, "cannot write the tables") : CG_OK;
}
