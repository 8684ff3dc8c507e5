/* The folder that a report is written into: only into it. File names are made from slugs, an existing link is
 * never followed, and every file appears whole. */
#ifndef CONVGAUGE_REPORT_FOLDER_H
#define CONVGAUGE_REPORT_FOLDER_H

#include "base/error.h"

#include <stdio.h>

struct cg_folder {
    int fd;           /* of the folder */
    int figures_fd;   /* of its folder figures/ */
    int tables_fd;    /* of its folder tables/ */
    const char *path; /* as given; borrowed */
};

/* Opens `path` and its inner folders, making them where they are missing (their parent must be there). The
 * caller closes it. */
enum cg_status cg_folder_open(const char *path, struct cg_folder *folder, struct cg_error *err);
void cg_folder_close(struct cg_folder *folder);

/* A new file `slug` + `ending` in one of the folders (fd of the struct); an old one of that name is replaced,
 * a link is not followed. NULL with `err` set. The caller closes it with cg_folder_finish(), which tells
 * whether all was written. */
FILE *cg_folder_create(int fd, const char *slug, const char *ending, struct cg_error *err);
enum cg_status cg_folder_finish(FILE *file, const char *what, struct cg_error *err);

#endif
