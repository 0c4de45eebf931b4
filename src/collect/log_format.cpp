#include "unjam/collect/log_reader.h"
