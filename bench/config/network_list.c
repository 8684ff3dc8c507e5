/* What networks there are. */
#include "base/array.h"
#include "bench/config/network_file.h"

#include <stdlib.h>

struct list {
    struct cg_network *networks;
    int n, room;
};

static enum cg_status add_file(struct list *list, const struct cg_config *config, const char *family,
                               struct cg_error *err)
{
    char path[CG_PATH_MAX];
    if (!cg_config_find_file(config, "networks", family, path, sizeof path))
        return cg_fail(err, CG_IO, "networks/%s.lua has gone", family);
    struct cg_network_file *file = cg_network_file_open(config, path, family, err);
    if (!file)
        return err ? err->status : CG_INVALID;
    bool ok = true;
    for (int i = 0; i < file->n_variants; i++)
        for (int k = 0; k < file->variants[i].n_inputs && ok; k++) {
            ok = cg_array_fit(list->networks, list->room, list->n + 1);
            if (ok)
                cg_network_file_describe(file, i, file->variants[i].inputs[k], &list->networks[list->n++]);
        }
    cg_network_file_close(&file);
    return ok ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to list the networks");
}

enum cg_status cg_config_list_networks(const struct cg_config *config, struct cg_network **networks, int *n,
                                       struct cg_error *err)
{
    char(*names)[CG_NAME_MAX];
    int n_names;
    struct list list = {0};
    enum cg_status status = cg_config_file_names(config, "networks", &names, &n_names, err);
    for (int i = 0; i < n_names && status == CG_OK; i++)
        status = add_file(&list, config, names[i], err);
    free(names);
    if (status != CG_OK) {
        free(list.networks);
        list = (struct list){0};
    }
    *networks = list.networks;
    *n = list.n;
    return status;
}
