#include "base/nearest.h"
#include "bench/commands/command.h"
#include "bench/commands/options.h"
#include "bench/commands/topics.h"

#include <stdio.h>
#include <string.h>

/* Ended by a row whose name is NULL. */
static const struct cg_command commands[] = {
#define CG_COMMAND_ROW(function, name, arguments, summary, hidden)                                           \
    {name, arguments, summary, hidden, function},
    CG_COMMANDS(CG_COMMAND_ROW){0},
#undef CG_COMMAND_ROW
};

static void print_row(const char *name, const char *summary)
{
    printf("  %-10s %.*s\n", name, (int)strcspn(summary, "\n"), summary);
}

static void print_overview(void)
{
    printf("usage: convgauge COMMAND [arguments]\n\n"
           "Measures what CNN architectures cost on this machine's processor, and sets the guidelines\n"
           "of ShuffleNet V2 (arXiv 1807.11164) beside the measurement.\n\n");
    for (const struct cg_command *c = commands; c->name; c++)
        if (!c->hidden)
            print_row(c->name, c->summary);
    printf("\nTopics of 'convgauge help TOPIC':\n\n");
    for (const struct cg_topic *t = cg_topics; t->name; t++)
        print_row(t->name, t->text);
    printf("\n'convgauge COMMAND --help' tells a command's options; 'convgauge --version' the version.\n"
           "Exit status: 0 done, 1 failed while running, 2 bad usage or input, 3 a check did not hold,\n"
           "130 interrupted (what was measured is saved).\n");
}

/* As cg_command_find(); for the help, which has `topics`, too, and knows no hidden command. */
static const struct cg_command *find_command(const char *word, bool topics, struct cg_error *err)
{
    const char *names[64];
    char near[256];
    int n = 0;
    for (const struct cg_command *c = commands; c->name; c++) {
        if (strcmp(word, c->name) == 0 && !(topics && c->hidden))
            return c;
        if (!c->hidden && n < 62)
            names[n++] = c->name;
    }
    for (const struct cg_topic *t = cg_topics; topics && t->name && n < 62; t++)
        names[n++] = t->name;
    names[n++] = "--help";
    names[n++] = "--version";
    cg_nearest(word, names, n, near, sizeof near);
    cg_fail(err, CG_INVALID, "unknown command%s '%s'%s%s%s; 'convgauge --help' lists the %s",
            topics ? " or topic" : "", word, near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "",
            topics ? "commands and topics" : "commands");
    return NULL;
}

const struct cg_command *cg_command_find(const char *word, struct cg_error *err)
{
    return find_command(word, false, err);
}

static enum cg_status help_on(const char *word, struct cg_error *err)
{
    for (const struct cg_topic *t = cg_topics; t->name; t++)
        if (strcmp(word, t->name) == 0)
            return puts(t->text), CG_OK;
    const struct cg_command *command = find_command(word, true, err);
    char *arguments[] = {(char *)word, "--help", NULL};
    return command ? command->run(2, arguments, err) : err->status;
}

enum cg_status cg_command_help(int argc, char **argv, struct cg_error *err)
{
    struct cg_words words = {0, 1};
    const enum cg_status status = cg_options_parse(argc, argv, NULL, 0, &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    if (words.first < argc)
        return help_on(argv[words.first], err);
    print_overview();
    return CG_OK;
}
