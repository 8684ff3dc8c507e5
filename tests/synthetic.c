#include "base/hash.h"
#include "base/random.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

struct synthetic synthetic_default(void)
{
    return (struct synthetic){
        .device = "Model CPU 9000 @ 3.00GHz",
        .engines = {"native", NULL},
        .threads = {1, 0},
        .processes = 4,
        .rounds = 8,
        .guideline_cost = {0.13, 0.12, 0.09, 0.12},
        .engine_cost = {1, 1, 1},
        .speed = 40,
        .noise = 0.004,
        .seed = 1,
    };
}

static double normal(uint64_t *state)
{
    const double u = 1 - cg_random_uniform(state), v = cg_random_uniform(state);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static const char *graph_hash(struct cg_results *results, const char *text)
{
    return cg_results_format(results, "%016llx", (unsigned long long)cg_hash_text(CG_HASH_START, text));
}

static void add_paper(struct cg_results *results, struct cg_case_record *c, const char *device, double value,
                      int batch)
{
    struct cg_paper_value *paper = cg_results_array(results, (size_t)c->n_paper + 1, sizeof *paper);
    cr_assert(paper);
    if (c->n_paper)
        memcpy(paper, c->paper, (size_t)c->n_paper * sizeof *paper);
    paper[c->n_paper++] =
        (struct cg_paper_value){device, value, device[0] == 'g' ? "batches/s" : "images/s", batch};
    c->paper = paper;
}

/* A profile whose layers add up to 98 % of the time: convolutions as the multiply-adds say, the network's own
 * cost in its shuffles. */
static void add_layers(struct cg_results *results, struct cg_record *record, double log_cost)
{
    static const struct {
        const char *name, *op, *category;
        double share_of_madds;
    } kinds[] = {{"conv1", "conv", "conv", 0.3},
                 {"conv2", "conv", "conv", 0.6},
                 {"dw", "conv", "depthwise", 0.1},
                 {"shuffle", "shuffle", "shuffle", 0}};
    const int n = (int)(sizeof kinds / sizeof kinds[0]);
    struct cg_layer_record *layers = cg_results_array(results, (size_t)n, sizeof *layers);
    cr_assert(layers);
    const double sum = 0.98 * record->time.median, plain = sum / exp(log_cost);
    for (int i = 0; i < n; i++) {
        const double time = i < n - 1 ? plain * kinds[i].share_of_madds : sum - plain;
        layers[i] =
            (struct cg_layer_record){.name = kinds[i].name,
                                     .op = kinds[i].op,
                                     .category = kinds[i].category,
                                     .shape = "28x28x116",
                                     .implementation = "gemm_f32_14x32__avx512",
                                     .madds = (int64_t)((double)record->madds * kinds[i].share_of_madds),
                                     .bytes = record->mem_access_bytes / n,
                                     .time_ns = time,
                                     .ci_low = time * 0.99,
                                     .ci_high = time * 1.01,
                                     .bound_ns = time * 0.7};
    }
    record->layers = layers;
    record->n_layers = n;
    record->residual_ns = record->time.median - sum;
}

/* A case of the suites with the model of its time. */
struct model {
    const struct cg_suite_record *suite;
    const struct cg_group_record *group;
    const struct cg_case_record *of;
    double madds, mem_access, log_cost;
};

/* Samples that follow the model time with noise, process effects and a common drift. */
static void add_samples(struct cg_results *results, const struct synthetic *options, struct cg_record *record,
                        double time, uint64_t *random)
{
    const int n = options->processes * options->rounds;
    cr_assert(cg_record_alloc_samples(results, &record->samples, n, false));
    double effect = 0;
    for (int i = 0; i < n; i++) {
        const int process = i / options->rounds, round = i % options->rounds;
        if (round == 0)
            effect = options->noise / 5 * normal(random);
        const double drift = 0.05 * sin(0.3 * i + record->schedule);
        const int64_t iterations = 1 + (int64_t)(1e6 / time);
        record->samples.process[i] = process;
        record->samples.round[i] = round;
        record->samples.iterations[i] = iterations;
        record->samples.cpu[i] = 0;
        record->samples.ns[i] =
            (int64_t)(time * (double)iterations * exp(drift + effect + options->noise * normal(random)));
    }
    cr_assert(cg_record_summarise(record, NULL) == CG_OK);
}

/* One measured case under one setting, at `cost` times the model's cost. */
static void add_record(struct cg_results *results, const struct synthetic *options, const struct model *model,
                       struct cg_setting setting, double cost, uint64_t *random)
{
    struct cg_record *record = cg_results_add_record(results);
    cr_assert(record);
    record->suite = model->suite->name;
    record->group = model->group->name;
    record->case_name = model->of->name;
    record->graph = model->of->graph;
    record->network = model->of->network;
    record->variant = model->of->variant;
    record->setting = setting;
    record->engine_version = "1.0";
    record->implementation = "gemm_f32_14x32__avx512";
    record->cores = setting.threads == 1 ? "0" : "0,1";
    record->input = model->suite->whole_networks ? "1x224x224x3" : "1x56x56x64";
    record->madds = (int64_t)model->madds;
    record->params = (int64_t)(model->madds / 60);
    record->mem_access_elements = (int64_t)model->mem_access;
    record->mem_access_bytes = (int64_t)model->mem_access * 4;
    record->mem_access_all_elements = (int64_t)(model->mem_access * 1.3);
    record->peak_memory_bytes = (int64_t)model->mem_access * 3;
    record->plan_memory_bytes = (int64_t)model->mem_access * 3 + 4096;
    record->layer_count = model->suite->whole_networks ? 60 + (int)(model->madds / 1e7) : 20;
    record->roofline_ns = fmax(model->madds / 60, model->mem_access * 4 / 30);
    record->error_vs_reference = 3e-7;
    record->schedule = model->group->scale + (model->suite->name[1] - '0') * 10;
    const double log_cost = model->log_cost * cost, threads_gain = pow(setting.threads, 0.8);
    add_samples(results, options, record, model->madds / options->speed / threads_gain * exp(log_cost),
                random);
    if (model->suite->whole_networks && setting.threads == 1)
        add_layers(results, record, log_cost);
}

static void measure_case(struct cg_results *results, const struct synthetic *options,
                         const struct model *model, uint64_t *random)
{
    for (int e = 0; options->engines[e]; e++)
        for (int t = 0; options->threads[t]; t++) {
            struct cg_setting setting = {.engine = options->engines[e],
                                         .isa = CG_ISA_AVX512,
                                         .threads = options->threads[t],
                                         .fusion = CG_FUSION_FULL,
                                         .cache = CG_CACHE_HOT,
                                         .batch = 1};
            const double cost = e < 3 ? options->engine_cost[e] : 1;
            add_record(results, options, model, setting, cost, random);
            setting.fusion = CG_FUSION_NONE;
            if (model->suite->kind == CG_KIND_FACTORIAL)
                add_record(results, options, model, setting, cost * 2, random);
        }
}

struct slope_row {
    const char *label, *series;
    double step, widths[3];
    double paper[3];
};

static const struct slope_row g1_rows[] = {
    {"1:1", NULL, 1, {32, 64, 128}, {76.2, 21.7, 5.3}},
    {"1:2", NULL, 2, {22, 44, 88}, {72.9, 20.5, 5.1}},
    {"1:6", NULL, 6, {13, 26, 52}, {69.1, 17.9, 4.6}},
    {"1:12", NULL, 12, {9, 18, 36}, {57.6, 15.1, 4.4}},
};
static const struct slope_row g2_rows[] = {
    {"g=1", NULL, 1, {64, 128, 256}, {40.0, 10.2, 2.3}},
    {"g=2", NULL, 2, {90, 180, 360}, {35.0, 9.5, 2.2}},
    {"g=4", NULL, 4, {128, 256, 512}, {32.9, 8.7, 2.1}},
    {"g=8", NULL, 8, {184, 360, 720}, {27.8, 7.5, 1.8}},
};
static const struct slope_row g3_rows[] = {
    {"1-fragment", NULL, 1, {64, 128, 256}, {40.2, 10.1, 2.3}},
    {"2-fragment-series", "series", 2, {45, 90, 181}, {38.6, 10.1, 2.2}},
    {"4-fragment-series", "series", 4, {32, 64, 128}, {38.4, 10.1, 2.3}},
    {"2-fragment-parallel", "parallel", 2, {45, 90, 181}, {33.4, 9.1, 2.2}},
    {"4-fragment-parallel", "parallel", 4, {32, 64, 128}, {35.0, 8.4, 2.1}},
};

static void add_slope_suite(struct cg_results *results, const struct synthetic *options, int number,
                            const char *title, const char *axis, const struct slope_row *rows, int n_rows,
                            uint64_t *random)
{
    struct cg_suite_record *suite = cg_results_add_suite(results);
    cr_assert(suite);
    suite->name = cg_results_format(results, "g%d", number);
    suite->title = title;
    suite->source = cg_results_format(results, "arXiv 1807.11164, Table %d", number);
    suite->claim = cg_results_format(results, "What G%d calls slow is slow.", number);
    suite->kind = CG_KIND_SLOPE;
    suite->axis = axis;
    suite->whole_networks = 0;
    for (int s = 0; s < 3; s++) {
        struct cg_group_record *group = cg_suite_add_group(results, suite);
        cr_assert(group);
        group->name = cg_results_format(results, "arm/x%d", 1 << s);
        group->title = cg_results_format(results, "ARM channel set, x%d", 1 << s);
        group->set = "arm";
        group->scale = 1 << s;
        group->baseline = 0;
        for (int r = 0; r < n_rows; r++) {
            struct cg_case_record *c = cg_group_add_case(results, group);
            cr_assert(c);
            const double width = rows[r].widths[s];
            const double madds = number == 1   ? 20 * 3136 * width * width * rows[r].step
                                 : number == 2 ? 10 * 3136 * width * width / rows[r].step
                                               : 10 * 3136 * width * width * (r == 0 ? 1 : rows[r].step);
            c->name = cg_results_format(results, "g%d/arm/x%d/%s", number, 1 << s, rows[r].label);
            c->label = rows[r].label;
            c->series = rows[r].series;
            c->widths = cg_results_format(results, "c=%g", width);
            c->graph = graph_hash(results, c->name);
            c->step = number == 1 ? log(rows[r].step) : log2(rows[r].step);
            if (number == 1)
                c->mem_access_bound = 20 * (2 * sqrt(3136 * madds / 20) + madds / 20 / 3136);
            if (number == 2 && r == 3 && s == 0) {
                c->notes = cg_results_array(results, 1, sizeof *c->notes);
                cr_assert(c->notes);
                c->notes[c->n_notes++] = "c=184: the authors' correction of 180, which 8 does not divide";
            }
            add_paper(results, c, "snapdragon810", rows[r].paper[s], 1);
            const struct model model = {
                suite, group, c, madds, 20 * 3136 * width * 3, options->guideline_cost[number - 1] * c->step};
            measure_case(results, options, &model, random);
        }
    }
}

static void add_factorial_suite(struct cg_results *results, const struct synthetic *options, uint64_t *random)
{
    static const double paper[4][3] = {
        {66.3, 20.2, 5.4}, {57.3, 18.2, 5.1}, {61.9, 18.8, 5.2}, {56.7, 16.9, 5.0}};
    static const char *const labels[] = {"neither", "short-cut", "ReLU", "ReLU + short-cut"};
    struct cg_suite_record *suite = cg_results_add_suite(results);
    cr_assert(suite);
    suite->name = "g4";
    suite->title = "G4: element-wise operations are not negligible";
    suite->source = "arXiv 1807.11164, Table 4";
    suite->kind = CG_KIND_FACTORIAL;
    suite->factors[0] = "ReLU";
    suite->factors[1] = "short-cut";
    suite->whole_networks = 0;
    for (int s = 0; s < 3; s++) {
        struct cg_group_record *group = cg_suite_add_group(results, suite);
        cr_assert(group);
        group->name = cg_results_format(results, "c%d", 32 << s);
        group->title = cg_results_format(results, "c = %d", 32 << s);
        group->scale = 1 << s;
        group->baseline = 0;
        for (int cell = 3; cell >= 0; cell--) { /* the baseline, which has both, first: as in the suite */
            struct cg_case_record *c = cg_group_add_case(results, group);
            cr_assert(c);
            const double width = 32 << s;
            c->name = cg_results_format(results, "g4/c%d/%s", 32 << s, labels[cell]);
            c->label = labels[cell];
            c->graph = graph_hash(results, c->name);
            c->levels[0] = cell >> 1;
            c->levels[1] = cell & 1;
            c->inferred = 1;
            add_paper(results, c, "snapdragon810", paper[cell][s], 1);
            const struct model model = {suite,
                                        group,
                                        c,
                                        10 * 3136 * (width * width / 2 + 9 * width * width / 16),
                                        3136 * width * 30,
                                        options->guideline_cost[3] * ((cell >> 1) * 0.6 + (cell & 1) * 0.4)};
            measure_case(results, options, &model, random);
        }
    }
}

static const struct network_row {
    const char *family, *variant, *title;
    double madds_m, params_m, error, gpu, arm, cost;
    int reconstruction;
} networks[] = {
    {"shufflenet_v2", "0.5x", "ShuffleNet V2", 40.48, 1.37, 39.7, 417, 57.0, 0.5, 0},
    {"shufflenet_v2", "1.0x", "ShuffleNet V2", 145.81, 2.28, 30.6, 341, 24.4, 0.45, 0},
    {"shufflenet_v2", "1.5x", "ShuffleNet V2", 298.97, 3.51, 27.4, 255, 11.8, 0.4, 0},
    {"shufflenet_v2", "2.0x", "ShuffleNet V2", 590.78, 7.40, 25.1, 217, 6.7, 0.35, 0},
    {"shufflenet_v1", "0.5x_g3", "ShuffleNet V1", 37.59, 0.72, 43.2, 347, 56.8, 1.05, 0},
    {"shufflenet_v1", "1x_g3", "ShuffleNet V1", 137.46, 1.86, 32.6, 213, 21.8, 1.0, 0},
    {"shufflenet_v1", "1.5x_g3", "ShuffleNet V1", 292.44, 3.44, 28.5, 164, 10.3, 0.95, 0},
    {"shufflenet_v1", "2x_g3", "ShuffleNet V1", 524.05, 5.45, 26.3, 133, 6.4, 0.9, 0},
    {"mobilenet_v2", "0.75", "MobileNet V2", 153.94, 2.64, 32.1, 235, 15.9, 0.8, 0},
    {"mobilenet_v2", "1.0", "MobileNet V2", 300.77, 3.50, 28.0, 180, 8.9, 0.75, 0},
    {"mobilenet_v2", "1.4", "MobileNet V2", 582.2, 6.11, 25.3, 137, 5.4, 0.7, 0},
    {"mobilenet_v1", "0.5", "MobileNet V1", 149.5, 1.33, 36.3, 382, 16.5, 0.55, 0},
    {"densenet_light", "1x", "DenseNet (stand-in)", 141.7, 1.67, 45.2, 279, 15.8, 0.9, 1},
};

static void add_networks(struct cg_results *results, const struct synthetic *options, uint64_t *random)
{
    struct cg_suite_record *suite = cg_results_add_suite(results);
    cr_assert(suite);
    suite->name = "networks";
    suite->title = "Networks: FLOPs against speed";
    suite->source = "arXiv 1807.11164, Table 8";
    suite->kind = CG_KIND_RANKING;
    suite->whole_networks = 1;
    struct cg_group_record *group = cg_suite_add_group(results, suite);
    cr_assert(group);
    group->name = "all";
    group->title = "224x224";
    group->scale = 1;
    group->baseline = CG_UNKNOWN;
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++) {
        const struct network_row *row = &networks[i];
        struct cg_case_record *c = cg_group_add_case(results, group);
        cr_assert(c);
        c->name = cg_results_format(results, "%s:%s", row->family, row->variant);
        c->label = cg_results_format(results, "%s %s", row->title, row->variant);
        c->graph = graph_hash(results, c->name);
        c->network = row->family;
        c->variant = row->variant;
        c->title = row->title;
        c->reconstruction = row->reconstruction;
        c->published_madds = floor(row->madds_m) * 1e6;
        c->published_top1_error = row->error;
        add_paper(results, c, "gtx1080ti", row->gpu, 8);
        add_paper(results, c, "snapdragon810", row->arm, 1);
        const struct model model = {
            suite, group, c, row->madds_m * 1e6, row->madds_m * 1e6 / 18 * (0.6 + row->cost), row->cost};
        measure_case(results, options, &model, random);
    }
}

struct cg_results *synthetic_results(const struct synthetic *options)
{
    struct cg_results *results = cg_results_create();
    cr_assert(results);
    uint64_t random = options->seed;
    struct cg_device_record *device = &results->device;
    device->name = "model-cpu-9000";
    device->architecture = "x86_64";
    device->cpu_model = cg_results_text(results, options->device);
    device->vendor = "Example";
    device->isa = "avx512";
    device->os = "Debian GNU/Linux 12 (bookworm)";
    device->kernel = "6.1.0";
    device->virtualised = 1;
    device->emulated = 0;
    device->cores = 2;
    device->logical_cpus = 2;
    device->memory_bytes = (int64_t)8 << 30;
    device->frequency_hz = 3e9;
    device->noise_paired = 0.004;
    device->noise_between_runs = 0.015;
    device->peaks = cg_results_array(results, 2, sizeof *device->peaks);
    cr_assert(device->peaks);
    device->peaks[0] = (struct cg_peak_record){"avx512", 1, 60e9};
    device->peaks[1] = (struct cg_peak_record){"avx512", 2, 118e9};
    device->n_peaks = 2;
    results->build.version = "0.1.0";
    results->build.commit = "0123456789ab";
    results->build.compiler = "gcc 12.2.0";
    results->run.command = "convgauge run --quick";
    results->run.start = "2026-01-31T12:00:00Z";
    results->run.processes = options->processes;
    results->run.precision = 0.01;
    results->run.quick = 1;
    results->run.complete = 1;
    add_slope_suite(results, options, 1, "G1: equal channel widths minimise memory access cost", "ln(c2/c1)",
                    g1_rows, 4, &random);
    add_slope_suite(results, options, 2, "G2: group convolution costs memory access", "log2 g", g2_rows, 4,
                    &random);
    add_slope_suite(results, options, 3, "G3: fragmentation reduces parallelism", "log2 fragments", g3_rows,
                    5, &random);
    add_factorial_suite(results, options, &random);
    add_networks(results, options, &random);
    return results;
}

struct cg_suite_record *find_suite(const struct cg_results *results, const char *name)
{
    for (int i = 0; i < results->n_suites; i++)
        if (strcmp(results->suites[i]->name, name) == 0)
            return results->suites[i];
    return NULL;
}

char *synthetic_json(size_t *size)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    char *json = cg_results_to_json(results, size);
    cr_assert(json);
    cg_results_destroy(&results);
    cr_assert(results == NULL);
    return json;
}
