// Loaded by Node.js, for its effect: TensorFlow knows the operations of kernels.h afterwards.
#include "kernels.h"

#define NAPI_VERSION 8
#include <node_api.h>

NAPI_MODULE_INIT() {
  static const std::string failure = [] {
    std::string message = segcourse::RegisterBatchNormalization();
    if (message.empty()) message = segcourse::RegisterMaxPoolGradient();
    if (message.empty()) message = segcourse::RegisterConvolution();
    return message;
  }();
  if (!failure.empty()) napi_throw_error(env, nullptr, failure.c_str());
  return exports;
}
