/* Numbers, paths and colours of SVG. */
#include "report/svg_values.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool cg_span_is(struct cg_span span, const char *text)
{
    const size_t length = strlen(text);
    return (size_t)(span.end - span.at) == length && memcmp(span.at, text, length) == 0;
}

bool cg_span_equals(struct cg_span a, struct cg_span b)
{
    return a.end - a.at == b.end - b.at && memcmp(a.at, b.at, (size_t)(a.end - a.at)) == 0;
}

const char *cg_span_beginning(struct cg_span span, char buffer[CG_SPAN_BEGINNING])
{
    const size_t length = (size_t)(span.end - span.at);
    const size_t n = length < CG_SPAN_BEGINNING ? length : CG_SPAN_BEGINNING - 1;
    memcpy(buffer, span.at, n);
    buffer[n] = '\0';
    return buffer;
}

void cg_put_tenths(long tenths, FILE *out)
{
    const long size = labs(tenths);
    fputs(tenths < 0 ? "-" : "", out);
    if (size >= 10 || size == 0)
        fprintf(out, "%ld", size / 10);
    if (size % 10)
        fprintf(out, ".%ld", size % 10);
}

static bool begins_number(const char *at)
{
    return isdigit((unsigned char)*at) || (*at == '-' && isdigit((unsigned char)at[1]));
}

void cg_put_numbers(struct cg_span value, FILE *out)
{
    while (value.at < value.end) {
        char *end;
        if (!begins_number(value.at)) {
            putc(*value.at++, out);
            continue;
        }
        cg_put_tenths(lround(10 * strtod(value.at, &end)), out);
        value.at = end;
    }
}

bool cg_is_of_lines(struct cg_span path)
{
    for (const char *at = path.at; at < path.end; at++)
        if (isalpha((unsigned char)*at) && !strchr("MLZz", *at))
            return false;
    return true;
}

/* A place on a path, in tenths. */
struct place {
    long x, y;
};

static void put_place(char command, struct place place, FILE *out)
{
    if (command)
        putc(command, out);
    fputs(command || place.x < 0 ? "" : " ", out);
    cg_put_tenths(place.x, out);
    fputs(place.y < 0 ? "" : " ", out);
    cg_put_tenths(place.y, out);
}

/* Whether a line from a to c goes through b, to a tenth. */
static bool goes_through(struct place a, struct place b, struct place c)
{
    const double x = (double)(c.x - a.x), y = (double)(c.y - a.y), bx = (double)(b.x - a.x),
                 by = (double)(b.y - a.y);
    const double length = hypot(x, y), along = bx * x + by * y;
    return length > 0 && along >= 0 && along <= length * length && fabs(bx * y - by * x) <= length;
}

#define LONGEST 8 /* points that a line may stand for: what it is off by stays small */

/* A path that is being written: places up to `last` are read, up to `put` they are written. */
struct path {
    struct place put, last;
    int waiting; /* places since `put` */
    bool line;   /* `put` is the end of a line: the next one needs no letter */
    FILE *out;
};

static void put_line(struct path *path)
{
    if (path->waiting > 0)
        put_place(path->line ? '\0' : 'l',
                  (struct place){path->last.x - path->put.x, path->last.y - path->put.y}, path->out);
    path->line = path->line || path->waiting > 0;
    path->put = path->last;
    path->waiting = 0;
}

bool cg_box_has(const struct cg_box *box, double x, double y)
{
    return x >= box->x && x < box->x + box->width && y >= box->y && y < box->y + box->height;
}

/* Lines become relative; those that go on straight are one. */
void cg_put_path(struct cg_span value, const struct cg_box *box, FILE *out)
{
    struct path path = {.out = out};
    char command = 'M';
    bool outside = false;
    for (const char *at = value.at; at < value.end;) {
        char *end;
        if (isalpha((unsigned char)*at))
            command = *at;
        if ((*at == 'z' || *at == 'Z') && !outside) {
            put_line(&path);
            putc('z', out);
        }
        if (!begins_number(at)) {
            at++;
            continue;
        }
        struct place to;
        to.x = lround(10 * strtod(at, &end));
        to.y = lround(10 * strtod(end + 1, &end));
        at = end;
        if (command == 'M')
            outside = !cg_box_has(box, (double)to.x / 10, (double)to.y / 10);
        if (outside && command != 'M')
            continue;
        if (command == 'M' || path.waiting == LONGEST ||
            (path.waiting > 0 && !goes_through(path.put, path.last, to)))
            put_line(&path);
        if (command == 'M') {
            if (!outside)
                put_place('M', to, out);
            path.put = to;
            path.line = false;
        }
        path.waiting += command != 'M';
        path.last = to;
    }
    put_line(&path);
}

static void put_rgb(int red, int green, int blue, FILE *out)
{
    if (red % 17 == 0 && green % 17 == 0 && blue % 17 == 0)
        fprintf(out, "#%x%x%x", red / 17, green / 17, blue / 17);
    else
        fprintf(out, "#%02x%02x%02x", red, green, blue);
}

void cg_put_colour(struct cg_span value, int number, FILE *out)
{
    char text[CG_SPAN_BEGINNING];
    int red, green, blue;
    const int length = (int)(value.end - value.at);
    if (sscanf(cg_span_beginning(value, text), "rgb( %d , %d , %d )", &red, &green, &blue) == 3)
        put_rgb(red & 255, green & 255, blue & 255, out);
    else if (length > 5 && strncmp(value.at, "url(#", 5) == 0)
        fprintf(out, "url(#f%d-%.*s", number, length - 5, value.at + 5);
    else
        fprintf(out, "%.*s", length, value.at);
}
