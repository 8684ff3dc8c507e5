#include "bench/record/join.h"

#include "base/text.h"
#include "bench/record/append.h"

#include <math.h>
#include <string.h>

static enum cg_status no_memory(struct cg_error *err)
{
    return cg_fail(err, CG_NO_MEMORY, "no memory to join results");
}

static const char *name_of(const struct cg_results *results)
{
    return results->path ? results->path : "this run";
}

/* ---- what belongs to what ---- */

static bool same_row(const struct cg_row_key *a, const struct cg_row_key *b)
{
    return cg_same_text(a->graph, b->graph) && cg_same_text(a->case_name, b->case_name) &&
           cg_same_text(a->group, b->group) && cg_same_text(a->suite, b->suite) &&
           cg_setting_equal(a->setting, b->setting);
}

/* The key of a record or of a skipped row. */
#define KEY(row)                                                                                             \
    ((struct cg_row_key){(row)->suite, (row)->group, (row)->case_name, (row)->graph, &(row)->setting})

struct cg_record *cg_results_record_of(const struct cg_results *results, const struct cg_row_key *key)
{
    for (int i = 0; i < results->n_records; i++)
        if (same_row(&KEY(results->records[i]), key))
            return results->records[i];
    return NULL;
}

struct cg_skipped *cg_results_skipped_of(const struct cg_results *results, const struct cg_row_key *key)
{
    for (int i = 0; i < results->n_skipped; i++)
        if (same_row(&KEY(results->skipped[i]), key))
            return results->skipped[i];
    return NULL;
}

struct cg_schedule *cg_results_schedule_of(const struct cg_results *results, int id)
{
    for (int i = 0; i < results->n_schedules; i++)
        if (results->schedules[i]->id == id)
            return results->schedules[i];
    return NULL;
}

/* The first engine that both know in another version or library, or NULL. */
static const char *other_engine(const struct cg_build_record *a, const struct cg_build_record *b)
{
    for (int i = 0; i < a->n_engines; i++)
        for (int k = 0; k < b->n_engines; k++)
            if (cg_same_text(a->engines[i].engine, b->engines[k].engine) &&
                !(cg_same_text(a->engines[i].version, b->engines[k].version) &&
                  cg_same_text(a->engines[i].library_hash, b->engines[k].library_hash)))
                return a->engines[i].engine;
    return NULL;
}

enum cg_status cg_results_same_source(const struct cg_results *a, const struct cg_results *b,
                                      struct cg_error *err)
{
    const bool ids = a->device.id && b->device.id;
    const char *engine = other_engine(&a->build, &b->build);
    const struct {
        bool same;
        const char *what;
    } parts[] = {
        {ids ? cg_same_text(a->device.id, b->device.id)
             : cg_same_text(a->device.cpu_model, b->device.cpu_model) &&
                   cg_same_text(a->device.name, b->device.name),
         "device"},
        {cg_same_text(a->build.version, b->build.version) && cg_same_text(a->build.commit, b->build.commit) &&
             cg_same_text(a->build.compiler, b->build.compiler) &&
             cg_same_text(a->build.flags, b->build.flags) &&
             cg_same_text(a->build.buildtype, b->build.buildtype),
         "build of convgauge"},
        {!engine, engine ? engine : "engine"},
        {a->run.quick == b->run.quick, "selection (--quick)"},
        {a->run.processes == b->run.processes, "number of processes (--processes)"},
        {a->run.precision == b->run.precision || (isnan(a->run.precision) && isnan(b->run.precision)),
         "precision (--precision)"},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!parts[i].same)
            return cg_fail(err, CG_INVALID,
                           "%.200s and %.200s do not belong together: another %s; 'convgauge compare' sets "
                           "them side by side",
                           name_of(a), name_of(b), parts[i].what);
    return CG_OK;
}

/* ---- suites ---- */

static struct cg_suite_record *suite_like(const struct cg_results *whole, const struct cg_suite_record *suite)
{
    for (int i = 0; i < whole->n_suites; i++)
        if (cg_same_text(whole->suites[i]->name, suite->name) &&
            cg_same_text(whole->suites[i]->title, suite->title))
            return whole->suites[i];
    return NULL;
}

static bool has_case(const struct cg_group_record *group, const struct cg_case_record *c)
{
    for (int i = 0; i < group->n_cases; i++)
        if (cg_same_text(group->cases[i]->name, c->name) && cg_same_text(group->cases[i]->graph, c->graph))
            return true;
    return false;
}

static bool join_group(struct cg_results *whole, struct cg_suite_record *suite,
                       const struct cg_group_record *part)
{
    struct cg_group_record *group = NULL;
    for (int i = 0; i < suite->n_groups; i++)
        if (cg_same_text(suite->groups[i]->name, part->name))
            group = suite->groups[i];
    if (!group) {
        if (!(group = cg_suite_add_group(whole, suite)))
            return false;
        *group = *part;
        group->n_cases = 0;
        group->cases = NULL;
        group->baseline = CG_UNKNOWN;
    }
    for (int i = 0; i < part->n_cases; i++) {
        if (has_case(group, part->cases[i]))
            continue;
        struct cg_case_record *c = cg_group_add_case(whole, group);
        if (!c)
            return false;
        *c = *part->cases[i];
        if (i == part->baseline && group->baseline < 0)
            group->baseline = group->n_cases - 1;
    }
    return true;
}

static bool join_suites(struct cg_results *whole, const struct cg_results *part)
{
    bool enough = true;
    for (int i = 0; enough && i < part->n_suites; i++) {
        const struct cg_suite_record *from = part->suites[i];
        struct cg_suite_record *suite = suite_like(whole, from);
        if (!suite && (suite = cg_results_add_suite(whole))) {
            *suite = *from;
            suite->n_groups = 0;
            suite->groups = NULL;
        }
        enough = suite != NULL;
        for (int g = 0; enough && g < from->n_groups; g++)
            enough = join_group(whole, suite, from->groups[g]);
    }
    return enough;
}

/* ---- schedules ---- */

static int count_records(const struct cg_results *results, int schedule)
{
    int n = 0;
    for (int i = 0; i < results->n_records; i++)
        n += results->records[i]->schedule == schedule;
    return n;
}

/* The schedule of `whole` that measured the same cases as that of `part`, or some of both the same ones where
 * one of them measured no others; *apart: cases are shared with others beside them. NULL: none is shared. */
static struct cg_schedule *twin_of(const struct cg_results *whole, const struct cg_results *part,
                                   int schedule, const struct cg_record **apart)
{
    int id = CG_UNKNOWN, shared = 0;
    const struct cg_record *last = NULL;
    *apart = NULL;
    for (int i = 0; i < part->n_records; i++) {
        const struct cg_record *record = part->records[i];
        const struct cg_record *known =
            record->schedule == schedule ? cg_results_record_of(whole, &KEY(record)) : NULL;
        if (!known)
            continue;
        if (shared > 0 && known->schedule != id)
            *apart = record;
        id = known->schedule;
        last = record;
        shared++;
    }
    if (shared > 0 && shared < count_records(part, schedule) && shared < count_records(whole, id))
        *apart = last;
    return shared > 0 ? cg_results_schedule_of(whole, id) : NULL;
}

static const char *case_of(const struct cg_record *record)
{
    return record->case_name ? record->case_name : "a case";
}

static enum cg_status refuse_apart(const struct cg_results *whole, const struct cg_results *part,
                                   const struct cg_record *record, struct cg_error *err)
{
    return cg_fail(err, CG_INVALID,
                   "%.200s and %.200s both measured %.200s, each beside other cases: parts of one run have "
                   "groups of their own, or the same cases in a group",
                   name_of(whole), name_of(part), case_of(record));
}

/* How many samples from `begin` on are of one process. */
static int count_of_process(const struct cg_sample_arrays *samples, int begin)
{
    int end = begin + 1;
    while (end < samples->n && samples->process[end] == samples->process[begin])
        end++;
    return end - begin;
}

/* Whether a process of `known` has the very samples of the first one of `more`. Fewer than three may agree by
 * chance. */
static bool has_first_process(const struct cg_sample_arrays *known, const struct cg_sample_arrays *more)
{
    const int n = more->n > 0 ? count_of_process(more, 0) : 0;
    for (int i = 0, count; n >= 3 && i < known->n; i += count) {
        count = count_of_process(known, i);
        if (count == n && memcmp(known->ns + i, more->ns, (size_t)n * sizeof *more->ns) == 0 &&
            memcmp(known->round + i, more->round, (size_t)n * sizeof *more->round) == 0)
            return true;
    }
    return false;
}

/* Further processes are of the same cores and engine, and others than those that there are. */
static enum cg_status check_further(const struct cg_results *whole, const struct cg_results *part,
                                    const struct cg_record *known, const struct cg_record *record,
                                    struct cg_error *err)
{
    if (!cg_same_text(known->cores, record->cores) ||
        !cg_same_text(known->engine_version, record->engine_version))
        return cg_fail(err, CG_INVALID,
                       "%.200s and %.200s do not belong together: %.200s ran on other cores or by another "
                       "version of its engine; 'convgauge compare' sets them side by side",
                       name_of(whole), name_of(part), case_of(record));
    if (has_first_process(&known->samples, &record->samples))
        return cg_fail(err, CG_INVALID,
                       "%.200s and %.200s do not belong together: both hold the same samples of %.200s; name "
                       "each part once, and no file that was joined of them",
                       name_of(whole), name_of(part), case_of(record));
    return CG_OK;
}

static enum cg_status join_schedule(struct cg_results *whole, const struct cg_results *part,
                                    const struct cg_schedule *from, struct cg_error *err)
{
    const struct cg_record *apart;
    struct cg_schedule *to = twin_of(whole, part, from->id, &apart);
    int64_t first = 0;
    if (apart)
        return refuse_apart(whole, part, apart, err);
    if (!to && count_records(part, from->id) == 0 &&
        (cg_same_text(from->stop, "interrupted") || cg_same_text(from->stop, "budget")))
        return CG_OK; /* it was not begun, so it may come from another part */
    for (int i = 0; to && i < to->n_rounds; i++)
        first = to->process[i] >= first ? cg_add_counts(to->process[i], 1) : first;
    bool enough = true;
    if (to) {
        enough = cg_schedule_append(whole, to, from, first);
    } else if ((to = cg_results_add_schedule(whole))) {
        *to = *from;
        to->id = whole->n_schedules - 1;
    }
    for (int i = 0; to && enough && i < part->n_records; i++) {
        const struct cg_record *record = part->records[i];
        if (record->schedule != from->id)
            continue;
        struct cg_record *known = cg_results_record_of(whole, &KEY(record));
        const enum cg_status status = known ? check_further(whole, part, known, record, err) : CG_OK;
        if (status != CG_OK)
            return status;
        enough = known ? cg_record_append(whole, known, record, first)
                       : cg_record_add_from(whole, record, to->id, first);
    }
    return to && enough ? CG_OK : no_memory(err);
}

/* ---- the whole ---- */

/* Before the records of `part` are joined, so that a row of it that stands beside a record is known. */
static bool join_skipped(struct cg_results *whole, const struct cg_results *part)
{
    int n = 0;
    for (int i = 0; i < whole->n_skipped; i++) {
        const struct cg_row_key key = KEY(whole->skipped[i]);
        if (cg_results_record_of(whole, &key) || !cg_results_record_of(part, &key))
            whole->skipped[n++] = whole->skipped[i];
    }
    whole->n_skipped = n;
    for (int i = 0; i < part->n_skipped; i++) {
        const struct cg_row_key key = KEY(part->skipped[i]);
        struct cg_skipped *row = cg_results_skipped_of(whole, &key);
        if (cg_same_text(part->skipped[i]->reason, CG_NOT_REACHED) &&
            (row || cg_results_record_of(whole, &key)))
            continue;
        row = row ? row : cg_results_add_skipped(whole);
        if (!row)
            return false;
        *row = *part->skipped[i];
    }
    return true;
}

/* Records that no schedule of the file tells of. */
static enum cg_status join_others(struct cg_results *whole, const struct cg_results *part,
                                  struct cg_error *err)
{
    for (int i = 0; i < part->n_records; i++) {
        const struct cg_record *record = part->records[i];
        if (cg_results_schedule_of(part, record->schedule))
            continue;
        if (cg_results_record_of(whole, &KEY(record)))
            return refuse_apart(whole, part, record, err);
        if (!cg_record_add_from(whole, record, CG_UNKNOWN, 0))
            return no_memory(err);
    }
    return CG_OK;
}

static bool has_row(const struct cg_results *results, const char *graph)
{
    for (int i = 0; i < results->n_records; i++)
        if (cg_same_text(results->records[i]->graph, graph))
            return true;
    for (int i = 0; i < results->n_skipped; i++)
        if (cg_same_text(results->skipped[i]->graph, graph))
            return true;
    return false;
}

static bool is_complete(const struct cg_results *results)
{
    for (int i = 0; i < results->n_schedules; i++)
        if (cg_same_text(results->schedules[i]->stop, "interrupted"))
            return false;
    for (int i = 0; i < results->n_skipped; i++)
        if (cg_same_text(results->skipped[i]->reason, CG_NOT_REACHED))
            return false;
    for (int s = 0; s < results->n_suites; s++)
        for (int g = 0; g < results->suites[s]->n_groups; g++)
            for (int c = 0; c < results->suites[s]->groups[g]->n_cases; c++)
                if (!has_row(results, results->suites[s]->groups[g]->cases[c]->graph))
                    return false;
    return true;
}

/* The engines of `part` that the whole lacks, behind its own. */
static bool join_engines(struct cg_results *whole, const struct cg_build_record *part)
{
    struct cg_build_record *build = &whole->build;
    const int n = build->n_engines;
    struct cg_engine_version *all = cg_results_array(whole, (size_t)n + (size_t)part->n_engines, sizeof *all);
    if (!all)
        return false;
    for (int i = 0; i < n; i++)
        all[i] = build->engines[i];
    for (int i = 0; i < part->n_engines; i++) {
        bool known = false;
        for (int k = 0; k < n; k++)
            known = known || cg_same_text(all[k].engine, part->engines[i].engine);
        if (!known)
            all[build->n_engines++] = part->engines[i];
    }
    build->engines = all;
    return true;
}

static void join_run(struct cg_run_record *whole, const struct cg_run_record *part)
{
    whole->seconds += part->seconds;
    if (whole->budget_s != part->budget_s)
        whole->budget_s = NAN;
    if (whole->start && part->start && strcmp(part->start, whole->start) < 0)
        whole->start = part->start;
}

enum cg_status cg_results_join(struct cg_results *whole, const struct cg_results *part, struct cg_error *err)
{
    const bool first = whole->n_suites == 0 && whole->n_schedules == 0;
    enum cg_status status = first ? CG_OK : cg_results_same_source(whole, part, err);
    /* What is measured of the device is kept from run to run: the one that knows more. */
    if (first || part->device.n_peaks > whole->device.n_peaks)
        whole->device = part->device;
    if (first) {
        whole->build = part->build;
        whole->run = part->run;
        whole->path = part->path;
    } else if (status == CG_OK) {
        join_run(&whole->run, &part->run);
    }
    if (status == CG_OK && !((first || join_engines(whole, &part->build)) && join_suites(whole, part) &&
                             join_skipped(whole, part)))
        status = no_memory(err);
    for (int i = 0; status == CG_OK && i < part->n_schedules; i++)
        status = join_schedule(whole, part, part->schedules[i], err);
    status = status ?: join_others(whole, part, err);
    whole->run.complete = is_complete(whole);
    return status;
}
