#include <xc.h>
