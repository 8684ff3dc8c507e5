/* Which cores issue in order. */
#include "kernels/native/core_type.h"
#include "tests/fake_root.h"

#include <criterion/criterion.h>

Test(core_type, by_identification_register)
{
    cr_expect(nv_midr_in_order(0x410fd034), "Cortex-A53 r0p4");
    cr_expect(nv_midr_in_order(0x412fd050), "Cortex-A55 r2p0");
    cr_expect(nv_midr_in_order(0x51df805e), "Kryo 4xx Silver");
    cr_expect(!nv_midr_in_order(0x411fd070), "Cortex-A57 r1p0");
    cr_expect(!nv_midr_in_order(0x414fd0b1), "Cortex-A76 r4p1");
    cr_expect(!nv_midr_in_order(0x510fd030), "the part number is its implementer's");
    cr_expect(!nv_midr_in_order(0));
}

/* big.LITTLE: the answer is each core's own. */
Test(core_type, by_core)
{
    char *root = fake_root_make();
    fake_file(root, "0x00000000410fd032\n", "/sys/devices/system/cpu/cpu0/regs/identification/midr_el1");
    fake_file(root, "0x00000000411fd072\n", "/sys/devices/system/cpu/cpu4/regs/identification/midr_el1");
    fake_file(root, "\n", "/sys/devices/system/cpu/cpu5/regs/identification/midr_el1");
    cr_expect_eq(nv_shown_in_order(root, 0), 1, "Cortex-A53");
    cr_expect_eq(nv_shown_in_order(root, 4), 0, "Cortex-A57");
    cr_expect_eq(nv_shown_in_order(root, 5), -1, "an empty file");
    cr_expect_eq(nv_shown_in_order(root, 7), -1, "no such core");
    fake_root_remove(root);
}
