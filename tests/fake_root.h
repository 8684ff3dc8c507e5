/* A directory that stands for / of another machine: what readers of /proc and /sys are tested on. */
#ifndef CONVGAUGE_TESTS_FAKE_ROOT_H
#define CONVGAUGE_TESTS_FAKE_ROOT_H

/* Makes an empty one below the system's temporary directory; the test fails if it cannot. Freed by
 * fake_root_remove, which deletes all that is in it. */
char *fake_root_make(void);
void fake_root_remove(char *root);

/* Writes a file, with its directories: fake_file(root, "4096", "/sys/devices/.../cpu%d/size", 3). */
void fake_file(const char *root, const char *text, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Makes a symbolic link. */
void fake_link(const char *root, const char *target, const char *path);

#endif
