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
    const char *word, *colour;
} marks[] = {
    {"NOT FASTER", "31"}, {"FASTER", "32"}, {"SLOWER", "31"}, {"UNCLEAR", "33"}, {"UNDECIDED", "33"},
    {"WITHHELD", "33"},   {"MIXED", "33"},  {"HOLDS", "1"},   {"REVERSED", "1"}, {"NO EFFECT", "1"},
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

void cg_put_coloured(const char *text, FILE *out)
{
    for (bool inside = false; *text;) {
        const int mark = inside ? -1 : mark_at(text);
        inside = isalnum((unsigned char)*text);
        if (mark < 0) {
            putc(*text++, out);
            continue;
        }
        fprintf(out, "\033[%sm%s\033[0m", marks[mark].colour, marks[mark].word);
        text += strlen(marks[mark].word);
    }
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
