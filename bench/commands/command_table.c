#include "bench/commands/command.h"

const struct cg_command cg_commands[] = {
#define CG_COMMAND_ROW(function, name, arguments, summary, hidden)                                           \
    {name, arguments, summary, hidden, function},
    CG_COMMANDS(CG_COMMAND_ROW){0},
};
