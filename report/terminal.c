#include "report/terminal.h"

#include "report/escape.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NARROWEST 80
#define WIDEST    1000
#define ELSEWHERE 120 /* where nothing tells */

int cg_terminal_width(FILE *out)
{
    const char *asked = getenv("COLUMNS");
    long columns = asked ? strtol(asked, NULL, 10) : 0;
    struct winsize size;
    const int fd = fileno(out);
    if (columns <= 0 && fd >= 0 && isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    if (columns <= 0)
        return ELSEWHERE;
    return columns < NARROWEST ? NARROWEST : columns > WIDEST ? WIDEST : (int)columns;
}

bool cg_terminal_colours(FILE *out)
{
    const char *without = getenv("NO_COLOR"), *kind = getenv("TERM");
    const int fd = fileno(out);
    return fd >= 0 && isatty(fd) && !(without && without[0]) && kind && strcmp(kind, "dumb") != 0;
}

/* The longer of two that begin alike stands first. */
static const struct {
    const char *word, *colour, *style; /* of a terminal; of the page */
} marks[] = {
    {"NOT FASTER", "31", "bad"}, {"FASTER", "32", "good"},    {"SLOWER", "31", "bad"},
    {"UNCLEAR", "33", "open"},   {"UNDECIDED", "33", "open"}, {"WITHHELD", "33", "open"},
    {"MIXED", "33", "open"},     {"HOLDS", "1", "good"},      {"REVERSED", "1", "bad"},
    {"NO EFFECT", "1", "none"},  {"SAME", "0", "none"},
};

/* The mark of which `text` begins with the whole word; -1: none. */
static int mark_at(const char *text)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const size_t length = strlen(marks[i].word);
        if (strncmp(text, marks[i].word, length) == 0 && !isalnum((unsigned char)text[length]))
            return (int)i;
    }
    return -1;
}

static void put_marked(const char *text, bool page, FILE *out)
{
    for (bool inside = false; *text;) {
        const int mark = inside ? -1 : mark_at(text);
        inside = isalnum((unsigned char)*text);
        if (mark < 0) {
            putc(*text++, out);
            continue;
        }
        if (page)
            fprintf(out, "<b class=\"%s\">%s</b>", marks[mark].style, marks[mark].word);
        else
            fprintf(out, "\033[%sm%s\033[0m", marks[mark].colour, marks[mark].word);
        text += strlen(marks[mark].word);
    }
}

void cg_put_coloured(const char *text, FILE *out)
{
    put_marked(text, false, out);
}

void cg_put_html_coloured(const char *text, FILE *out)
{
    char *plain = NULL;
    size_t size;
    FILE *escaped = open_memstream(&plain, &size);
    cg_put_html(text, escaped ? escaped : out);
    if (escaped && fclose(escaped) == 0)
        put_marked(plain, true, out);
    free(plain);
}

void cg_put_wrapped(const char *text, int first, int indent, int width, FILE *out)
{
    int used = first;
    bool first_word = true;
    fprintf(out, "%*s", first, "");
    while (*text) {
        const size_t length = strcspn(text, " ");
        char word[1024];
        snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word - 1), text);
        const int own = cg_text_width(word);
        if (!first_word && used + 1 + own > width) {
            fprintf(out, "\n%*s", indent, "");
            used = indent;
        } else if (!first_word) {
            putc(' ', out);
            used++;
        }
        cg_put_plain(word, out);
        used += own;
        first_word = false;
        text += length;
        text += strspn(text, " ");
    }
    putc('\n', out);
}
