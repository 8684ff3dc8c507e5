/* Values of attributes of SVG, written shorter: tenths of a pixel are enough. */
#ifndef CONVGAUGE_REPORT_SVG_VALUES_H
#define CONVGAUGE_REPORT_SVG_VALUES_H

#include <stdbool.h>
#include <stdio.h>

/* A part of a text. */
struct cg_span {
    const char *at, *end;
};

bool cg_span_is(struct cg_span span, const char *text);
bool cg_span_equals(struct cg_span a, struct cg_span b);

/* Its beginning as a text, in the buffer: for sscanf, which looks for the end of a text first. */
#define CG_SPAN_BEGINNING 64
const char *cg_span_beginning(struct cg_span span, char buffer[CG_SPAN_BEGINNING]);

/* A number of tenths: "-.5". */
void cg_put_tenths(long tenths, FILE *out);

/* What has numbers in it, "translate(76.12,69.98)", with these rounded. */
void cg_put_numbers(struct cg_span value, FILE *out);

/* Whether a path has moves and straight lines only, by absolute places ("M84.00,100.04 L93.00,99.00"). */
bool cg_is_of_lines(struct cg_span path);

/* A part of a picture; whether a place is in it. */
struct cg_box {
    double x, y, width, height;
};
bool cg_box_has(const struct cg_box *box, double x, double y);

/* Of such a path, writes the parts that begin in the box. Lines become relative; those that go on straight,
 * to a tenth, are one. */
void cg_put_path(struct cg_span value, const struct cg_box *box, FILE *out);

/* Writes "rgb(  0, 114, 178)" as "#0072b2"; the reference to a pattern of figure `number` so that it is
 * unique in a page. */
void cg_put_colour(struct cg_span value, int number, FILE *out);

#endif
