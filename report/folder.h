/* The folder that a report is written into: only into it. File names are made from slugs, an existing link is
 * never followed, and every file appears whole. */
#ifndef CONVGAUGE_REPORT_FOLDER_H
#define CONVGAUGE_REPORT_FOLDER_H

#include "base/file.h"

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

/* A new file `slug` + `ending` in one of the folders (fd of the struct), which replaces what has that name, a
 * link itself, too. The caller ends it with cg_new_file_keep(), or cg_folder_finish(). CG_IO. */
enum cg_status cg_folder_create(const struct cg_folder *folder, int fd, const char *slug, const char *ending,
                                struct cg_new_file *file, struct cg_error *err);

/* Keeps the file if all was well when it was filled (`filled`), else drops it; the first error. */
enum cg_status cg_folder_finish(struct cg_new_file *file, enum cg_status filled, struct cg_error *err);

#endif
