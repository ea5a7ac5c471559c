// The operations that segcourse adds to TensorFlow's CPU device.
#pragma once
#include <string>

#include "operation.h"

namespace segcourse {

// Each returns what went wrong, or "".
std::string RegisterBatchNormalization();
std::string RegisterConvolution();
std::string RegisterMaxPoolGradient();

}  // namespace segcourse
