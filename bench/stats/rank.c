#include "bench/stats/rank.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>

double cg_rank(const double *values, size_t n, size_t item)
{
    double rank = 0.5;
    for (size_t i = 0; i < n; i++)
        rank += values[i] < values[item] ? 1 : values[i] == values[item] ? 0.5 : 0;
    return rank;
}

double cg_spearman(const double *x, const double *y, size_t n)
{
    const double mean = ((double)n + 1) / 2; /* of the ranks */
    double xx = 0, xy = 0, yy = 0;
    for (size_t i = 0; i < n; i++) {
        const double dx = cg_rank(x, n, i) - mean, dy = cg_rank(y, n, i) - mean;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    return xx > 0 && yy > 0 ? fmax(-1, fmin(1, xy / (sqrt(xx) * sqrt(yy)))) : NAN;
}

double cg_kendall(const double *x, const double *y, size_t n)
{
    double agree = 0, pairs_x = 0, pairs_y = 0; /* pairs that are not tied in x, in y */
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            const int sx = (x[i] > x[j]) - (x[i] < x[j]), sy = (y[i] > y[j]) - (y[i] < y[j]);
            agree += sx * sy;
            pairs_x += sx != 0;
            pairs_y += sy != 0;
        }
    return pairs_x > 0 && pairs_y > 0 ? agree / (sqrt(pairs_x) * sqrt(pairs_y)) : NAN;
}

/* Means, squares and products about them, item by item (Welford). */
struct moments {
    double n, x, y, xx, xy, yy;
};

static void add_item(struct moments *m, double x, double y)
{
    const double dx = x - m->x, dy = y - m->y;
    m->n++;
    m->x += dx / m->n;
    m->y += dy / m->n;
    m->xx += dx * (x - m->x);
    m->xy += dx * (y - m->y);
    m->yy += dy * (y - m->y);
}

double cg_r2_log(const double *x, const double *y, size_t n)
{
    struct moments m = {0};
    for (size_t i = 0; i < n; i++)
        add_item(&m, log(x[i]), log(y[i]));
    return m.xx > 0 && m.yy > 0 ? fmin(1, m.xy * m.xy / (m.xx * m.yy)) : NAN;
}

double cg_mape(const double *predicted, const double *measured, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(predicted[i] - measured[i]) / measured[i];
    return n ? sum / (double)n : NAN;
}

double cg_share_within(const double *predicted, const double *measured, size_t n, double tolerance)
{
    double within = 0;
    for (size_t i = 0; i < n; i++)
        within += fabs(predicted[i] - measured[i]) <= tolerance * measured[i];
    return n ? within / (double)n : NAN;
}

/* What is fitted: n items in families, one of which is left out. */
struct fitted {
    const double *x, *z; /* z NULL: there is one column */
    const double *y;
    const int *family;
    int left_out;
    size_t n;
};

/* log y = line[0] + line[1] log x; false of too few items and when x has no spread. */
static bool fit_power(const struct fitted *of, double line[2])
{
    struct moments m = {0};
    for (size_t i = 0; i < of->n; i++)
        if (of->family[i] != of->left_out)
            add_item(&m, log(of->x[i]), log(of->y[i]));
    if (m.n < 3 || !(m.xx > 0))
        return false;
    line[1] = m.xy / m.xx;
    line[0] = m.y - line[1] * m.x;
    return true;
}

/* y = weights[0] x + weights[1] z by least squares of relative errors, no weight below 0: where the best of
 * all has one, the better of the fits to one column is the best allowed. */
static bool fit_sum(const struct fitted *of, double weights[2])
{
    double n = 0, xx = 0, xz = 0, zz = 0, sum_x = 0, sum_z = 0;
    for (size_t i = 0; i < of->n; i++) {
        const double x = of->x[i] / of->y[i], z = of->z[i] / of->y[i];
        if (of->family[i] == of->left_out)
            continue;
        n++;
        xx += x * x;
        xz += x * z;
        zz += z * z;
        sum_x += x;
        sum_z += z;
    }
    if (n < 4 || !(xx > 0) || !(zz > 0))
        return false;
    const double determinant = xx * zz - xz * xz;
    weights[0] = (sum_x * zz - sum_z * xz) / determinant;
    weights[1] = (sum_z * xx - sum_x * xz) / determinant;
    if (determinant > 1e-12 * xx * zz && weights[0] >= 0 && weights[1] >= 0)
        return true;
    const bool by_x = sum_x * sum_x / xx >= sum_z * sum_z / zz; /* explains more */
    weights[0] = by_x ? sum_x / xx : 0;
    weights[1] = by_x ? 0 : sum_z / zz;
    return true;
}

void cg_predict_left_out(const double *x, const double *z, const double *y, const int *family, size_t n,
                         double *predicted)
{
    for (size_t i = 0; i < n; i++) {
        const struct fitted of = {x, z, y, family, family[i], n};
        double fit[2];
        if (z)
            predicted[i] = fit_sum(&of, fit) ? fit[0] * x[i] + fit[1] * z[i] : NAN;
        else
            predicted[i] = fit_power(&of, fit) ? exp(fit[0] + fit[1] * log(x[i])) : NAN;
    }
}

bool cg_bootstrap(const struct cg_bootstrap *of, size_t n, struct cg_interval *intervals)
{
    const size_t n_values = of->n_values;
    uint64_t seed = of->seed;
    for (size_t v = 0; v < n_values; v++)
        intervals[v] = (struct cg_interval){NAN, NAN, NAN};
    if (n == 0 || n_values == 0 || of->resamples < 1)
        return true;
    const size_t draws = (size_t)of->resamples;
    size_t *items = malloc(n * sizeof *items);
    double *figures = malloc((draws + 1) * n_values * sizeof *figures);
    const bool enough = items && figures;
    if (enough) {
        double *values = figures + draws * n_values;
        for (size_t i = 0; i < n; i++)
            items[i] = i;
        of->statistic(items, n, of->context, values);
        for (size_t v = 0; v < n_values; v++)
            intervals[v].value = values[v];
        for (size_t r = 0; r < draws; r++) {
            for (size_t i = 0; i < n; i++)
                items[i] = (size_t)(cg_random_uniform(&seed) * (double)n);
            of->statistic(items, n, of->context, values);
            for (size_t v = 0; v < n_values; v++)
                figures[v * draws + r] = values[v];
        }
        for (size_t v = 0; v < n_values; v++) {
            double *column = figures + v * draws;
            size_t usable = draws;
            cg_sort(column, draws); /* NANs last */
            while (usable > 0 && isnan(column[usable - 1]))
                usable--;
            if (usable * 2 >= draws) {
                intervals[v].low = cg_quantile_sorted(column, usable, (1 - of->confidence) / 2);
                intervals[v].high = cg_quantile_sorted(column, usable, (1 + of->confidence) / 2);
            }
        }
    }
    free(items);
    free(figures);
    return enough;
}
