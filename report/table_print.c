/* The forms of a table; that for a terminal stands in table_text.c. */
#include "bench/record/json.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/table.h"
#include "report/terminal.h"

#include <math.h>
#include <string.h>

static bool is_left(const struct cg_table *table, int column)
{
    return table->columns[column].kind == CG_COLUMN_TEXT;
}

/* What is emphasised of a sentence; what is left of it stays in *sentence. */
static struct cg_sentence verdict_of(const struct cg_table *table, const char **sentence)
{
    struct cg_sentence verdict = {""};
    const char *end = table->answers ? strstr(*sentence, ". ") : NULL;
    const size_t length = end ? (size_t)(end + 1 - *sentence) : strlen(*sentence);
    cg_say(&verdict, "%.*s", (int)length, *sentence);
    *sentence += length;
    return verdict;
}

/* ---- Markdown ---- */

static void print_markdown(const struct cg_table *table, FILE *out)
{
    cg_put_between("### ", table->title, "\n\n", cg_put_markdown, out);
    if (table->caption)
        cg_put_between("", table->caption, "\n\n", cg_put_markdown, out);
    for (int i = 0; i < table->n_sentences; i++) {
        const char *rest = table->sentences[i];
        if (i == 0 || table->answers)
            cg_put_between("**", verdict_of(table, &rest).text, "**", cg_put_markdown, out);
        cg_put_between("", rest, "\n\n", cg_put_markdown, out);
    }
    for (int c = 0; c < table->n_columns; c++)
        cg_put_between("| ", table->columns[c].head, " ", cg_put_markdown, out);
    fputs("|\n", out);
    for (int c = 0; c < table->n_columns; c++)
        fputs(is_left(table, c) ? "|---" : "|--:", out);
    fputs("|\n", out);
    for (int r = 0; r < table->n_rows; r++) {
        if (table->rows[r].section) {
            cg_put_between("| **", table->rows[r].section, "** ", cg_put_markdown, out);
            for (int c = 1; c < table->n_columns; c++)
                fputs("| ", out);
            fputs("|\n", out);
        }
        for (int c = 0; c < table->n_columns; c++)
            cg_put_between("| ", cg_cell_shown(&table->rows[r].cells[c]), " ", cg_put_markdown, out);
        fputs("|\n", out);
    }
    putc('\n', out);
    for (int i = 0; i < table->n_notes; i++)
        cg_put_between("- ", table->notes[i], "\n", cg_put_markdown, out);
    fputs(table->n_notes ? "\n" : "", out);
}

/* ---- CSV ---- */

static void put_csv_number(double value, FILE *out)
{
    putc(',', out);
    if (!isnan(value))
        fprintf(out, "%.17g", value);
}

static void put_csv_cell(const struct cg_cell *cell, enum cg_column_kind kind, FILE *out)
{
    if (kind == CG_COLUMN_TEXT)
        cg_put_between(",", cg_cell_shown(cell), "", cg_put_csv, out);
    else
        put_csv_number(cell->value, out);
    if (kind == CG_COLUMN_INTERVAL) {
        put_csv_number(cell->low, out);
        put_csv_number(cell->high, out);
    }
}

static void print_csv(const struct cg_table *table, FILE *out)
{
    const char *section = "";
    fputs("table,section", out);
    for (int c = 0; c < table->n_columns; c++) {
        const struct cg_column *column = &table->columns[c];
        cg_put_between(",", column->key, "", cg_put_csv, out);
        if (column->kind == CG_COLUMN_INTERVAL)
            fprintf(out, ",%s_ci_low,%s_ci_high", column->key, column->key);
    }
    putc('\n', out);
    for (int r = 0; r < table->n_rows; r++) {
        section = table->rows[r].section ? table->rows[r].section : section;
        cg_put_between("", table->id, ",", cg_put_csv, out);
        cg_put_csv(section, out);
        for (int c = 0; c < table->n_columns; c++)
            put_csv_cell(&table->rows[r].cells[c], table->columns[c].kind, out);
        putc('\n', out);
    }
}

/* ---- JSON ---- */

static json_t *texts_json(const char *const *texts, int n)
{
    json_t *array = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(array, cg_json_text(texts[i]));
    return array;
}

static json_t *cell_json(const struct cg_cell *cell, enum cg_column_kind kind)
{
    if (kind == CG_COLUMN_TEXT)
        return cg_json_text(cell->text);
    if (kind == CG_COLUMN_NUMBER)
        return cg_json_number(cell->value);
    json_t *json = cg_json_interval((struct cg_interval){cell->value, cell->low, cell->high});
    if (cell->verdict)
        json_object_set_new(json, "verdict", cg_json_text(cell->verdict));
    return json;
}

static enum cg_status print_json(const struct cg_table *table, FILE *out, struct cg_error *err)
{
    json_t *rows = json_array();
    const char *section = NULL;
    for (int r = 0; r < table->n_rows; r++) {
        json_t *row = json_object();
        section = table->rows[r].section ? table->rows[r].section : section;
        if (section)
            json_object_set_new(row, "section", cg_json_text(section));
        for (int c = 0; c < table->n_columns; c++)
            json_object_set_new(row, table->columns[c].key,
                                cell_json(&table->rows[r].cells[c], table->columns[c].kind));
        json_array_append_new(rows, row);
    }
    json_t *caption = table->caption ? cg_json_text(table->caption) : NULL;
    return cg_json_print(json_pack("{s:o, s:o, s:o*, s:o, s:o, s:o}", "id", cg_json_text(table->id), "title",
                                   cg_json_text(table->title), "caption", caption, "sentences",
                                   texts_json(table->sentences, table->n_sentences), "notes",
                                   texts_json(table->notes, table->n_notes), "rows", rows),
                         out, err);
}

/* ---- HTML: without the end tags that it can do without ---- */

static void put_html_head(const char *head, FILE *out)
{
    for (const char *newline = strchr(head, '\n'); newline; newline = strchr(head, '\n')) {
        cg_put_between("", cg_head_line(head, 0).text, "<br>", cg_put_html, out);
        head = newline + 1;
    }
    cg_put_html(head, out);
}

static void put_html_row(const struct cg_table *table, const struct cg_row *row, FILE *out)
{
    if (row->section) {
        fprintf(out, "%s<tr class=\"section\"><th colspan=\"%d\" scope=\"rowgroup\">",
                row == table->rows ? "" : "</tbody><tbody>\n", table->n_columns);
        cg_put_between("", row->section, "\n", cg_put_html, out);
    }
    fputs("<tr>", out);
    for (int c = 0; c < table->n_columns; c++) {
        fputs(c == 0 ? "<th scope=row" : "<td", out);
        cg_put_between(is_left(table, c) ? ">" : " class=n>", cg_cell_shown(&row->cells[c]), "",
                       cg_put_html_coloured, out);
    }
    putc('\n', out);
}

void cg_table_put_sentences(const struct cg_table *table, FILE *out)
{
    for (int i = 0; i < table->n_sentences; i++) {
        const char *rest = table->sentences[i];
        fputs(i == 0 && !table->answers ? "<p class=\"verdict\">" : "<p>", out);
        if (table->answers)
            cg_put_between("<span class=\"verdict\">", verdict_of(table, &rest).text, "</span>",
                           cg_put_html_coloured, out);
        cg_put_between("", rest, "</p>\n", cg_put_html, out);
    }
}

enum cg_status cg_table_print_html(const struct cg_table *table, const char *file, FILE *out,
                                   struct cg_error *err)
{
    if (table->failed)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the table '%s'", table->title);
    fprintf(out, "<div class=\"scroll\" tabindex=\"0\"><table id=\"t-%.*s\">\n", (int)strcspn(file, "."),
            file);
    if (table->caption)
        cg_put_between("<caption>", table->caption, "</caption>\n", cg_put_html, out);
    fputs("<thead><tr>", out);
    for (int c = 0; c < table->n_columns; c++) {
        fprintf(out, "<th scope=\"col\"%s>", is_left(table, c) ? "" : " class=\"n\"");
        put_html_head(table->columns[c].head, out);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (int r = 0; r < table->n_rows; r++)
        put_html_row(table, &table->rows[r], out);
    fputs("</tbody></table></div>\n", out);
    for (int i = 0; i < table->n_notes; i++)
        cg_put_between("<p class=\"note\">", table->notes[i], "</p>\n", cg_put_html, out);
    fprintf(out, "<p class=\"note file\"><a href=\"tables/%s\">CSV</a></p>\n", file);
    return ferror(out) ? cg_fail(err, CG_IO, "cannot write the page") : CG_OK;
}

enum cg_status cg_table_print(const struct cg_table *table, enum cg_format format, int width, FILE *out,
                              struct cg_error *err)
{
    if (table->failed)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the table '%s'", table->title);
    if (table->n_columns > CG_TABLE_MAX_COLUMNS)
        return cg_fail(err, CG_FAILED, "the table '%s' has too many columns", table->title);
    if (format == CG_FORMAT_TEXT)
        cg_table_print_text(table, width, out);
    else if (format == CG_FORMAT_MARKDOWN)
        print_markdown(table, out);
    else if (format == CG_FORMAT_CSV)
        print_csv(table, out);
    else
        return print_json(table, out, err);
    return ferror(out) ? cg_fail(err, CG_IO, "cannot write the tables") : CG_OK;
}
