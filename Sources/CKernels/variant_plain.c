// The loop for every processor: the compiler uses only the baseline instructions of the architecture.
#include "word.h"

static int is_supported(void) { return 1; }

#if defined(__aarch64__)
#define NAME "neon"
#else
#define NAME "plain"
#endif
const kernel_variant kernel_plain = {NAME, is_supported, begin, sample};
