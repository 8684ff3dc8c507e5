/* Runs a fuzz target over the files of a folder without libFuzzer: each as it is, cut off at many places, and
 * with bytes changed, in the same way every time. A target that finds a fault ends the program. usage: replay
 * CORPUS CHANGES (of each file) */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CUTS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static long runs;

/* From a block of exactly this size, so that a sanitizer sees reads behind its end. */
static void run(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    runs++;
}

static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17; /* xorshift64 */
    return *state >> 16;
}

static void change(uint8_t *bytes, size_t size, uint64_t *state)
{
    static const uint8_t values[] = {0, 1, 2, 0x7f, 0x80, 0xff};
    for (int n = 1 + (int)(draw(state) % 4); n > 0; n--) {
        const size_t at = draw(state) % size;
        switch (draw(state) % 3) {
        case 0:
            bytes[at] ^= (uint8_t)(1u << draw(state) % 8);
            break;
        case 1:
            bytes[at] = values[draw(state) % sizeof values];
            break;
        default:
            bytes[at] = bytes[draw(state) % size];
        }
    }
}

static void replay(uint8_t *bytes, size_t size, int changes, uint64_t seed)
{
    uint8_t *changed = malloc(size ? size : 1);
    uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
    if (!changed)
        abort();
    run(bytes, size);
    for (size_t cut = 0; cut < MOST_CUTS && size; cut++)
        run(bytes, size * cut / MOST_CUTS);
    for (int i = 0; i < changes && size; i++) {
        memcpy(changed, bytes, size);
        change(changed, size, &state);
        run(changed, size);
    }
    free(changed);
}

static uint8_t *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return bytes;
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    const int n = argc == 3 ? scandir(argv[1], &entries, NULL, alphasort) : -1;
    int files = 0;
    if (n < 0) {
        fprintf(stderr, "usage: replay CORPUS CHANGES\n");
        return 2;
    }
    for (int i = 0; i < n; i++) {
        char path[4096];
        size_t size;
        snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') {
            uint8_t *bytes = read_whole(path, &size);
            replay(bytes, size, atoi(argv[2]), (uint64_t)i);
            free(bytes);
            files++;
        }
        free(entries[i]);
    }
    free(entries);
    printf("%d files, %ld inputs\n", files, runs);
    return files > 0 ? 0 : 1;
}
