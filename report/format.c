#include "report/format.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

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

static void format_end(double value, char *text, size_t size)
{
    if (value < 0.01)
        snprintf(text, size, "<0.01");
    else if (value > 1000)
        snprintf(text, size, ">1000");
    else
        cg_format_significant(value, 2, text, size);
}

static int format_wide(struct cg_interval interval, char *text, size_t size)
{
    char value[32], low[32], high[32];
    cg_format_significant(interval.value, 2, value, sizeof value);
    format_end(interval.low, low, sizeof low);
    format_end(interval.high, high, sizeof high);
    return snprintf(text, size, "%s [%s, %s]", value, low, high);
}

static bool is_wide(struct cg_interval interval)
{
    return interval.low >= 0 && interval.high > WIDE * interval.low;
}

int cg_format_ratio(struct cg_interval ratio, char *text, size_t size)
{
    if (isnan(ratio.value))
        return snprintf(text, size, "-");
    if (isnan(ratio.low) || isnan(ratio.high))
        return ratio.value < 0.1 ? cg_format_significant(ratio.value, 2, text, size)
                                 : snprintf(text, size, "%.2f", ratio.value);
    if (is_wide(ratio))
        return format_wide(ratio, text, size);
    const int decimals = decimals_for(ratio.value, ratio.high - ratio.low, 2, 3);
    return snprintf(text, size, "%.*f [%.*f, %.*f]", decimals, ratio.value, decimals, ratio.low, decimals,
                    ratio.high);
}

int cg_format_change(struct cg_interval ratio, char *text, size_t size)
{
    if (isnan(ratio.value))
        return snprintf(text, size, "-");
    if (isnan(ratio.low) || isnan(ratio.high))
        return snprintf(text, size, "%+.1f %%", (ratio.value - 1) * 100);
    return snprintf(text, size, "%+.1f %% [%+.1f, %+.1f]", (ratio.value - 1) * 100, (ratio.low - 1) * 100,
                    (ratio.high - 1) * 100);
}

int cg_format_significant(double value, int digits, char *text, size_t size)
{
    if (isnan(value))
        return snprintf(text, size, "-");
    if (value == 0)
        return snprintf(text, size, "0");
    const double magnitude = floor(log10(fabs(value)));
    if (magnitude < -4 || magnitude > 9)
        return snprintf(text, size, "%.*g", digits, value);
    const int decimals = digits - 1 - (int)magnitude;
    return snprintf(text, size, "%.*f", decimals > 0 ? decimals : 0, value);
}

static int format_interval_ms(double ms, double low, double high, char *text, size_t size)
{
    const int decimals = decimals_for(ms, high - low, 0, fabs(ms) < 1 ? 5 : 3);
    return snprintf(text, size, "%.*f [%.*f, %.*f]", decimals, ms, decimals, low, decimals, high);
}

int cg_format_ms(struct cg_interval time_ns, char *text, size_t size)
{
    const double ms = time_ns.value / 1e6, low = time_ns.low / 1e6, high = time_ns.high / 1e6;
    if (isnan(ms))
        return snprintf(text, size, "-");
    if (isnan(low) || isnan(high)) {
        return cg_format_significant(ms, 4, text, size);
    }
    if (is_wide(time_ns))
        return format_wide((struct cg_interval){ms, low, high}, text, size);
    return format_interval_ms(ms, low, high, text, size);
}

int cg_format_ms_difference(struct cg_interval time_ns, char *text, size_t size)
{
    const double ms = time_ns.value / 1e6, low = time_ns.low / 1e6, high = time_ns.high / 1e6;
    if (isnan(ms) || isnan(low) || isnan(high))
        return cg_format_significant(ms, 3, text, size);
    return format_interval_ms(ms, low, high, text, size);
}
