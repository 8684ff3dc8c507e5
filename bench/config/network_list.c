/* What networks there are. */
#include "bench/config/network_file.h"
#include "bench/config/published.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct list {
    struct cg_network_row *rows;
    int n;
};

static enum cg_status add_row(struct list *list, const struct cg_network_file *file, int variant,
                              struct cg_size size, struct cg_error *err)
{
    const struct cg_variant *v = &file->variants[variant];
    void *moved = realloc(list->rows, (size_t)(list->n + 1) * sizeof *list->rows);
    if (!moved)
        return cg_fail(err, CG_NO_MEMORY, "no memory to list the networks");
    list->rows = moved;
    struct cg_network_row *row = &list->rows[list->n++];
    char id[2 * CG_NAME_MAX];
    memset(row, 0, sizeof *row);
    cg_network_id(file, variant, id, sizeof id);
    cg_network_name(id, size, row->name, sizeof row->name);
    strcpy(row->family, file->family);
    strcpy(row->variant, v->name);
    strcpy(row->title, file->title);
    strcpy(row->source, file->source);
    strcpy(row->note, v->derivation[0] ? v->derivation : v->note);
    row->reconstruction = v->derivation[0] != '\0';
    row->is_default = strcmp(v->name, file->default_variant) == 0;
    row->width = size.width;
    row->height = size.height;
    row->published = cg_published_find(file->script.config, id, size.width, size.height);
    return CG_OK;
}

static enum cg_status add_file(struct list *list, const struct cg_config *config, const char *family,
                               struct cg_error *err)
{
    char path[CG_PATH_MAX];
    if (!cg_config_find_file(config, "networks", family, path, sizeof path))
        return cg_fail(err, CG_IO, "networks/%s.lua has gone", family);
    struct cg_network_file *file = cg_network_file_open(config, path, family, err);
    if (!file)
        return err ? err->status : CG_INVALID;
    enum cg_status status = CG_OK;
    for (int i = 0; i < file->n_variants; i++)
        for (int k = 0; k < file->variants[i].n_inputs && status == CG_OK; k++)
            status = add_row(list, file, i, file->variants[i].inputs[k], err);
    cg_network_file_close(&file);
    return status;
}

enum cg_status cg_config_list_networks(const struct cg_config *config, struct cg_network_row **rows,
                                       int *n_rows, struct cg_error *err)
{
    char(*names)[CG_NAME_MAX];
    int n;
    struct list list = {0};
    enum cg_status status = cg_config_file_names(config, "networks", &names, &n, err);
    if (status != CG_OK)
        return status;
    for (int i = 0; i < n && status == CG_OK; i++)
        status = add_file(&list, config, names[i], err);
    free(names);
    if (status != CG_OK) {
        free(list.rows);
        list = (struct list){0};
    }
    *rows = list.rows;
    *n_rows = list.n;
    return status;
}
