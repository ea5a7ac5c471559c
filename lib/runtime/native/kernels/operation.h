// A thin layer over TensorFlow's C interface for operations (tensorflow/c/kernels.h, ops.h).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_tensor.h"

namespace segcourse {

// One run of an operation: its inputs and outputs, all float32 in main memory. After the first failure the rest does
// nothing and TensorFlow reports the failure.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  // Reports an invalid argument unless `met`.
  void Require(bool met, const std::string& message);

  std::vector<int64_t> Shape(int input);
  int64_t Size(int input);
  const float* Input(int input);
  // An input of `size` values, or nullptr where it has none.
  const float* OptionalInput(int input, int64_t size);
  float* Output(int index, const std::vector<int64_t>& shape);

 private:
  TF_Tensor* Tensor(int input);

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> inputs_, outputs_;
};

// Attributes of an operation, read when TensorFlow makes its kernel.
struct Attributes {
  bool relu = false;
  float epsilon = 0;
};

using Compute = void (*)(Call& call, const Attributes& attributes);

// An operation in the words of TensorFlow's registry.
struct Definition {
  const char* name;
  std::vector<const char*> inputs;      // as in "x: float"
  std::vector<const char*> outputs;     // as in "y: float"
  std::vector<const char*> attributes;  // of those in Attributes, as in "relu: bool"
};

// Makes the operation known to TensorFlow, computed on the CPU by `compute`. Returns what went wrong, or "".
std::string Register(const Definition& definition, void (*run)(void* attributes, TF_OpKernelContext* context));

template <Compute compute>
void Run(void* attributes, TF_OpKernelContext* context) {
  Call call(context);
  compute(call, *static_cast<Attributes*>(attributes));
}

}  // namespace segcourse
