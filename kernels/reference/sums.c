/* Compiled once for each instruction set, which CG_SUMS names. */
#include "kernels/reference/sums.h"

#include <string.h>

enum { PIXELS = CG_REFERENCE_PIXELS, LANES = CG_REFERENCE_LANES };

typedef float single __attribute__((vector_size(LANES * sizeof(float))));
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

void CG_SUMS(const float *const *taps, int n_taps, int first, int channels, const float *weight,
             double sum[PIXELS][LANES])
{
    lanes sums[PIXELS] = {{0}};
    for (int tap = 0; tap < n_taps; tap++) {
        const float *x[PIXELS];
        for (int p = 0; p < PIXELS; p++)
            x[p] = taps[p * n_taps + tap] + first;
        for (int k = 0; k < channels; k++, weight += LANES) {
            single w;
            memcpy(&w, weight, sizeof w);
            for (int p = 0; p < PIXELS; p++)
                sums[p] += (double)x[p][k] * __builtin_convertvector(w, lanes);
        }
    }
    memcpy(sum, sums, sizeof sums);
}
