// Loaded by Node.js: `install()` makes the operations of kernels.h known to TensorFlow where they are worth while.
#include "kernels.h"
#include "parallel.h"
#include "vector.h"

#define NAPI_VERSION 8
#include <node_api.h>

namespace {

std::string RegisterAll() {
  std::string failure = segcourse::RegisterBatchNormalization();
  if (failure.empty()) failure = segcourse::RegisterMaxPoolGradient();
  if (failure.empty()) failure = segcourse::RegisterConvolution();
  return failure;
}

// install(threads: number): boolean; false where TensorFlow's own operations are the faster ones.
napi_value Install(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int64_t threads = 1;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_int64(env, argument, &threads);
  const bool fast = segcourse::HasFastVectors();
  if (fast) {
    segcourse::UseThreads(threads);
    static const std::string failure = RegisterAll();  // once for all threads of the process
    if (!failure.empty()) napi_throw_error(env, nullptr, failure.c_str());
  }
  napi_value result;
  napi_get_boolean(env, fast, &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "install", NAPI_AUTO_LENGTH, Install, nullptr, &function);
  napi_set_named_property(env, exports, "install", function);
  return exports;
}
