/* Sentences on what a reader must know of results before believing them. */
#include "report/sentences.h"

#include "base/text.h"
#include "bench/job/flags.h"

#include <math.h>
#include <string.h>

/* The flag of that name; -1: none that is known here. */
static int flag_of(const char *name)
{
    static const char *const names[] = {CG_FLAGS(CG_ENUM_NAME)};
    return name ? cg_name_find(names, CG_FLAG_COUNT, name) : -1;
}

/* What a flag says of a record, for readers; NULL: not known here. */
static const char *flag_words(const char *name)
{
#define CG_FLAG_WORDS(id, name, sentence, words) [id] = words,
    static const char *const words[] = {CG_FLAGS(CG_FLAG_WORDS)};
    const int flag = flag_of(name);
    return flag >= 0 ? words[flag] : NULL;
}

#define MAX_FLAGS (CG_MAX_CAVEATS - 12) /* kinds that are told apart; the others are twelve at most */

struct flag_counts {
    int n, records;
    const char *names[MAX_FLAGS];
    int counts[MAX_FLAGS];
};

static void count_flags(const struct cg_record *record, struct flag_counts *counts)
{
    counts->records++;
    for (int f = 0; f < record->n_flags; f++) {
        const char *name = record->flags[f];
        int i = 0;
        while (name && i < counts->n && strcmp(counts->names[i], name) != 0)
            i++;
        if (!name || i == MAX_FLAGS)
            continue;
        if (i == counts->n)
            counts->names[counts->n++] = name;
        counts->counts[i]++;
    }
}

/* How many of the rounds that count bear a flag, over all schedules. */
static int rounds_with(const struct cg_results *results, const char *flag, int *counted)
{
    int with = 0;
    *counted = 0;
    for (int s = 0; s < results->n_schedules; s++) {
        const struct cg_schedule *schedule = results->schedules[s];
        int bit = 0;
        while (bit < schedule->n_flags && !cg_same_text(schedule->flag_names[bit], flag))
            bit++;
        for (int i = 0; i < schedule->n_rounds; i++) {
            if (schedule->disturbed[i] == 1)
                continue;
            ++*counted;
            with += bit < schedule->n_flags && bit < 63 && schedule->round_flags[i] > 0 &&
                    (schedule->round_flags[i] >> bit & 1);
        }
    }
    return with;
}

/* By a cgroup, to less time than its cpus have: beyond it threads are stopped while they are measured. */
static bool is_limited(const struct cg_device_record *device)
{
    const int cpus = device->allowed_cpus > 0 ? device->allowed_cpus : device->logical_cpus;
    return device->cpu_limit < cpus; /* false where there is no limit: NAN */
}

struct cg_sentence cg_say_suite_caveats(const struct cg_suite_view *view)
{
    struct cg_sentence s = {""};
    const struct cg_device_record *device = &view->results->device;
    struct flag_counts counts = {0};
    for (int i = 0; i < view->n_cases; i++)
        if (view->cases[i].record && view->cases[i].same == i)
            count_flags(view->cases[i].record, &counts);
    if (device->virtualised == 1)
        cg_say(&s, "a virtual machine; ");
    if (is_limited(device))
        cg_say(&s, "limited to %g processors' worth of time; ", device->cpu_limit);
    if (isnan(device->noise_paired))
        cg_say(&s, "the noise floor is not known; ");
    else if (device->noise_paired > CG_MIN_DELTA)
        cg_say(&s, "noisy: equal plans differ by up to %.1f %%; ", device->noise_paired * 100);
    if (device->counters && strcmp(device->counters, "hardware") != 0)
        cg_say(&s, "no hardware counters; ");
    for (int i = 0; i < counts.n; i++) {
        const char *words = flag_words(counts.names[i]);
        cg_say(&s, "in %d of %d cases %.100s; ", counts.counts[i], counts.records,
               words ? words : counts.names[i]);
    }
    if (s.text[0])
        strcpy(strrchr(s.text, ';'), ".");
    return s;
}

static void add_flags(const struct cg_results *results, struct cg_caveats *caveats)
{
    struct flag_counts counts = {0};
    for (int r = 0; r < results->n_records; r++)
        count_flags(results->records[r], &counts);
    for (int i = 0; i < counts.n; i++) {
        const char *words = flag_words(counts.names[i]);
        int counted;
        const int with = rounds_with(results, counts.names[i], &counted);
        caveats->items[caveats->n++] = cg_phrase(
            "%d of %d records: %s%s%.60s%s%s.", counts.counts[i], counts.records, words ? words : "flagged",
            words ? " (" : " ", counts.names[i],
            with > 0 ? cg_phrase("; %d of %d rounds of the run", with, counted).text : "", words ? ")" : "");
    }
}

static void add_caveat(struct cg_caveats *caveats, struct cg_phrase caveat)
{
    caveats->items[caveats->n++] = caveat;
}

/* Where processes' memory lies. */
static void add_memory_layout(const struct cg_device_record *device, struct cg_caveats *caveats)
{
    if (cg_same_text(device->aslr, "off"))
        add_caveat(caveats,
                   cg_phrase("Without ASLR all processes have one layout of memory, so intervals tell of no "
                             "other: echo 2 > /proc/sys/kernel/randomize_va_space, or start without "
                             "setarch -R."));
    if (device->numa_policy && !cg_same_text(device->numa_policy, "default") &&
        !cg_same_text(device->numa_policy, "local"))
        add_caveat(caveats,
                   cg_phrase("Memory was taken by the NUMA policy \"%.40s\": buffers may lie on a far node; "
                             "start without numactl, or with numactl --localalloc.",
                             device->numa_policy));
    if (device->numa_balancing == 1)
        add_caveat(
            caveats,
            cg_phrase("The kernel may have moved pages between NUMA nodes while it was measured: echo 0 "
                      "> /proc/sys/kernel/numa_balancing."));
}

#define SIBLINGS_BUSY_PPM 50000
#define SAID_FROM_ONE_IN  10 /* rounds, as of flags */

static void add_siblings(const struct cg_results *results, struct cg_caveats *caveats)
{
    int busy = 0, counted = 0;
    for (int s = 0; s < results->n_schedules; s++) {
        const struct cg_schedule *schedule = results->schedules[s];
        for (int i = 0; schedule->siblings_ppm && i < schedule->n_rounds; i++) {
            if (schedule->disturbed[i] == 1 || schedule->siblings_ppm[i] < 0)
                continue;
            counted++;
            busy += schedule->siblings_ppm[i] > SIBLINGS_BUSY_PPM;
        }
    }
    if (busy > 0 && busy * SAID_FROM_ONE_IN >= counted)
        add_caveat(
            caveats,
            cg_phrase("In %d of %d rounds other work kept hardware threads busy that share a core with "
                      "the measured ones: keep it away (taskset), or turn SMT off (echo off > "
                      "/sys/devices/system/cpu/smt/control).",
                      busy, counted));
}

bool cg_lost_workers(const struct cg_results *results)
{
    for (int s = 0; s < results->n_schedules; s++)
        if (results->schedules[s]->n_lost_workers > 0)
            return true;
    return false;
}

/* What the machine is, and what it does to times. */
static void add_machine(const struct cg_results *results, struct cg_caveats *caveats)
{
    const struct cg_device_record *device = &results->device;
    if (device->emulated == 1)
        add_caveat(caveats, cg_phrase("This is an emulated machine: nothing was timed."));
    else if (device->virtualised == 1)
        add_caveat(caveats, cg_phrase("A virtual machine: other tenants can disturb times; hardware counters "
                                      "may be missing."));
    if (is_limited(device))
        add_caveat(caveats,
                   cg_phrase("A cgroup left the process %g processors' worth of time: beyond it threads "
                             "were stopped, so times are not the processor's; without the quota "
                             "(docker --cpus, CPUQuota= of systemd) they would be.",
                             device->cpu_limit));
    add_memory_layout(device, caveats);
    add_siblings(results, caveats);
    if (device->noise_paired > CG_MIN_DELTA)
        add_caveat(caveats, cg_phrase("A noisy machine: two measurements of the same plan differ by up to "
                                      "%.1f %%, so no verdict claims less.",
                                      device->noise_paired * 100));
    if (device->noise_between_runs > CG_MIN_DELTA)
        add_caveat(caveats, cg_phrase("Separate starts of the same plan differ by up to %.1f %% here (95 of "
                                      "100 pairs); comparisons of files claim no less.",
                                      device->noise_between_runs * 100));
}

struct cg_caveats cg_caveats_of(const struct cg_results *results)
{
    struct cg_caveats all = {0};
    int single = 0, timed = 0;
    for (int r = 0; r < results->n_records; r++) {
        timed += results->records[r]->samples.n > 0;
        single += results->records[r]->time.processes == 1;
    }
    if (results->run.complete == 0)
        all.items[all.n++] = cg_phrase("The run was interrupted: not everything asked for was measured.");
    add_machine(results, &all);
    if (single > 0)
        all.items[all.n++] = cg_phrase(
            "%d of %d records come from one process only: their intervals give no verdict.", single, timed);
    add_flags(results, &all);
    if (results->n_skipped > 0)
        all.items[all.n++] = cg_phrase("%d case%s skipped; the reasons are listed.", results->n_skipped,
                                       results->n_skipped == 1 ? " was" : "s were");
    if (cg_lost_workers(results))
        all.items[all.n++] =
            cg_phrase("Worker processes ended before their time: a table names their cases.");
    return all;
}

/* ---- merged ---- */

#define BIT CG_FLAG_BIT

/* What the flags of a figure come to. */
#define INEXACT (BIT(CG_FLAG_PRECISION) | BIT(CG_FLAG_PARTIAL))
#define BESIDE                                                                                               \
    (BIT(CG_FLAG_DISTURBED) | BIT(CG_FLAG_MIGRATED) | BIT(CG_FLAG_STOLEN) | BIT(CG_FLAG_PREEMPTED) |         \
     BIT(CG_FLAG_AWAKE))
#define SLOW  (BIT(CG_FLAG_THROTTLED) | BIT(CG_FLAG_SLOW_MEMORY) | BIT(CG_FLAG_QUOTA))
#define DOUBT (BIT(CG_FLAG_UNCHECKED) | BIT(CG_FLAG_NOT_COLD) | BIT(CG_FLAG_LIKE_HOT))

static unsigned flags_of(const struct cg_record *record)
{
    unsigned bits = 0;
    for (int f = 0; f < record->n_flags; f++)
        bits |= flag_of(record->flags[f]) >= 0 ? BIT(flag_of(record->flags[f])) : 0;
    return bits;
}

/* Of the timed figures, those that bear one of the flags, each once; flags 0: all. */
static int count_flagged(const struct cg_results *results, unsigned flags)
{
    int n = 0;
    for (int r = 0; r < results->n_records; r++)
        n += results->records[r]->samples.n > 0 && (!flags || flags_of(results->records[r]) & flags);
    return n;
}

static void say_missing(struct cg_sentence *s, const struct cg_results *results)
{
    const int skipped = results->n_skipped, doubted = count_flagged(results, DOUBT);
    if (results->run.complete == 0)
        cg_say(s, "The run was interrupted: not everything asked for was measured. ");
    if (skipped > 0)
        cg_say(s, "%d case%s skipped: 'convgauge report' tells why. ", skipped,
               skipped == 1 ? " was" : "s were");
    if (cg_lost_workers(results))
        cg_say(s, "Worker processes ended before their time: 'convgauge report' names their cases. ");
    if (doubted > 0)
        cg_say(s, "%d figure%s unchecked, or not surely of cold caches: 'convgauge report' names them.",
               doubted, doubted == 1 ? " is" : "s are");
}

static void say_exactness(struct cg_sentence *s, const struct cg_results *results, int all)
{
    const int inexact = count_flagged(results, INEXACT),
              unsettled = count_flagged(results, BIT(CG_FLAG_NOT_SETTLED));
    const double asked = 100 * results->run.precision;
    int single = 0;
    for (int r = 0; r < results->n_records; r++)
        single += results->records[r]->time.processes == 1;
    if (single > 0)
        cg_say(s, "%d of %d figures come from one process and give no verdict: allow more --processes. ",
               single, all);
    if (inexact == 0)
        cg_say(s, "All %d figures are as exact as asked (+-%g %%)", all, asked);
    else
        cg_say(s, "%d of %d figures %s less exact than the +-%g %% asked for", inexact, all,
               inexact == 1 ? "is" : "are", asked);
    if (unsettled > 0)
        cg_say(s, "; of %d the times still fell when the warm-up ended", unsettled);
    if (inexact == 0 && unsettled == 0)
        cg_say(s, ".");
    else if (results->run.budget_s > 0)
        cg_say(s, ": give a larger --budget, or none.");
    else
        cg_say(s, results->run.quick == 1 ? ": a run without --quick takes longer and narrows them."
                                          : ": run again when the machine has nothing else to do.");
}

static void say_beside(struct cg_sentence *s, const struct cg_results *results, int all)
{
    const int beside = count_flagged(results, BESIDE), slow = count_flagged(results, SLOW);
    if (beside > 0)
        cg_say(s, "Other work reached into %d of %d figures: close other programs. ", beside, all);
    if (slow > 0)
        cg_say(
            s,
            "The processor or its memory was slow at times in %d of %d: look after cooling, mains power and "
            "quotas. ",
            slow, all);
    if (beside > 0 || slow > 0)
        cg_say(s, "Where this could turn a verdict, the verdict is UNDECIDED: machine.");
}

struct cg_trust cg_trust_of(const struct cg_results *results)
{
    struct cg_trust trust = {0};
    struct cg_caveats machine = {0};
    struct cg_sentence lines[CG_MAX_TRUST] = {{""}};
    const int all = count_flagged(results, 0);
    if (all == 0)
        return trust;
    add_machine(results, &machine);
    say_missing(&lines[0], results);
    say_exactness(&lines[1], results, all);
    say_beside(&lines[2], results, all);
    for (int i = 0; i < machine.n; i++)
        cg_say(&lines[3], "%s%s", i ? " " : "", machine.items[i].text);
    for (int i = 0; i < CG_MAX_TRUST; i++)
        if (lines[i].text[0])
            trust.items[trust.n++] = lines[i];
    return trust;
}
