#include "vector_shims.h"
