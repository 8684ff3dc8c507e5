/* How far two tensors are apart. */
#ifndef CONVGAUGE_TESTS_RELATIVE_H
#define CONVGAUGE_TESTS_RELATIVE_H

#include <math.h>
#include <stdint.h>

/* Relative L2 error of n values: ||got - want|| / ||want||; 0 when both are 0, NAN when one is none. */
static inline double relative_error(const float *got, const float *want, int64_t n)
{
    double difference = 0, magnitude = 0;
    for (int64_t i = 0; i < n; i++) {
        difference += pow((double)got[i] - (double)want[i], 2);
        magnitude += pow((double)want[i], 2);
    }
    return difference > 0 || isnan(difference) ? sqrt(difference / magnitude) : 0;
}

#endif
