/* Figures as people read them: as many digits as the interval supports. All behave like snprintf. */
#ifndef CONVGAUGE_REPORT_FORMAT_H
#define CONVGAUGE_REPORT_FORMAT_H

#include "bench/stats/stats.h"

#include <stddef.h>

/* "1.39 [1.37, 1.41]"; "1.39" without an interval; "-" when unknown. */
int cg_format_ratio(struct cg_interval ratio, char *text, size_t size);

/* The same as a change: "+5.1 % [4.8, 5.4]". */
int cg_format_change(struct cg_interval ratio, char *text, size_t size);

/* Nanoseconds as milliseconds: "12.34 [12.30, 12.38]". */
int cg_format_ms(struct cg_interval time_ns, char *text, size_t size);

/* A difference of times, of any sign, likewise: "0.0011 [0.0001, 0.0022]". */
int cg_format_ms_difference(struct cg_interval time_ns, char *text, size_t size);

/* A value with `digits` significant digits, never in exponent form for 1e-4 to 1e9: "1234", "0.0123". */
int cg_format_significant(double value, int digits, char *text, size_t size);

#endif
