/* Which cores issue in order. */
#include "kernels/native/core_type.h"

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
