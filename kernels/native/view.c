#include "kernels/native/view.h"

#include <stdlib.h>
#include <string.h>

struct nv_view nv_view_of_buffer(int buffer, int c, const int *order)
{
    struct nv_view view = {c, malloc((size_t)c * sizeof *view.at)};
    for (int i = 0; view.at && i < c; i++)
        view.at[order ? order[i] : i] = (struct nv_place){buffer, i};
    return view;
}

struct nv_view nv_view_select(const struct nv_view *from, const int *index, int offset, int c)
{
    struct nv_view view = {c, malloc((size_t)c * sizeof *view.at)};
    for (int i = 0; view.at && i < c; i++)
        view.at[i] = from->at[index ? index[i] : offset + i];
    return view;
}

void nv_view_move(struct nv_view *view, const int *columns)
{
    for (int i = 0; i < view->c; i++)
        view->at[i].column = columns[view->at[i].column];
}

void nv_view_append(struct nv_view *to, int at, const struct nv_view *from)
{
    memcpy(to->at + at, from->at, (size_t)from->c * sizeof *to->at);
}

struct sorted {
    struct nv_place place;
    int channel;
};

static int by_place(const void *a, const void *b)
{
    const struct sorted *x = a, *y = b;
    if (x->place.buffer != y->place.buffer)
        return x->place.buffer < y->place.buffer ? -1 : 1;
    if (x->place.column != y->place.column)
        return x->place.column < y->place.column ? -1 : 1;
    return x->channel < y->channel ? -1 : x->channel > y->channel;
}

int nv_view_runs(const struct nv_view *view, int offset, int c, int *order, struct nv_run *runs)
{
    struct sorted *sorted = malloc((size_t)c * sizeof *sorted);
    if (!sorted)
        return -1;
    bool is_sorted = true;
    for (int i = 0; i < c; i++) {
        sorted[i] = (struct sorted){view->at[offset + i], i};
        is_sorted &= i == 0 || by_place(&sorted[i - 1], &sorted[i]) < 0;
    }
    if (!is_sorted)
        qsort(sorted, (size_t)c, sizeof *sorted, by_place);
    int n = 0;
    for (int i = 0; i < c; i++) {
        const struct nv_place p = sorted[i].place;
        order[i] = sorted[i].channel;
        if (n && runs[n - 1].buffer == p.buffer && runs[n - 1].column + runs[n - 1].len == p.column)
            runs[n - 1].len++;
        else
            runs[n++] = (struct nv_run){p.buffer, p.column, 1, i, 0};
    }
    free(sorted);
    return n;
}

bool nv_view_is_plain(const struct nv_view *view)
{
    for (int i = 1; i < view->c; i++)
        if (view->at[i].buffer != view->at[0].buffer || view->at[i].column != view->at[0].column + i)
            return false;
    return true;
}
