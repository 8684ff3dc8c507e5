#include "bench/stats/rank.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cg_ranks(const double *values, size_t n, double *ranks, size_t *order)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        while (at > 0 && values[order[at - 1]] > values[i]) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && values[order[end]] == values[order[i]])
            end++;
        for (size_t j = i; j < end; j++)
            ranks[order[j]] = ((double)i + 1 + (double)end) / 2;
        i = end;
    }
}

bool cg_spearman(const double *x, const double *y, size_t n, double *rho)
{
    *rho = NAN;
    if (n < 2)
        return true;
    double *ranks = malloc(2 * n * sizeof *ranks);
    size_t *order = malloc(n * sizeof *order);
    const bool enough = ranks && order;
    if (enough) {
        cg_ranks(x, n, ranks, order);
        cg_ranks(y, n, ranks + n, order);
        *rho = cg_correlation(ranks, ranks + n, n);
    }
    free(ranks);
    free(order);
    return enough;
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

double cg_r2_log(const double *x, const double *y, size_t n)
{
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
    if (n < 2)
        return NAN;
    for (size_t i = 0; i < n; i++) {
        mean_x += log(x[i]) / (double)n;
        mean_y += log(y[i]) / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        const double dx = log(x[i]) - mean_x, dy = log(y[i]) - mean_y;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    return xx > 0 && yy > 0 ? fmin(1, xy * xy / (xx * yy)) : NAN;
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
    const double *const *x; /* k columns */
    size_t k;
    const double *y;
    const int *family;
    int left_out;
    size_t n;
};

/* log y = a + b log x over the items outside `left_out`; false when x has no spread there. */
static bool fit_power(const struct fitted *of, double *a, double *b)
{
    const double *x = of->x[0], *y = of->y;
    double count = 0, mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < of->n; i++)
        if (of->family[i] != of->left_out) {
            count++;
            mean_x += log(x[i]);
            mean_y += log(y[i]);
        }
    if (count < 3)
        return false;
    mean_x /= count;
    mean_y /= count;
    for (size_t i = 0; i < of->n; i++)
        if (of->family[i] != of->left_out) {
            xx += (log(x[i]) - mean_x) * (log(x[i]) - mean_x);
            xy += (log(x[i]) - mean_x) * (log(y[i]) - mean_y);
        }
    if (!(xx > 0))
        return false;
    *b = xy / xx;
    *a = mean_y - *b * mean_x;
    return true;
}

/* Solves the k x k normal equations of the active columns by elimination; false when singular. */
static bool solve(double matrix[CG_MAX_PREDICTORS][CG_MAX_PREDICTORS + 1], size_t k)
{
    for (size_t c = 0; c < k; c++) {
        size_t pivot = c;
        for (size_t r = c + 1; r < k; r++)
            if (fabs(matrix[r][c]) > fabs(matrix[pivot][c]))
                pivot = r;
        if (!(fabs(matrix[pivot][c]) > 1e-12))
            return false;
        for (size_t j = 0; j <= k; j++) {
            const double swap = matrix[c][j];
            matrix[c][j] = matrix[pivot][j];
            matrix[pivot][j] = swap;
        }
        for (size_t r = 0; r < k; r++)
            if (r != c) {
                const double factor = matrix[r][c] / matrix[c][c];
                for (size_t j = c; j <= k; j++)
                    matrix[r][j] -= factor * matrix[c][j];
            }
    }
    for (size_t c = 0; c < k; c++)
        matrix[c][k] /= matrix[c][c];
    return true;
}

/* y = sum coef[j] x[j], coefs >= 0, least squares of relative errors: every subset of the (at most three)
 * columns is solved, the best feasible one wins. */
static bool fit_sum(const struct fitted *of, double *coefs)
{
    const double *const *x = of->x, *y = of->y;
    const size_t k = of->k;
    double best = INFINITY, scale[CG_MAX_PREDICTORS] = {0};
    size_t count = 0;
    for (size_t i = 0; i < of->n; i++)
        if (of->family[i] != of->left_out) {
            count++;
            for (size_t j = 0; j < k; j++)
                scale[j] = fmax(scale[j], x[j][i] / y[i]);
        }
    if (count < k + 2)
        return false;
    for (unsigned subset = 1; subset < 1u << k; subset++) {
        double matrix[CG_MAX_PREDICTORS][CG_MAX_PREDICTORS + 1] = {{0}};
        size_t columns[CG_MAX_PREDICTORS], m = 0;
        for (size_t j = 0; j < k; j++)
            if (subset & (1u << j))
                columns[m++] = j;
        for (size_t i = 0; i < of->n; i++)
            if (of->family[i] != of->left_out)
                for (size_t r = 0; r < m; r++) {
                    const double zr = x[columns[r]][i] / y[i] / scale[columns[r]];
                    for (size_t c = 0; c < m; c++)
                        matrix[r][c] += zr * x[columns[c]][i] / y[i] / scale[columns[c]];
                    matrix[r][m] += zr;
                }
        if (!solve(matrix, m))
            continue;
        bool feasible = true;
        for (size_t c = 0; c < m; c++)
            feasible = feasible && matrix[c][m] >= 0;
        double squares = 0;
        for (size_t i = 0; feasible && i < of->n; i++)
            if (of->family[i] != of->left_out) {
                double fit = 0;
                for (size_t c = 0; c < m; c++)
                    fit += matrix[c][m] * x[columns[c]][i] / y[i] / scale[columns[c]];
                squares += (fit - 1) * (fit - 1);
            }
        if (feasible && squares < best) {
            best = squares;
            for (size_t j = 0; j < k; j++)
                coefs[j] = 0;
            for (size_t c = 0; c < m; c++)
                coefs[columns[c]] = matrix[c][m] / scale[columns[c]];
        }
    }
    return isfinite(best);
}

void cg_predict_left_out(const double *const *x, size_t k, const double *y, const int *family, size_t n,
                         double *predicted)
{
    for (size_t i = 0; i < n; i++)
        predicted[i] = NAN;
    for (size_t i = 0; i < n; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = family[j] == family[i];
        if (seen)
            continue;
        double a = 0, b = 0, coefs[CG_MAX_PREDICTORS] = {0};
        const struct fitted of = {x, k, y, family, family[i], n};
        const bool fitted = k == 1 ? fit_power(&of, &a, &b) : fit_sum(&of, coefs);
        for (size_t j = i; fitted && j < n; j++) {
            if (family[j] != family[i])
                continue;
            predicted[j] = 0;
            for (size_t c = 0; c < k; c++)
                predicted[j] += coefs[c] * x[c][j];
            if (k == 1)
                predicted[j] = exp(a + b * log(x[0][j]));
        }
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
