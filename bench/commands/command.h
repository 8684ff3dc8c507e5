/* The commands of the program: one row each, read by the program, its help, its manual page and its tests. */
#ifndef CONVGAUGE_BENCH_COMMANDS_COMMAND_H
#define CONVGAUGE_BENCH_COMMANDS_COMMAND_H

#include "base/error.h"

#include <stdbool.h>

/* X: function, name, arguments, summary, hidden. In the order of the help; one file a command:
 * bench/commands/NAME.c. Hidden ones are not for people and are left out of the help. */
/* clang-format off */
#define CG_COMMANDS(X) \
    X(cg_command_run, "run", "[SUITE|NET...] [options]", \
      "measure suites (g1 g2 g3 g4 networks when none is named), or networks beside each other", false) \
    X(cg_command_list, "list", "suites|guidelines|networks|engines|counters|devices [options]", \
      "what there is here, and why something is not available", false) \
    X(cg_command_info, "info", "[options]", \
      "this device: topology, caches, measured peak and bandwidths, timer, noise floors", false) \
    X(cg_command_cost, "cost", "NET... | --all [options]", \
      "multiply-adds, activations, memory access cost, parameters, peak memory; no timing", false) \
    X(cg_command_verify, "verify", "[NET...] [options]", \
      "engines against the reference: a sweep of shapes and every network", false) \
    X(cg_command_export, "export", "NET -o F.onnx|F.param [options]", \
      "the same network and weights for any other engine", false) \
    X(cg_command_compare, "compare", "A.json B.json... [options]", \
      "the same cases side by side: ratio, interval, verdict; ranks and rank flips", false) \
    X(cg_command_merge, "merge", "A.json B.json... -o FILE", \
      "runs of one device that were split, as one results file", false) \
    X(cg_command_profile, "profile", "NET... [options]", \
      "where the time goes, layer by layer: time, speed, share, bound, residual", false) \
    X(cg_command_audit, "audit", "NET [options]", \
      "which guideline the network breaks where, and what that costs here", false) \
    X(cg_command_report, "report", "FILE... [-o DIR]", "the tables of results files; with -o a page, Markdown, CSV and plots", false) \
    X(cg_command_help, "help", "[COMMAND | TOPIC]", "the options of a command, or a page on a topic", false) \
    X(cg_command_worker, "worker", "VERSION PARENT", "answers the scheduler of a run; started by the program itself", true)
/* clang-format on */

struct cg_command {
    const char *name;
    const char *arguments; /* after the name in usage, e.g. "NET [options]" */
    const char *summary;   /* one line */
    bool hidden;
    /* argv[0] is the command's name. Results go to stdout, everything else to stderr. On failure `err` holds
     * the one sentence that main prints; the status gives the exit code. */
    enum cg_status (*run)(int argc, char **argv, struct cg_error *err);
};

#define CG_COMMAND_PROTOTYPE(function, name, arguments, summary, hidden)                                     \
    enum cg_status function(int argc, char **argv, struct cg_error *err);
CG_COMMANDS(CG_COMMAND_PROTOTYPE)
#undef CG_COMMAND_PROTOTYPE

/* The command of that name, hidden ones, too; NULL with `err` set (CG_INVALID), which names the nearest. */
const struct cg_command *cg_command_find(const char *word, struct cg_error *err);

#endif
