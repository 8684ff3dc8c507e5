/* How much work the yardstick does: found by tries of which some are slow. */
#include "bench/device/yardstick.h"

#include <criterion/criterion.h>

/* A machine made up: so many nanoseconds a unit of work, a clock that costs, a first call that is cold, and
 * an interrupt in every `interrupted`th call. */
struct machine {
    double ns_per_work;
    int64_t clock_ns, cold_ns, interrupt_ns;
    int interrupted;
};

static int calls;

static int64_t work(const void *context, int64_t amount)
{
    const struct machine *m = context;
    const int64_t ns = m->clock_ns + (int64_t)((double)amount * m->ns_per_work);
    calls++;
    return ns + (calls == 1 ? m->cold_ns : 0) +
           (m->interrupted && calls % m->interrupted == 0 ? m->interrupt_ns : 0);
}

static double found(struct machine m)
{
    calls = 0;
    return (double)cg_work_for(work, &m, 20000, m.clock_ns) * m.ns_per_work;
}

Test(yardstick, takes_its_part)
{
    cr_expect_float_eq(found((struct machine){2, 25, 0, 0, 0}), 20000, 200);
    cr_expect_float_eq(found((struct machine){300, 25, 0, 0, 0}), 20000, 400);
}

/* One slow first call, as long as the whole part, ended the doubling at 1 and left the clock to be measured.
 */
Test(yardstick, is_not_starved_by_a_cold_first_call)
{
    cr_expect_float_eq(found((struct machine){2, 25, 30000, 0, 0}), 20000, 200);
}

Test(yardstick, is_not_misled_by_interrupts)
{
    cr_expect_float_eq(found((struct machine){2, 25, 30000, 50000, 3}), 20000, 200);
}

/* Where the clock costs as much as a quarter of a part, its cost is not the work's. */
Test(yardstick, does_not_take_the_clock_for_work)
{
    cr_expect_float_eq(found((struct machine){2, 6000, 0, 0, 0}), 20000, 200);
}

Test(yardstick, does_some_work_at_least)
{
    const struct machine slow = {90000, 25, 0, 0, 0};
    calls = 0;
    cr_expect_eq(cg_work_for(work, &slow, 20000, slow.clock_ns), 1);
}
