#include "kernels/native/view.h"

#include <stdlib.h>

static struct nv_view new_view(struct cg_arena *memory, int c)
{
    return (struct nv_view){c, cg_arena_array(memory, (size_t)c, sizeof(struct nv_place))};
}

struct nv_view nv_view_of_buffer(struct cg_arena *memory, int buffer, int c, const int *order)
{
    struct nv_view view = new_view(memory, c);
    for (int i = 0; view.at && i < c; i++)
        view.at[order ? order[i] : i] = (struct nv_place){buffer, i};
    return view;
}

struct nv_view nv_view_select(struct cg_arena *memory, const struct nv_view *from, const int *index,
                              int offset, int c)
{
    struct nv_view view = new_view(memory, c);
    for (int i = 0; view.at && i < c; i++)
        view.at[i] = from->at[index ? index[i] : offset + i];
    return view;
}

struct nv_view nv_view_moved(struct cg_arena *memory, const struct nv_view *from, const int *columns)
{
    struct nv_view view = nv_view_select(memory, from, NULL, 0, from->c);
    for (int i = 0; view.at && i < view.c; i++)
        view.at[i].column = columns[view.at[i].column];
    return view;
}

struct nv_view nv_view_within(struct cg_arena *memory, const struct nv_view *from, int buffer, int column)
{
    struct nv_view view = nv_view_select(memory, from, NULL, 0, from->c);
    for (int i = 0; view.at && i < view.c; i++)
        view.at[i] = (struct nv_place){buffer, view.at[i].column + column};
    return view;
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
        if (i && nv_next_to(sorted[i - 1].place, p))
            runs[n - 1].len++;
        else
            runs[n++] = (struct nv_run){p.buffer, p.column, 1, i, 0};
    }
    free(sorted);
    return n;
}

int nv_view_breaks(const struct nv_view *a, const struct nv_view *b)
{
    int n = 1;
    for (int i = 1; i < a->c; i++)
        n += !nv_next_to(a->at[i - 1], a->at[i]) || (b && !nv_next_to(b->at[i - 1], b->at[i]));
    return n;
}
