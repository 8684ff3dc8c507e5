/* Figures as people read them, with as many digits as the interval supports; and short texts by value, so
 * that `cg_format_ratio(ratio).text` can stand where a text is wanted. */
#ifndef CONVGAUGE_REPORT_FORMAT_H
#define CONVGAUGE_REPORT_FORMAT_H

#include "base/text.h"
#include "bench/stats/stats.h"

/* `text` lives as long as the struct: of a call's result until the end of the whole expression. */
struct cg_phrase {
    char text[256];
};

/* As printf; what does not fit is cut off. */
struct cg_phrase cg_phrase(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A sentence by value, likewise, put together piece by piece from an empty one; what does not fit is cut off.
 */
struct cg_sentence {
    char text[2048];
};

#define cg_say(sentence, ...) cg_append((sentence)->text, sizeof(sentence)->text, __VA_ARGS__)

/* "1 thread", "2 threads". */
struct cg_phrase cg_format_threads(int threads);

/* "1.39 [1.37, 1.41]"; "1.39" without an interval; "-" when unknown. */
struct cg_phrase cg_format_ratio(struct cg_interval ratio);

/* The same as a change: "+5.1 % [4.8, 5.4]". */
struct cg_phrase cg_format_change(struct cg_interval ratio);

/* Nanoseconds as milliseconds: "12.34 [12.30, 12.38]". */
struct cg_phrase cg_format_ms(struct cg_interval time_ns);

/* A difference of times, of any sign, likewise: "0.0011 [0.0001, 0.0022]". */
struct cg_phrase cg_format_ms_difference(struct cg_interval time_ns);

/* A value with `digits` significant digits, never in exponent form for 1e-4 to 1e9: "1234", "0.0123". */
struct cg_phrase cg_format_significant(double value, int digits);

/* "45 s", "3 min 20 s", "1 h 5 min"; "?" for NAN. */
struct cg_phrase cg_duration(double seconds);

/* "a", "a and b", "a, b and c": the word before item i of n. */
const char *cg_joint(int i, int n);

#endif
