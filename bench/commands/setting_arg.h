/* The words of the command line that make a setting (kernels/setting.h). */
#ifndef CONVGAUGE_BENCH_COMMANDS_SETTING_ARG_H
#define CONVGAUGE_BENCH_COMMANDS_SETTING_ARG_H

#include "base/error.h"

/* What a word names, for the rows of options (cg_option.word): an index into cg_engines, an enum cg_isa,
 * cg_fusion, cg_cache_state. Below 0 with `err` set: CG_INVALID with the words that there are, CG_UNAVAILABLE
 * for an engine or an instruction set that does not run here, with the reason. */
int cg_engine_word(const char *word, struct cg_error *err);
int cg_isa_word(const char *word, struct cg_error *err);
int cg_fusion_word(const char *word, struct cg_error *err);
int cg_cache_word(const char *word, struct cg_error *err);

#endif
