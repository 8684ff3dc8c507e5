/* Every published network, built from its Lua file and held against results/paper/networks.csv. */
#include "bench/config/config.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct cg_config *open_config(void)
{
    struct cg_error err = {0};
    struct cg_config *config = cg_config_open(&err);
    cr_assert(config, "%s", err.text);
    return config;
}

Test(networks, counts_equal_the_published_table)
{
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    struct cg_network_row *rows;
    int n, checked = 0;
    cr_assert_eq(cg_config_list_networks(config, &rows, &n, &err), CG_OK, "%s", err.text);
    for (int i = 0; i < n; i++) {
        struct cg_network *network = cg_config_load_network(config, rows[i].name, NULL, &err);
        cr_expect(network, "%s: %s", rows[i].name, err.text);
        if (!network)
            continue;
        const struct cg_cost cost = cg_graph_cost(network->graph);
        const struct cg_published *want = &network->published;
        cr_expect_str_eq(network->name, rows[i].name);
        if (!isnan(want->madds_computed)) {
            cr_expect(fabs((double)cost.madds - want->madds_computed) <= 5000.5,
                      "%s: %lld multiply-adds, expected %.0f", network->name, (long long)cost.madds,
                      want->madds_computed);
            cr_expect_eq(cost.params, want->params_computed, "%s: %lld parameters, expected %lld",
                         network->name, (long long)cost.params, (long long)want->params_computed);
            checked++;
        }
        cg_network_destroy(&network);
    }
    cr_expect(checked >= 40, "only %d networks were held against the table", checked);
    free(rows);
    cg_config_close(&config);
}
