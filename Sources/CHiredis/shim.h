// The client library as it is. Its variadic calls do not import into Swift: the Argv forms are used.
#ifndef CHIREDIS_SHIM_H
#define CHIREDIS_SHIM_H
#include <hiredis/hiredis.h>
#endif
