/* The topics of `convgauge help`: topics/NAME.txt, built in. */
#ifndef CONVGAUGE_BENCH_COMMANDS_TOPICS_H
#define CONVGAUGE_BENCH_COMMANDS_TOPICS_H

struct cg_topic {
    const char *name;
    const char *text; /* its first line is a summary; ends without a newline */
};

extern const struct cg_topic cg_topics[]; /* ended by a row whose name is NULL */

#endif
