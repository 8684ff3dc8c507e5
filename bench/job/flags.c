#include "bench/job/flags.h"

CG_NAMES_DEFINE(cg_flag, CG_FLAGS)
_Static_assert(CG_FLAG_COUNT <= 32, "flags are bits of an unsigned");

const char *cg_flag_sentence(enum cg_flag flag)
{
#define CG_FLAG_SENTENCE(id, name, sentence, words) [id] = sentence,
    static const char *const sentences[] = {CG_FLAGS(CG_FLAG_SENTENCE)};
#undef CG_FLAG_SENTENCE
    return cg_name_at(sentences, CG_FLAG_COUNT, (long)flag);
}
