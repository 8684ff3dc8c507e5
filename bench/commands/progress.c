#include "bench/commands/progress.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NARROWEST 20

struct cg_progress_line cg_progress_start(void)
{
    return (struct cg_progress_line){.terminal = isatty(STDERR_FILENO) == 1};
}

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < NARROWEST)
        return 80;
    return size.ws_col;
}

void cg_progress_show(struct cg_progress_line *line, const char *format, ...)
{
    if (!line->terminal)
        return;
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const int room = terminal_width() - 1;
    fprintf(stderr, "\r\033[K%.*s", room, text);
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

void cg_duration_text(double seconds, char text[24])
{
    if (isnan(seconds) || seconds < 0 || seconds > 1e8) {
        strcpy(text, "?");
        return;
    }
    const int s = (int)lround(seconds);
    if (s < 100)
        snprintf(text, 24, "%d s", s);
    else if (s < 6000)
        snprintf(text, 24, "%d min %d s", s / 60, s % 60);
    else
        snprintf(text, 24, "%d h %d min", s / 3600, s % 3600 / 60);
}
