#include "bench/commands/command.h"
#include "bench/commands/process.h"
#include "base/nearest.h"
#include "base/text.h"
#include "config.h"

#include <stdio.h>
#include <string.h>

/* Ended by a row whose name is NULL. */
static const struct cg_command commands[] = {
#define CG_COMMAND_ROW(function, name, arguments, summary, hidden)                                           \
    {name, arguments, summary, hidden, function},
    CG_COMMANDS(CG_COMMAND_ROW){0},
#undef CG_COMMAND_ROW
};

static void print_help(void)
{
    printf("usage: convgauge COMMAND [arguments]\n\n"
           "Measures what CNN architectures cost on this machine's processor, and sets the guidelines\n"
           "of ShuffleNet V2 (arXiv 1807.11164) beside the measurement.\n\n");
    for (const struct cg_command *c = commands; c->name; c++)
        if (!c->hidden)
            printf("  %-9s %s\n", c->name, c->summary);
    printf("\n'convgauge COMMAND --help' tells a command's options; 'convgauge --version' the version.\n"
           "Exit status: 0 done, 1 failed while running, 2 bad usage or input, 3 a check did not hold,\n"
           "130 interrupted (what was measured is saved).\n");
}

static enum cg_status unknown_command(const char *word, struct cg_error *err)
{
    const char *names[64];
    char near[256];
    int n = 0;
    for (const struct cg_command *c = commands; c->name && n < 64; c++)
        if (!c->hidden)
            names[n++] = c->name;
    cg_nearest(word, names, n, near, sizeof near);
    return cg_fail(err, CG_INVALID, "unknown command '%s'%s%s%s; 'convgauge --help' lists the commands", word,
                   near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "");
}

static enum cg_status dispatch(int argc, char **argv, struct cg_error *err)
{
    if (argc < 2)
        return cg_fail(err, CG_INVALID, "which command? 'convgauge --help' lists them");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help();
        return CG_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("convgauge %s\n", CG_VERSION);
        return CG_OK;
    }
    for (const struct cg_command *c = commands; c->name; c++)
        if (strcmp(argv[1], c->name) == 0)
            return c->run(argc - 1, argv + 1, err);
    return unknown_command(argv[1], err);
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
