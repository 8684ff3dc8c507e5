/* What is asked of a results file's records: the setting of one, which belongs to a case, ratios of two. */
#ifndef CONVGAUGE_REPORT_RECORDS_H
#define CONVGAUGE_REPORT_RECORDS_H

#include "bench/record/record.h"
#include "report/format.h"

/* "native, 1 thread, avx512, hot" and, where fusion is not full or batch not 1, those. */
struct cg_phrase cg_setting_words(const struct cg_setting *setting);

/* "1:12"; the case's name where it has no label. */
const char *cg_case_words(const struct cg_case_record *c);

/* The same with a dagger where the network is a reconstruction, a star where the structure is inferred. */
#define CG_DAGGER "\xe2\x80\xa0"
struct cg_phrase cg_case_label(const struct cg_case_record *c);

/* A published figure of a case, of a batch or of an image; NAN. */
double cg_case_published(const struct cg_case_record *c, const char *device, bool of_image);

/* The record that holds a case's measurement under a setting: of the same suite and group if there is one,
 * else any of the same graph. NULL: not measured. Records without samples count only when `untimed` is set.
 */
const struct cg_record *cg_find_record(const struct cg_results *results, const char *suite, const char *group,
                                       const struct cg_case_record *c, const struct cg_setting *setting,
                                       bool untimed);

/* Whether one of the suite's cases has the record's graph. */
bool cg_is_of_suite(const struct cg_record *record, const struct cg_suite_record *suite);

/* Log of time(a) / time(b) of two records of the results: inside rounds when both were interleaved (*paired
 * true, if not NULL), with an interval that allows for the device's paired noise floor, else the difference
 * of the processes' medians (Welch). Mean NAN when one has no samples. False when there is no memory. */
bool cg_record_log_ratio(const struct cg_results *results, const struct cg_record *a,
                         const struct cg_record *b, struct cg_estimate *ratio, bool *paired);

/* Of two interleaved records with samples, one median log-ratio for each of the processes 0 to n - 1; NAN
 * where one has no round of it. False without memory. */
bool cg_record_process_log_ratios(const struct cg_record *a, const struct cg_record *b, int n,
                                  double *ratios);

/* The latter. Both have samples. */
bool cg_record_unpaired_log_ratio(const struct cg_record *a, const struct cg_record *b,
                                  struct cg_estimate *ratio);

/* One median log time (of one run, nanoseconds) a process, in the order of the processes' numbers; room for
 * samples.n. Returns how many, -1 without memory. */
int cg_record_process_medians(const struct cg_record *record, double *medians);

/* The name by which a whole network is known over files: "family:variant", "@192" where the input is not
 * 224x224. Empty for other records. */
struct cg_phrase cg_record_network_name(const struct cg_record *record);

/* How alike the networks of two records are, one of which others published. */
enum cg_likeness {
    CG_UNLIKE,
    CG_LIKE_IN_FAMILY, /* one of them in ncnn's form, or the same variant's name; other multiply-adds */
    CG_LIKE_BY_MADDS,  /* as before, and those of an image are equal to within 1 % */
    CG_LIKE_BY_NAME,
};
enum cg_likeness cg_records_likeness(const struct cg_record *a, const struct cg_record *b);

/* The summary's median with its interval, nanoseconds. */
struct cg_interval cg_record_time(const struct cg_record *record);

/* The processor's name, or "device unknown". */
const char *cg_device_words(const struct cg_results *results);

/* The measured peak for a setting's ISA and threads, madds/s; NAN unknown. */
double cg_device_peak(const struct cg_device_record *device, const struct cg_setting *setting);

/* The widest measured bandwidth of a memory level, bytes/s; NAN unknown. The levels, from the nearest on. */
#define CG_MEMORY_LEVELS 4
extern const char *const cg_memory_levels[CG_MEMORY_LEVELS];
double cg_device_bandwidth(const struct cg_device_record *device, const char *level, int threads);

/* Whether the machine itself was faster or slower in one file than in another, by the yardstick: time of the
 * same work in b relative to a: the largest and the smallest of the yardstick's parts (multiply-adds in
 * registers, a read within the second-level cache, a read beyond it), each by the undisturbed rounds in which
 * the two records were measured, and 1 where it does not differ by more than processes do (Welch, 95 %). Of
 * that, what it explains of the two records' ratio at most: slower multiply-adds lengthen all of a time,
 * slower reads the part in which multiply-adds do not keep the pipes busy. All NAN where the files do not
 * tell (older than the yardstick's work, or no round is undisturbed), and between different processors: there
 * the difference is what one wants to know. */
struct cg_machine_shift {
    double slowest, fastest;
    double explains_slower, explains_faster;
};

/* False without memory. */
bool cg_machine_shift_find(const struct cg_results *a, const struct cg_record *record_a,
                           const struct cg_results *b, const struct cg_record *record_b,
                           struct cg_machine_shift *shift);

#endif
