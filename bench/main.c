#include "bench/commands/command.h"
#include "bench/commands/process.h"
#include "base/text.h"
#include "config.h"

#include <stdio.h>
#include <string.h>

static enum cg_status dispatch(int argc, char **argv, struct cg_error *err)
{
    if (argc < 2)
        return cg_fail(err, CG_INVALID, "which command? 'convgauge --help' lists them");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return cg_command_help(1, argv, err);
    if (strcmp(argv[1], "--version") == 0) {
        printf("convgauge %s\n", CG_VERSION);
        return CG_OK;
    }
    const struct cg_command *command = cg_command_find(argv[1], err);
    return command ? command->run(argc - 1, argv + 1, err) : err->status;
}

int main(int argc, char **argv)
{
    struct cg_error err = {0};
    char shown[4 * sizeof err.text];
    enum cg_status status = cg_process_start(&err);
    status = cg_process_finish(status ?: dispatch(argc, argv, &err), &err);
    if (status != CG_OK && err.text[0])
        fprintf(stderr, "convgauge: %s\n", cg_printable(err.text, shown, sizeof shown)); /* may quote files */
    return cg_exit_code(status);
}
