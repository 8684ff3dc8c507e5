/* An engine of a known truth for tests/trust.sh, included before every file of the program convgauge_trust:
 * native, slowed by the share $CONVGAUGE_DOSE (0.05: every run takes 1.05 times as long; 0 without it) on the
 * graph whose hash is $CONVGAUGE_DOSED_GRAPH (a record's `graph`; on every graph without it). Of another
 * graph, and with 0, it is native: its plans, its functions, no reading of the clock. A graph without fusion
 * is another graph than its record's. */
#ifndef CONVGAUGE_TESTS_DOSED_ENGINE_H
#define CONVGAUGE_TESTS_DOSED_ENGINE_H

#include "kernels/engine.h"

extern struct cg_engine cg_engine_dosed;

#define CG_MORE_ENGINES &cg_engine_dosed,

#endif
