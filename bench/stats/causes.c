#include "bench/stats/causes.h"

#include <math.h>

struct cg_causes cg_causes_of(const double *total, const double *twins, const double *size, size_t n,
                              double *scratch)
{
    struct cg_causes causes = {.total = cg_estimate_of(total, n), .size = cg_unknown_estimate};
    for (size_t p = 0; p < n; p++)
        scratch[p] = twins[p] - (size ? size[p] : 0);
    causes.rest = cg_estimate_of(scratch, n);
    for (size_t p = 0; p < n; p++)
        scratch[p] = total[p] - scratch[p];
    causes.rounding = cg_estimate_of(scratch, n);
    if (size)
        causes.size = cg_estimate_of(size, n);
    return causes;
}

int cg_rounded_up(int width, int quantum)
{
    return (width + quantum - 1) / quantum * quantum;
}

#define TERMS 4 /* 1, 1 / w, 1 / w^2, up(w, q) / w */

static void terms_of(double width, int quantum, double *terms)
{
    terms[0] = 1;
    terms[1] = 1 / width;
    terms[2] = terms[1] * terms[1];
    terms[3] = quantum > 0 ? cg_rounded_up((int)width, quantum) / width : 0;
}

/* Solves the n equations in place by Gauss's elimination with pivots; a column that says nothing gets 0. */
static void solve(double a[TERMS][TERMS + 1], int n, double *x)
{
    for (int k = 0; k < n; k++) {
        int pivot = k;
        for (int i = k + 1; i < n; i++)
            if (fabs(a[i][k]) > fabs(a[pivot][k]))
                pivot = i;
        for (int j = 0; j <= n; j++) {
            const double swapped = a[k][j];
            a[k][j] = a[pivot][j];
            a[pivot][j] = swapped;
        }
        for (int i = k + 1; i < n && a[k][k] != 0; i++) {
            const double factor = a[i][k] / a[k][k];
            for (int j = k; j <= n; j++)
                a[i][j] -= factor * a[k][j];
        }
    }
    for (int k = n - 1; k >= 0; k--) {
        double rest = a[k][n];
        for (int j = k + 1; j < n; j++)
            rest -= a[k][j] * x[j];
        x[k] = a[k][k] != 0 ? rest / a[k][k] : 0;
    }
}

/* Of equal relative errors where none is known; none is known to better than this. */
#define LEAST_ERROR 0.005

static double weight_of(const double *error, size_t s)
{
    const double known = error && !isnan(error[s]) ? error[s] : 0;
    return 1 / (known * known + LEAST_ERROR * LEAST_ERROR);
}

/* The weighted sum of squared relative errors of the best fit with sawtooth `quantum` (0: the smooth part
 * alone). */
static double fit_with(const struct cg_widths *at, int quantum, double *x)
{
    const int used = quantum > 0 ? TERMS : TERMS - 1;
    double a[TERMS][TERMS + 1] = {{0}}, terms[TERMS], error = 0;
    for (size_t s = 0; s < at->n; s++) {
        const double weight = weight_of(at->error, s);
        terms_of(at->width[s], quantum, terms);
        for (int i = 0; i < used; i++) {
            for (int j = 0; j < used; j++)
                a[i][j] += weight * terms[i] * terms[j] / (at->cost[s] * at->cost[s]);
            a[i][used] += weight * terms[i] / at->cost[s];
        }
    }
    for (int i = 0; i < TERMS; i++)
        x[i] = 0;
    solve(a, used, x);
    for (size_t s = 0; s < at->n; s++) {
        double fitted = 0;
        terms_of(at->width[s], quantum, terms);
        for (int i = 0; i < used; i++)
            fitted += terms[i] * x[i];
        error += weight_of(at->error, s) * pow(fitted / at->cost[s] - 1, 2);
    }
    return error;
}

bool cg_quantum_fit(const struct cg_widths *at, struct cg_quantum *fit)
{
    static const int quanta[] = {4, 8, 16, 32};
    double x[TERMS];
    *fit = (struct cg_quantum){.quantum = 1, .other = 1};
    if (at->n < CG_QUANTUM_WIDTHS_MIN)
        return false;
    const double smooth = fit_with(at, 0, x);
    for (size_t i = 0; i < sizeof quanta / sizeof quanta[0]; i++) {
        const double explained = smooth > 0 ? 1 - fit_with(at, quanta[i], x) / smooth : 0;
        if (explained > fit->explained) {
            fit->other = fit->quantum;
            fit->other_explained = fit->explained;
            fit->quantum = quanta[i];
            fit->explained = explained;
            fit->share = fmin(x[3] / (x[0] + x[3]), 1);
        } else if (explained > fit->other_explained) {
            fit->other = quanta[i];
            fit->other_explained = explained;
        }
    }
    if (fit->explained < 0.5 || !(fit->share >= 0.1))
        fit->quantum = 1;
    return true;
}
