/* The dynamic loader called by itself, as a folder of the program with its own libraries does:
 * lib/ld-linux-aarch64.so.1 --library-path lib bin/convgauge run ... */
#ifndef CONVGAUGE_BENCH_DEVICE_LOADER_H
#define CONVGAUGE_BENCH_DEVICE_LOADER_H

#define CG_LOADER_WORDS 16

/* The loader's words, the last of them the file of our program: what starts the program again. */
struct cg_loader_command {
    char text[4096];
    char *words[CG_LOADER_WORDS]; /* in `text` */
    int n_words;                  /* 0: the program was executed as itself */
};

/* `root` as everywhere ("" or NULL: the real system). A command line that is not understood, or longer than
 * there is room for, counts as the program executed as itself. */
void cg_loader_command_read(const char *root, struct cg_loader_command *command);

#endif
