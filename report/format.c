#include "report/format.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct cg_phrase cg_phrase(const char *format, ...)
{
    struct cg_phrase phrase;
    va_list args;
    va_start(args, format);
    vsnprintf(phrase.text, sizeof phrase.text, format, args);
    va_end(args);
    return phrase;
}

struct cg_phrase cg_format_threads(int threads)
{
    return cg_phrase("%d thread%s", threads, threads == 1 ? "" : "s");
}

/* Digits after the point that show `value` to about two digits of its uncertainty `width`, within limits. */
static int decimals_for(double value, double width, int fewest, int most)
{
    const double unit = width > 0 ? width : fabs(value) / 1000;
    if (!(unit > 0) || !isfinite(unit))
        return fewest;
    const int decimals = (int)ceil(-log10(unit)) + 1;
    return decimals < fewest ? fewest : decimals > most ? most : decimals;
}

/* An interval that wide says "unknown": its ends are then shown by their size only. */
#define WIDE 20.0

static bool is_wide(struct cg_interval interval)
{
    return interval.low >= 0 && interval.high > WIDE * interval.low;
}

static struct cg_phrase format_end(double value)
{
    return value < 0.01   ? cg_phrase("<0.01")
           : value > 1000 ? cg_phrase(">1000")
                          : cg_format_significant(value, 2);
}

static struct cg_phrase format_wide(struct cg_interval interval)
{
    return cg_phrase("%s [%s, %s]", cg_format_significant(interval.value, 2).text,
                     format_end(interval.low).text, format_end(interval.high).text);
}

static struct cg_phrase format_decimals(struct cg_interval x, int decimals)
{
    return cg_phrase("%.*f [%.*f, %.*f]", decimals, x.value, decimals, x.low, decimals, x.high);
}

struct cg_phrase cg_format_ratio(struct cg_interval ratio)
{
    if (isnan(ratio.value))
        return cg_phrase("-");
    if (isnan(ratio.low) || isnan(ratio.high))
        return ratio.value < 0.1 ? cg_format_significant(ratio.value, 2) : cg_phrase("%.2f", ratio.value);
    if (is_wide(ratio))
        return format_wide(ratio);
    return format_decimals(ratio, decimals_for(ratio.value, ratio.high - ratio.low, 2, 3));
}

struct cg_phrase cg_format_change(struct cg_interval ratio)
{
    if (isnan(ratio.value))
        return cg_phrase("-");
    if (isnan(ratio.low) || isnan(ratio.high))
        return cg_phrase("%+.1f %%", (ratio.value - 1) * 100);
    return cg_phrase("%+.1f %% [%+.1f, %+.1f]", (ratio.value - 1) * 100, (ratio.low - 1) * 100,
                     (ratio.high - 1) * 100);
}

struct cg_phrase cg_format_significant(double value, int digits)
{
    if (isnan(value))
        return cg_phrase("-");
    if (value == 0)
        return cg_phrase("0");
    const double magnitude = floor(log10(fabs(value)));
    if (magnitude < -4 || magnitude > 9)
        return cg_phrase("%.*g", digits, value);
    const int decimals = digits - 1 - (int)magnitude;
    return cg_phrase("%.*f", decimals > 0 ? decimals : 0, value);
}

static struct cg_phrase format_interval_ms(struct cg_interval ms)
{
    return format_decimals(ms, decimals_for(ms.value, ms.high - ms.low, 0, fabs(ms.value) < 1 ? 5 : 3));
}

static struct cg_interval in_ms(struct cg_interval ns)
{
    return (struct cg_interval){ns.value / 1e6, ns.low / 1e6, ns.high / 1e6};
}

struct cg_phrase cg_format_ms(struct cg_interval time_ns)
{
    const struct cg_interval ms = in_ms(time_ns);
    if (isnan(ms.value) || isnan(ms.low) || isnan(ms.high))
        return cg_format_significant(ms.value, 4);
    return is_wide(time_ns) ? format_wide(ms) : format_interval_ms(ms);
}

struct cg_phrase cg_format_ms_difference(struct cg_interval time_ns)
{
    const struct cg_interval ms = in_ms(time_ns);
    return isnan(ms.value) || isnan(ms.low) || isnan(ms.high) ? cg_format_significant(ms.value, 3)
                                                              : format_interval_ms(ms);
}

const char *cg_joint(int i, int n)
{
    return i == 0 ? "" : i == n - 1 ? " and " : ", ";
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
