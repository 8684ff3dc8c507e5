#include "base/nearest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 64 /* of a candidate, that is looked at */

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* How many letters are put in, left out, replaced or swapped with the next one between two short words; the
 * last three rows of the table stand in a buffer of fixed size. */
static int edit_distance(const char *a, const char *b)
{
    int rows[3][WORD_MAX + 1];
    const int n = (int)strnlen(b, WORD_MAX);
    int i = 0;
    for (int j = 0; j <= n; j++)
        rows[0][j] = j;
    for (i = 1; a[i - 1]; i++) {
        const int *before = rows[(i + 1) % 3], *above = rows[(i + 2) % 3];
        int *row = rows[i % 3];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[(i - 1) % 3][n];
}

void cg_nearest(const char *word, const char *const *candidates, int n, char *text, size_t size)
{
    enum { MOST = 3 };
    int best[MOST], distance[MOST], count = 0;
    const int length = (int)strlen(word);
    text[0] = '\0';
    if (length == 0 || length > 256)
        return;
    for (int i = 0; i < n; i++) {
        const bool begins = strncmp(word, candidates[i], (size_t)length) == 0;
        const int d = begins ? 0 : edit_distance(word, candidates[i]);
        if (d > (length + 2) / 3)
            continue;
        int at = count < MOST ? count : MOST;
        while (at > 0 && distance[at - 1] > d)
            at--;
        if (at == MOST)
            continue;
        for (int k = count < MOST ? count : MOST - 1; k > at; k--) {
            best[k] = best[k - 1];
            distance[k] = distance[k - 1];
        }
        best[at] = i;
        distance[at] = d;
        count += count < MOST;
    }
    for (int k = 0, used = 0; k < count && used < (int)size; k++)
        used += snprintf(text + used, size - (size_t)used, "%s'%s'",
                         k == 0           ? ""
                         : k == count - 1 ? " or "
                                          : ", ",
                         candidates[best[k]]);
}
