#include "bench/commands/progress.h"

#include "base/text.h"

#include <math.h>
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

struct cg_phrase cg_duration(double seconds)
{
    if (isnan(seconds) || seconds < 0 || seconds > 1e8)
        return cg_phrase("?");
    const int s = (int)lround(seconds);
    return s < 100    ? cg_phrase("%d s", s)
           : s < 6000 ? cg_phrase("%d min %d s", s / 60, s % 60)
                      : cg_phrase("%d h %d min", s / 3600, s % 3600 / 60);
}
