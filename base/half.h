/* Floats of 16 bits, as files hold them. */
#ifndef CONVGAUGE_BASE_HALF_H
#define CONVGAUGE_BASE_HALF_H

#include <math.h>
#include <stdint.h>

/* The value of IEEE 754's binary16. */
static inline double cg_half(uint16_t bits)
{
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size = exponent == 31
                            ? (fraction ? (double)NAN : (double)INFINITY)
                            : ldexp(exponent ? 1024 + fraction : fraction, (exponent ? exponent : 1) - 25);
    return bits >> 15 ? -size : size;
}

#endif
