/* Student's t by the regularised incomplete beta function (continued fraction, modified Lentz). */
#include "bench/stats/stats.h"

#include <math.h>

/* The continued fraction of I_x(a, b); converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    if (fabs(d) < tiny)
        d = tiny;
    d = 1 / d;
    double h = d;
    for (int m = 1; m <= 10000; m++) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-15)
            break;
    }
    return h;
}

/* I_x(a, b), with y = 1 - x given apart so that neither end loses digits. */
static double beta_regularised(double a, double b, double x, double y)
{
    if (x <= 0)
        return 0;
    if (y <= 0)
        return 1;
    int sign;
    const double log_front =
        a * log(x) + b * log(y) + lgamma_r(a + b, &sign) - lgamma_r(a, &sign) - lgamma_r(b, &sign);
    if (x < (a + 1) / (a + b + 2))
        return exp(log_front) * beta_fraction(a, b, x) / a;
    return 1 - exp(log_front) * beta_fraction(b, a, y) / b;
}

/* P(T > t) for t >= 0, precise also where it is tiny. */
static double upper_tail(double t, double df)
{
    const double square = t * t;
    return 0.5 * beta_regularised(df / 2, 0.5, df / (df + square), square / (df + square));
}

double cg_student_cdf(double t, double df)
{
    if (isnan(t) || !(df > 0))
        return NAN;
    if (isinf(t))
        return t > 0 ? 1 : 0;
    return t >= 0 ? 1 - upper_tail(t, df) : upper_tail(-t, df);
}

static double find_quantile(double p, double df)
{
    const double tail = p < 0.5 ? p : 1 - p;
    double low = 0, high = 1;
    while (upper_tail(high, df) > tail && high < 1e300) {
        low = high;
        high *= 2;
    }
    for (int i = 0; i < 200 && high - low > 1e-12 * high; i++) {
        const double middle = low + (high - low) / 2;
        if (upper_tail(middle, df) > tail)
            low = middle;
        else
            high = middle;
    }
    const double t = low + (high - low) / 2;
    return p < 0.5 ? -t : t;
}

/* A report asks for few different ones very often: the last ones are kept. */
double cg_student_quantile(double p, double df)
{
    static _Thread_local struct {
        double p, df, t;
    } known[8];
    static _Thread_local unsigned next;
    if (!(p > 0 && p < 1) || !(df > 0))
        return NAN;
    if (p == 0.5)
        return 0;
    for (unsigned i = 0; i < 8; i++)
        if (known[i].p == p && known[i].df == df)
            return known[i].t;
    const unsigned at = next++ % 8;
    known[at].p = p;
    known[at].df = df;
    return known[at].t = find_quantile(p, df);
}
