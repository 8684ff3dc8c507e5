#include "bench/commands/progress.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NARROWEST 20

struct cg_progress_line cg_progress_start(void)
{
    return (struct cg_progress_line){.terminal = isatty(STDERR_FILENO) == 1};
}

void cg_progress_show(struct cg_progress_line *line, const char *format, ...)
{
    if (!line->terminal)
        return;
    char text[512], shown[512]; /* labels come from files */
    struct winsize size;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < NARROWEST)
        size.ws_col = 80;
    fprintf(stderr, "\r\033[K%.*s", size.ws_col - 1, cg_printable(text, shown, sizeof shown));
    fflush(stderr);
    line->shown = true;
}

void cg_progress_clear(struct cg_progress_line *line)
{
    if (!line->shown)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    line->shown = false;
}
