/* What `cost` predicts of a plan's memory against what the engine native's plans hold. */
#include "bench/config/config.h"
#include "kernels/engine.h"

#include <criterion/criterion.h>

static int64_t plan_memory(const struct cg_network *network, enum cg_fusion fusion)
{
    struct cg_error err = {0};
    const struct cg_engine *native =
        cg_engine_find("native:winograd=0"); /* weights at the points are not predicted */
    const struct cg_setting options = {.threads = 1, .isa = cg_isa_best(), .fusion = fusion};
    struct cg_weights *weights = cg_weights_create(network->graph, CG_DEFAULT_SEED, &err);
    struct cg_plan *plan = NULL;
    cr_assert(native && weights, "%s", err.text);
    cr_assert_eq(cg_plan_create(native, network->graph, weights, &options, &plan, &err), CG_OK, "%s: %s",
                 network->name, err.text);
    const int64_t bytes = native->memory_bytes(plan);
    cg_plan_destroy(&plan);
    cg_weights_destroy(&weights);
    return bytes;
}

/* One layer after the other a plan holds what was predicted, within 8 % (panels of narrow groups are padded
 * to whole vectors on some cores, sums in place of an operand need less); layers that run together over bands
 * of rows need less of their widest maps, never noticeably more: a seventh covers the small networks' bands.
 */
Test(plan_memory, is_what_cost_predicts, .timeout = 120)
{
    static const char *const networks[] = {"shufflenet_v2:1.0x",
                                           "shufflenet_v2:2.0x",
                                           "shufflenet_v2_se:1.0x",
                                           "shufflenet_v2_star:1.0x",
                                           "shufflenet_v1:1x_g3",
                                           "mobilenet_v1:0.25",
                                           "mobilenet_v1:1.0",
                                           "mobilenet_v2:1.0",
                                           "mobilenet_v2:1.0@320",
                                           "mobilenet_v3:large",
                                           "densenet_light:1x",
                                           "xception_light:1x",
                                           "igcv2:0.5",
                                           "igcv3:1.0",
                                           "condensenet:g8",
                                           "nasnet_a",
                                           "shufflenet_v2:1.0x@96",
                                           "mobilenet_v2:0.4@160"};
    struct cg_error err = {0};
    struct cg_config *config = cg_config_open(&err);
    cr_assert(config, "%s", err.text);
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++) {
        struct cg_network *network = cg_config_load_network(config, networks[i], NULL, &err);
        cr_assert(network, "%s", err.text);
        const double predicted = (double)cg_graph_peak_memory(network->graph);
        const double layers = (double)plan_memory(network, CG_FUSION_LAYERS) / predicted;
        const double full = (double)plan_memory(network, CG_FUSION_FULL) / predicted;
        cr_expect(layers > 0.92 && layers < 1.08, "%s layer by layer: %.3f of the prediction", network->name,
                  layers);
        cr_expect(full > 0.5 && full < 1.0 + 1.0 / 7, "%s: %.3f of the prediction", network->name, full);
        cg_network_destroy(&network);
    }
    cg_config_close(&config);
}
